// Faces are blurred for who wants it so; this browser remembers.
import { onDesk } from "./shown.js";

onDesk((desk) => {
  const faces = desk.querySelector("[data-blur-faces]");
  if (!faces) return;
  const photos = desk.querySelector("[data-photos]");
  const show = () => { photos.dataset.photos = faces.checked ? "faces" : ""; };
  faces.checked = localStorage.getItem("blur-faces") === "yes";
  show();
  faces.addEventListener("change", () => {
    localStorage.setItem("blur-faces", faces.checked ? "yes" : "no");
    show();
  });
});
