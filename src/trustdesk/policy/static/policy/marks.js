// Findings where they stand: line numbers, a wave under the word, the message beside the line with the nearest name one
// press away. Everything is read from the findings that the server drew, so that page and script never disagree.
import { lineAt, offsetOf, show, write } from "./text.js";

const form = document.getElementById("document");
const strip = form.querySelector("[data-strip]");
const stripSaid = form.querySelector("[data-strip-said]");
const frames = [...form.querySelectorAll("[data-frame]")].map(build);
let current = null; // the finding the strip speaks of

function layer(frame, name) {
  const made = document.createElement("div");
  made.className = name;
  made.setAttribute("aria-hidden", "true");
  frame.append(made);
  return made;
}

function build(frame) {
  const pen = frame.querySelector("textarea");
  frame.dataset.live = "";
  const made = { frame, pen, gutter: layer(frame, "gutter"), under: layer(frame, "under"), notes: layer(frame, "notes"), findings: [], from: "" };
  pen.addEventListener("scroll", () => follow(made), { passive: true });
  pen.addEventListener("input", () => draw(made));
  pen.addEventListener("keyup", () => tell(made));
  pen.addEventListener("click", () => tell(made));
  pen.addEventListener("focus", () => tell(made));
  new ResizeObserver(() => follow(made)).observe(pen);
  return made;
}

function follow({ frame, pen }) {
  frame.style.setProperty("--top", `${-pen.scrollTop}px`);
  frame.style.setProperty("--left", `${-pen.scrollLeft}px`);
  frame.style.setProperty("--wide", `${pen.clientWidth}px`);
  frame.style.setProperty("--high", `${pen.clientHeight}px`);
}

/** A finding is worth drawing while its line is still the line it was found in. */
function stands(made, finding) {
  return made.pen.value.split("\n")[finding.line - 1] === finding.source;
}

function draw(made) {
  const { pen, gutter, under, notes } = made;
  const lines = pen.value.split("\n");
  const byLine = new Map();
  for (const finding of made.findings) {
    if (lines[finding.line - 1] !== finding.source) continue;
    byLine.set(finding.line, [...(byLine.get(finding.line) ?? []), finding]);
  }
  const numbers = document.createDocumentFragment();
  lines.forEach((_, at) => {
    const number = document.createElement("span");
    number.textContent = at + 1;
    const found = byLine.get(at + 1);
    if (found) number.dataset.tone = worst(found);
    numbers.append(number);
  });
  gutter.replaceChildren(numbers);
  const waves = document.createDocumentFragment();
  lines.forEach((line, at) => {
    const row = document.createElement("span");
    const letters = [...line];
    let done = 0;
    for (const finding of (byLine.get(at + 1) ?? []).toSorted((one, other) => one.column - other.column)) {
      const start = Math.max(done, finding.column - 1);
      const end = Math.max(start, Math.min(finding.end - 1, letters.length));
      row.append(letters.slice(done, start).join(""));
      const wave = document.createElement("i");
      wave.dataset.tone = finding.tone;
      wave.textContent = letters.slice(start, end).join("") || " ";
      row.append(wave);
      done = end;
    }
    row.append(letters.slice(done).join(""));
    waves.append(row);
  });
  under.replaceChildren(waves);
  const beside = [...byLine].map(([line, found]) => noteOf(made, line, found, [...lines[line - 1]].length));
  notes.replaceChildren(...beside);
  follow(made);
  tell(made);
}

const worst = (found) => (found.some((one) => one.tone === "reject") ? "reject" : "warning");

function noteOf(made, line, found, length) {
  const first = found.find((one) => one.tone === "reject") ?? found[0];
  const note = document.createElement("div");
  note.className = "note-beside";
  note.dataset.tone = first.tone;
  note.style.setProperty("--line", line - 1);
  note.style.setProperty("--column", length);
  const said = document.createElement("span");
  said.textContent = found.length > 1 ? `${first.message} (+${found.length - 1})` : first.message;
  note.append(said);
  if (first.mend) {
    const use = document.createElement("button");
    use.type = "button";
    use.tabIndex = -1; // the strip below has the same for the keyboard
    use.textContent = `${strip.dataset.use} ${first.mend.text}`;
    use.addEventListener("click", () => mend(made, first));
    note.append(use);
  }
  return note;
}

