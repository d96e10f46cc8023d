// What a golden item expected is told right after it was judged, beside the work that follows.
import { ask } from "../web/ask.js";
import { current } from "./shown.js";

document.addEventListener("desk:answered", async (event) => {
  if (!event.detail.told.golden) return;
  current()?.querySelector("[data-undo-slot]")?.replaceChildren(); // it cannot be judged again
  const answer = await ask("/reviews/told");
  const slot = current()?.querySelector("[data-told]") ?? document.querySelector("[data-told]");
  if (!answer?.ok || !slot) return;
  slot.innerHTML = answer.text;
  window.htmx?.process(slot);
});
