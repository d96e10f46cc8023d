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
  // What the page itself means by a key comes before what the rail means by it.
  const scopes = dialogs.length ? [dialogs[dialogs.length - 1]] : [document.querySelector("main"), document];
  for (const scope of scopes) {
    for (const element of scope?.querySelectorAll("[data-key]") ?? []) {
      if (element.dataset.key.toLowerCase() === key && !element.disabled && shown(element)) return element;
    }
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
  // Sends what is being written, from inside a field too.
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat && !event.defaultPrevented) {
    const sends = meant("control+enter");
    if (sends) {
      event.preventDefault();
      press(sends);
    }
    return;
  }
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof Element && event.target.closest(FIELDS);
  if (typing && event.key !== "Escape") return;
  const key = event.key.toLowerCase();
  if (event.repeat && key.length === 1) return;
  late = [];
  if (hit(key)) event.preventDefault();
});

/** Press what this key means, or remember it as the first of two. True when something was pressed. */
function hit(key) {
  const element = (first && meant(`${first} ${key}`)) || meant(key);
  clearTimeout(timer);
  const waits = !element && !first && starts(key);
  first = waits ? key : "";
  if (waits) timer = setTimeout(() => (first = ""), PATIENCE);
  if (element) press(element);
  return Boolean(element);
}

// What was pressed before this script came (early.js) is pressed once every script of the page listens. One deed at most:
// the keys after it were meant for what it opens, or for an item that nobody had seen.
let late = window.earlyKeys?.() ?? [];
document.addEventListener("DOMContentLoaded", () => late.some((key) => hit(key.toLowerCase())), { once: true });
