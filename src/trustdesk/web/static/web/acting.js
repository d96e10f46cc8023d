// What one may do on this page, read from the page itself: the palette and the sheet of keys both list it.
// data-key names a key, data-action lists without one, data-also-key tells of keys that a module hears by itself
// (hidden, with data-label).

/** What a control says, without its key caps. */
export function words(element) {
  if (element.dataset.label) return element.dataset.label;
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, svg, .sr, select, textarea")) extra.remove();
  const said = copy.textContent.trim() || element.getAttribute("aria-label") || element.getAttribute("placeholder");
  return (said || element.labels?.[0]?.textContent.trim() || "").replace(/\s+/g, " ");
}

export function caps(key) {
  const span = document.createElement("span");
  span.className = "row";
  for (const part of key.split(" ")) {
    const cap = document.createElement("kbd");
    cap.textContent = part.length === 1 ? part.toUpperCase() : part;
    span.append(cap);
  }
  return span;
}

const seen = (element) => !element.disabled && element.checkVisibility?.() !== false && words(element);

/** Controls of the work itself that can be used now. */
export const ofPage = () => [...document.querySelectorAll("main [data-key], main [data-action]")].filter(seen);

/** Folded into a menu of the top bar, but always within reach; what stands twice under one key is one action. */
export function ofMenu(menu) {
  const found = [...document.querySelectorAll(`.top ${menu} :is([data-key], [data-action])`)].filter((one) => !one.disabled && words(one));
  return found.filter((one, n) => !one.dataset.key || found.findIndex((other) => other.dataset.key === one.dataset.key) === n);
}
