// The editor: what is typed survives a reload, a finding leads to its place, Ctrl-S keeps, Tab indents.
const form = document.getElementById("document");
const pens = () => [...form.querySelectorAll("[data-pen]")];
const slot = (pen) => `policy:${form.dataset.keep}:${pen.name}`;
const unsaved = form.querySelector("[data-unsaved]");
let sending = false;

const changed = () => pens().some((pen) => pen.value !== pen.defaultValue);
const tell = () => (unsaved.hidden = !changed());

// Kept per text it was begun from: when the stored draft moved on, the old scrap is dropped.
for (const pen of pens()) {
  const kept = JSON.parse(sessionStorage.getItem(slot(pen)) ?? "null");
  if (kept && kept.from === pen.defaultValue && kept.text !== pen.value) {
    pen.value = kept.text;
    queueMicrotask(() => pen.dispatchEvent(new Event("input", { bubbles: true })));
  }
}
tell();

form.addEventListener("input", (event) => {
  const pen = event.target;
  if (!pen.matches("[data-pen]")) return;
  sessionStorage.setItem(slot(pen), JSON.stringify({ from: pen.defaultValue, text: pen.value }));
  tell();
});
form.addEventListener("submit", () => {
  sending = true;
  for (const pen of pens()) sessionStorage.removeItem(slot(pen));
});
addEventListener("beforeunload", (event) => {
  if (!sending && changed()) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
  }
  // Tab indents inside a pen; Escape first lets it leave the pen, so that nobody is caught.
  if (event.target.matches?.("[data-pen]")) {
    if (event.key === "Escape") event.target.dataset.left = "";
    else if (event.key === "Tab" && !event.shiftKey && !("left" in event.target.dataset)) {
      event.preventDefault();
      event.target.setRangeText("  ", event.target.selectionStart, event.target.selectionEnd, "end");
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }
});
form.addEventListener("focusin", (event) => delete event.target.dataset.left);

document.addEventListener("click", (event) => {
  const place = event.target.closest?.("[data-line]");
  if (!place) return;
  const pen = pens().find((one) => one.dataset.file === place.dataset.file) ?? pens()[0];
  const details = pen.closest("details");
  if (details) details.open = true;
  const lines = pen.value.split("\n").slice(0, Number(place.dataset.line) - 1);
  // Columns count characters, selections count UTF-16 units.
  const line = [...(pen.value.split("\n")[lines.length] ?? "")];
  const before = line.slice(0, Number(place.dataset.column) - 1).join("").length;
  const at = lines.reduce((sum, text) => sum + text.length + 1, 0) + before;
  pen.focus();
  pen.setSelectionRange(at, at + 1);
  const height = parseFloat(getComputedStyle(pen).lineHeight);
  pen.scrollTop = Math.max(0, height * lines.length - pen.clientHeight / 3);
});
