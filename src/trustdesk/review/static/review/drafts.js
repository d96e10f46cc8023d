// What was typed is kept in this tab until the review is decided: a lost claim or a reload loses nothing.
// A form of the fragment with data-draft (and an id) is kept as a whole; others say what they keep.
import { openSheet } from "../web/sheet.js";
import { onDesk } from "./shown.js";

const drawer = (desk) => `review:${desk.dataset.review}`;

export function keep(desk, part, value) {
  const kept = read(desk);
  kept[part] = value;
  sessionStorage.setItem(drawer(desk), JSON.stringify(kept));
}

export function read(desk) {
  return JSON.parse(sessionStorage.getItem(drawer(desk)) ?? "{}");
}

/** Nothing is left to keep: it was decided, or all of one part was sent. */
export function clear(desk, part = "") {
  if (!part) return sessionStorage.removeItem(drawer(desk));
  const kept = read(desk);
  delete kept[part];
  sessionStorage.setItem(drawer(desk), JSON.stringify(kept));
}

const PLAIN = new Set(["csrfmiddlewaretoken", "version"]);

onDesk((desk) => {
  const kept = read(desk);
  for (const form of desk.querySelectorAll("form[data-draft]")) {
    const before = kept[form.id];
    if (before && !form.dataset.restored) {
      form.dataset.restored = "yes";
      for (const field of form.elements) {
        if (!(field.name in before) || PLAIN.has(field.name)) continue;
        if (field.type === "radio") field.checked = field.value === before[field.name];
        else field.value = before[field.name];
      }
      form.dispatchEvent(new CustomEvent("draft:restored"));
    }
    form.addEventListener("input", () => keep(desk, form.id, Object.fromEntries(new FormData(form))));
    form.addEventListener("reset", () => clear(desk, form.id));
  }
  // What was being written is open again.
  if (kept.open && (kept[kept.open] || kept.open === "reject")) openSheet(desk.querySelector(`#${kept.open}`));
  desk.addEventListener("sheet:open", (event) => keep(desk, "open", event.target.id));
  desk.addEventListener("sheet:close", () => clear(desk, "open"));
});
