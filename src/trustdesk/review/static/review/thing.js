// The thing as its audience sees it: pictures one by one, enlarged, folded text, desktop width, pictures that fail.
import { onDesk } from "./shown.js";

onDesk((desk, { signal }) => {
  const thing = desk.querySelector("[data-thing]");
  if (!thing) return;
  for (const gallery of thing.querySelectorAll("[data-gallery]")) show(gallery);

  // A text's quiet parts open one by one, or all.
  const all = thing.querySelector("[data-unfold-all]");
  const unfold = (button) => {
    button.nextElementSibling.hidden = false;
    button.remove();
    if (all && !thing.querySelector("[data-unfold]")) all.parentElement.remove();
  };
  for (const button of thing.querySelectorAll("[data-unfold]")) button.addEventListener("click", () => unfold(button));
  all?.addEventListener("click", () => thing.querySelectorAll("[data-unfold]").forEach(unfold));

  // Desktop width: the thing takes the whole desk; the same key gives the columns back.
  const wide = thing.querySelector("[data-wide]");
  wide?.addEventListener("click", () => {
    const on = desk.classList.toggle("wide");
    wide.setAttribute("aria-pressed", String(on));
  });

  // A picture whose bytes are gone or broken says so, in its own place.
  thing.addEventListener(
    "error",
    (event) => {
      if (event.target.tagName !== "IMG") return;
      const photo = event.target.closest(".photo");
      if (photo) photo.classList.add("gone");
      else event.target.remove();
    },
    { capture: true, signal },
  );

  // From a reason to its mark in the text.
  desk.addEventListener("click", (event) => {
    const reason = event.target.closest("[data-reason]");
    if (!reason) return;
    const number = reason.dataset.reason;
    const mark = [...thing.querySelectorAll(".ev")].find((one) => one.dataset.hits.split(" ").includes(number));
    mark?.scrollIntoView({ block: "center", behavior: "smooth" });
  }, { signal });
});

function show(gallery) {
  const slides = [...gallery.querySelectorAll("[data-slide]")];
  const thumbs = [...gallery.querySelectorAll("[data-thumb]")];
  const count = gallery.querySelector("[data-count]");
  const box = gallery.querySelector("[data-lightbox]");
  const place = gallery.querySelector("[data-enlarged]");
  const stage = slides[0].parentElement;
  let here = 0;

  function turn(to) {
    const next = (to + slides.length) % slides.length;
    if (box.open) {
      stage.prepend(slides[here]);
      place.append(slides[next]);
    }
    slides[here].hidden = true;
    slides[next].hidden = false;
    thumbs[here]?.removeAttribute("aria-current");
    thumbs[next]?.setAttribute("aria-current", "true");
    // Only the strip moves: the column must stay where the reader is.
    const strip = thumbs[next]?.parentElement;
    strip?.scrollTo({ left: thumbs[next].offsetLeft - strip.clientWidth / 2 + 32 });
    here = next;
    if (count) count.textContent = `${here + 1} / ${slides.length}`;
  }

  for (const thumb of thumbs) thumb.addEventListener("click", () => turn(Number(thumb.dataset.thumb)));
  for (const step of gallery.querySelectorAll("[data-step]")) {
    step.addEventListener("click", () => turn(here + Number(step.dataset.step)));
  }
  gallery.querySelector("[data-enlarge]").addEventListener("click", () => {
    place.append(slides[here]);
    box.showModal();
  });
  box.querySelector("[data-shut]").addEventListener("click", () => box.close());
  box.addEventListener("close", () => stage.prepend(slides[here]));
}
