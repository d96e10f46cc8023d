// Lines, columns and places of a text. Columns count characters from 1, as the check does; selections count UTF-16 units.

/** The offset of a line's start; lines count from 1. */
export function lineStart(text, line) {
  let at = 0;
  for (let n = 1; n < line; n += 1) {
    const next = text.indexOf("\n", at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}

/** The offset of a line and column. */
export function offsetOf(text, line, column) {
  const start = lineStart(text, line);
  const end = text.indexOf("\n", start);
  const letters = [...text.slice(start, end < 0 ? text.length : end)];
  return start + letters.slice(0, column - 1).join("").length;
}

/** The line, from 1, an offset stands in. */
export function lineAt(text, at) {
  let line = 1;
  for (let next = text.indexOf("\n"); next >= 0 && next < at; next = text.indexOf("\n", next + 1)) line += 1;
  return line;
}

/** Replace a stretch so that the browser's own undo takes it back. */
export function write(pen, from, to, words) {
  pen.focus();
  pen.setSelectionRange(from, to);
  const done = words ? document.execCommand("insertText", false, words) : document.execCommand("delete");
  if (!done) {
    pen.setRangeText(words, from, to, "end");
    pen.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** Bring a stretch into sight and select it. */
export function show(pen, from, to) {
  const details = pen.closest("details");
  if (details) details.open = true;
  pen.focus();
  pen.setSelectionRange(from, to);
  const height = parseFloat(getComputedStyle(pen).lineHeight);
  const line = lineAt(pen.value, from);
  const top = height * (line - 1);
  if (top < pen.scrollTop || top > pen.scrollTop + pen.clientHeight - 3 * height) pen.scrollTop = Math.max(0, top - pen.clientHeight / 3);
}
