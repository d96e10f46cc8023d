// Keys: an element with data-key="a" (or "g w", or "Escape") is pressed by that key; a field is focused instead.
// Quiet while someone types, while an input method composes, and inside an open dialog for everything outside it.
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const PATIENCE = 1200; // ms between the two keys of "g w"
let first = "";
let timer = 0;

// Places stay reachable while the rail or the face menu is folded away.
const shown = (element) => element.closest(".rail, .menu-face") || (element.checkVisibility?.() ?? element.offsetParent !== null);

/** The element a key means now: inside the topmost open dialog, else anywhere on the page. */
export function meant(key) {
  const dialogs = document.querySelectorAll("dialog[open]");
  const scope = dialogs.length ? dialogs[dialogs.length - 1] : document;
  for (const element of scope.querySelectorAll("[data-key]")) {
    if (element.dataset.key.toLowerCase() === key && !element.disabled && shown(element)) return element;
  }
  return null;
}

export function press(element) {
  if (element.matches(FIELDS)) {
    element.focus();
    element.select?.();
  } else element.click();
}

function starts(key) {
  return [...document.querySelectorAll("[data-key]")].some((one) => one.dataset.key.toLowerCase().startsWith(`${key} `));
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof Element && event.target.closest(FIELDS);
  if (typing && event.key !== "Escape") return;
  const key = event.key.toLowerCase();
  if (event.repeat && key.length === 1) return;
  const element = (first && meant(`${first} ${key}`)) || meant(key);
  clearTimeout(timer);
  if (element) {
    first = "";
    event.preventDefault();
    press(element);
  } else if (!first && starts(key)) {
    first = key;
    timer = setTimeout(() => (first = ""), PATIENCE);
  } else first = "";
});
