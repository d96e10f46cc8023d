// A document being written: what is typed survives a reload, Ctrl-S keeps, Tab indents.
import { offsetOf, show } from "./text.js";

const form = document.getElementById("document");
const pens = () => [...form.querySelectorAll("[data-pen]")];
const slot = (pen) => `policy:${form.dataset.keep}:${pen.name}`;
const unsaved = form.querySelector("[data-unsaved]");
const scrap = form.querySelector("[data-scrap]");
const MOST = 3_000_000; // a browser keeps about five million letters for a site
let sending = false;

const changed = () => pens().some((pen) => pen.value !== pen.defaultValue);
const tell = () => (unsaved.hidden = !changed());

function kept(pen) {
  try {
    return JSON.parse(localStorage.getItem(slot(pen)) ?? "null");
  } catch {
    return null;
  }
}

function keep(pen) {
  try {
    if (pen.value === pen.defaultValue || pen.value.length > MOST) localStorage.removeItem(slot(pen));
    else localStorage.setItem(slot(pen), JSON.stringify({ from: mark(pen.defaultValue), text: pen.value, at: Date.now() }));
  } catch {
    // No room or no permission: the words are still on the page, and leaving asks first.
  }
}

/** A short mark of a text: enough to see whether the stored draft moved on. */
function mark(text) {
  let hash = 5381;
  for (let at = 0; at < text.length; at += 1) hash = ((hash << 5) + hash + text.charCodeAt(at)) | 0;
  return `${text.length}:${hash}`;
}

function put(pen, text) {
  pen.value = text;
  queueMicrotask(() => pen.dispatchEvent(new Event("input", { bubbles: true })));
}

// What the desk holds now needs no scrap any more, under whatever number it was typed.
const held = new Set(pens().map((pen) => pen.defaultValue));
for (const name of Object.keys(localStorage).filter((one) => one.startsWith("policy:"))) {
  try {
    if (held.has(JSON.parse(localStorage.getItem(name)).text)) localStorage.removeItem(name);
  } catch {
    localStorage.removeItem(name);
  }
}

// Words begun from the text that is stored come back by themselves; those begun from an older one are asked about.
const older = [];
for (const pen of pens()) {
  const found = kept(pen);
  if (!found || found.text === pen.value) continue;
  if (found.from === mark(pen.defaultValue)) put(pen, found.text);
  else older.push([pen, found.text]);
}
if (older.length && scrap) {
  scrap.hidden = false;
  scrap.querySelector("[data-scrap-back]").addEventListener("click", () => {
    for (const [pen, text] of older) put(pen, text);
    scrap.hidden = true;
    older[0][0].focus();
  });
  scrap.querySelector("[data-scrap-drop]").addEventListener("click", () => {
    for (const [pen] of older) localStorage.removeItem(slot(pen));
    scrap.hidden = true;
    older[0][0].focus();
  });
}
tell();

form.addEventListener("input", (event) => {
  const pen = event.target;
  if (!pen.matches("[data-pen]")) return;
  keep(pen);
  tell();
});
// Sent is not yet kept: the scrap goes when a page comes back that holds the same words.
form.addEventListener("submit", () => (sending = true));
addEventListener("pageshow", () => (sending = false));
addEventListener("beforeunload", (event) => {
  if (!sending && changed()) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
  }
});
// Tab indents inside a pen; Escape first lets it leave the pen, so that nobody is caught. Bubbling: suggestions come first.
form.addEventListener("keydown", (event) => {
  const pen = event.target;
  if (!pen.matches?.("[data-pen]") || event.defaultPrevented) return;
  if (event.key === "Escape") pen.dataset.left = "";
  else if (event.key === "Tab" && !event.shiftKey && !("left" in pen.dataset)) {
    event.preventDefault();
    pen.setRangeText("  ", pen.selectionStart, pen.selectionEnd, "end");
    pen.dispatchEvent(new Event("input", { bubbles: true }));
  } else if (event.key === "Enter" && !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey && "marks" in pen.dataset) {
    // A new line begins where the one before did.
    const before = pen.value.slice(0, pen.selectionStart);
    const indent = /[^\n]*$/.exec(before)[0].match(/^ */)[0];
    if (!indent || pen.selectionStart !== pen.selectionEnd) return;
    event.preventDefault();
    if (!document.execCommand("insertText", false, `\n${indent}`)) pen.setRangeText(`\n${indent}`, pen.selectionStart, pen.selectionEnd, "end");
  }
});
// A finding leads to its place. In the workshop marks.js does it, which knows the words meant.
document.addEventListener("click", (event) => {
  const finding = event.target.closest?.("[data-place]")?.closest("[data-finding]");
  if (!finding || finding.closest("#findings")) return;
  const pen = pens().find((one) => one.dataset.file === finding.dataset.file) ?? pens()[0];
  const from = offsetOf(pen.value, Number(finding.dataset.line), Number(finding.dataset.column));
  show(pen, from, offsetOf(pen.value, Number(finding.dataset.line), Number(finding.dataset.end)));
});
form.addEventListener("focusin", (event) => delete event.target.dataset.left);
