// The page of a hand-over: Ctrl-Enter sends, what was typed survives a reload, teams are found by typing.
import { teams } from "./teams.js";

for (const box of document.querySelectorAll("[data-teams]")) teams(box.closest("form"));

for (const form of document.querySelectorAll("form[data-draft]")) {
  const drawer = form.dataset.draft;
  form.text.value ||= sessionStorage.getItem(drawer) ?? "";
  form.addEventListener("input", () => sessionStorage.setItem(drawer, form.text.value));
  form.addEventListener("submit", () => sessionStorage.removeItem(drawer));
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("form")?.requestSubmit();
});