function read() {
  const all = [...document.querySelectorAll("#findings [data-finding]")].map((item) => {
    const edit = item.querySelector("[data-mend]");
    return {
      file: item.dataset.file,
      line: Number(item.dataset.line),
      column: Number(item.dataset.column),
      end: Number(item.dataset.end),
      tone: item.dataset.tone,
      message: item.dataset.message,
      mend: edit && { line: Number(edit.dataset.line), start: Number(edit.dataset.start), end: Number(edit.dataset.end), text: edit.dataset.text },
      item,
    };
  });
  for (const made of frames) {
    const lines = made.pen.value.split("\n");
    made.findings = all
      .filter((finding) => frameOf(finding.file) === made)
      .map((finding) => ({ ...finding, source: lines[finding.line - 1] }));
    draw(made);
  }
  for (const edit of document.querySelectorAll("#findings [data-mend]")) edit.hidden = false;
}

const frameOf = (file) => frames.find((made) => made.pen.dataset.file === file) ?? frames[0];

function mend(made, finding) {
  const edit = finding.mend;
  if (!edit || !stands(made, finding)) return;
  write(made.pen, offsetOf(made.pen.value, edit.line, edit.start), offsetOf(made.pen.value, edit.line, edit.end), edit.text);
}

/** The strip says what is wrong in the line the cursor stands in. */
function tell(made) {
  if (document.activeElement !== made.pen && current?.made !== made) return;
  const line = lineAt(made.pen.value, made.pen.selectionStart);
  const finding = made.findings.find((one) => one.line === line && stands(made, one));
  current = finding ? { made, finding } : null;
  stripSaid.replaceChildren();
  strip.toggleAttribute("data-wrong", Boolean(finding));
  if (!finding) return;
  stripSaid.dataset.tone = finding.tone;
  const said = document.createElement("span");
  said.textContent = finding.message;
  stripSaid.append(said);
  if (finding.mend) {
    const use = document.createElement("button");
    use.type = "button";
    use.className = "btn small";
    use.textContent = `${strip.dataset.use} ${finding.mend.text}`;
    use.addEventListener("click", () => mend(made, finding));
    stripSaid.append(use);
  }
}

function next(back) {
  const all = frames.flatMap((made) => made.findings.filter((one) => stands(made, one)).map((finding) => ({ made, finding })));
  if (!all.length) return;
  const place = ({ made, finding }) => frames.indexOf(made) * 1e6 + finding.line * 1e3 + finding.column;
  const sorted = all.toSorted((one, other) => place(one) - place(other));
  const made = frames.find((one) => one.pen === document.activeElement);
  const line = made ? lineAt(made.pen.value, made.pen.selectionStart) : 0;
  const here = made ? frames.indexOf(made) * 1e6 + line * 1e3 + 999 : -1;
  const after = back ? sorted.findLast((one) => place(one) < here - 999) : sorted.find((one) => place(one) > here);
  go(after ?? (back ? sorted.at(-1) : sorted[0]));
}

function go({ made, finding }) {
  const text = made.pen.value;
  show(made.pen, offsetOf(text, finding.line, finding.column), offsetOf(text, finding.line, finding.end));
  tell(made);
}

document.addEventListener("click", (event) => {
  const item = event.target.closest?.("#findings [data-finding]");
  if (!item) return;
  const made = frameOf(item.dataset.file);
  const finding = made.findings.find((one) => one.item === item);
  if (!finding) return;
  if (event.target.closest("[data-mend]")) mend(made, finding);
  else if (event.target.closest("[data-place]")) go({ made, finding });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "F8") {
    event.preventDefault();
    next(event.shiftKey);
  } else if (event.key === "Enter" && event.altKey && current?.finding.mend) {
    event.preventDefault();
    mend(current.made, current.finding);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "findings") read();
});
addEventListener("load", () => frames.forEach(follow));
read();
