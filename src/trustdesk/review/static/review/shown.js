// The fragment #desk holds everything that changes from item to item; it is swapped as a whole when the next item comes.
//
// To hang a module on it, name it in the list of imports of review.js and write
//
//   import { onDesk } from "./shown.js";
//   onDesk((desk, { signal }) => {
//     const veil = desk.querySelector("[data-veil]");     // look inside `desk`, never in document: the next may be in memory
//     document.addEventListener("keydown", …, { signal }); // what hangs outside the fragment ends with it
//     signal.addEventListener("abort", () => clearInterval(timer));
//   });
//
// It runs once for each item at the moment it is on screen (also for the one that came with the page). htmx attributes
// inside the fragment are live by then. Scripts of other slices listen to the events "desk:shown" and "desk:left", which
// #desk sends (they bubble); the fragment waiting in memory is not in the document and sends nothing.
const hung = [];
let desk = null;
let leaving = null;

/** Run `hang(desk, {signal})` for the item on screen and for each that follows. */
export function onDesk(hang) {
  hung.push(hang);
  if (desk) hang(desk, { signal: leaving.signal });
}

/** Run `call` each time a sheet opens; now, when it is open: a key may be pressed before the scripts of its sheet are there. */
export function whenOpen(sheet, call) {
  sheet.addEventListener("sheet:open", call);
  if (sheet.classList.contains("open")) call();
}

export const current = () => desk;

/** Put another fragment in the place of the one on screen; it may be one that was on screen before. */
export function show(next) {
  if (desk) {
    desk.dispatchEvent(new CustomEvent("desk:left", { bubbles: true }));
    leaving.abort();
    desk.replaceWith(next);
  }
  window.htmx?.process(next);
  begin(next);
  tell();
}

function begin(shown) {
  desk = shown;
  leaving = new AbortController();
  for (const hang of hung) hang(desk, { signal: leaving.signal });
}

const tell = () => desk.dispatchEvent(new CustomEvent("desk:shown", { bubbles: true }));

const first = document.getElementById("desk");
if (first) {
  begin(first);
  // By then every script of the page listens.
  document.addEventListener("DOMContentLoaded", tell, { once: true });
}
