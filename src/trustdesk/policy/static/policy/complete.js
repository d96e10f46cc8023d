// Suggestions while one types: Ctrl-Space or by themselves, arrows, Enter or Tab, Escape. The words come from the desk,
// once a page. The list is a listbox that the text refers to, so that screen readers say what is chosen.
import { suggest } from "./contexts.js";
import { lineAt, lineStart, write } from "./text.js";

const form = document.getElementById("document");
const pen = document.getElementById("text");
const frame = pen.closest("[data-frame]");
const strip = form.querySelector("[data-strip]");
const stripSaid = form.querySelector("[data-strip-said]");

const box = document.createElement("div");
box.className = "suggest";
box.hidden = true;
const list = document.createElement("ul");
list.id = "suggestions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", strip.dataset.suggests);
const foot = document.createElement("p");
box.append(list, foot);
const spoken = document.createElement("p");
spoken.className = "sr";
spoken.setAttribute("role", "status");
frame.append(box, spoken);
pen.setAttribute("aria-autocomplete", "list");
pen.setAttribute("aria-haspopup", "listbox");
pen.setAttribute("aria-controls", list.id);

let words = null;
let found = null; // what is offered now
let chosen = 0;
let quiet = false; // Escape: nothing by itself until the next word

const loading = fetch(form.dataset.words, { headers: { Accept: "application/json" } })
  .then((answer) => (answer.ok ? answer.json() : null))
  .then((told) => (words = told))
  .catch(() => null); // without words the editor works as before

function shut() {
  box.hidden = true;
  found = null;
  pen.removeAttribute("aria-activedescendant");
}

function offer(asked = false) {
  if (!words || pen.selectionStart !== pen.selectionEnd) return shut();
  const told = suggest(pen.value, pen.selectionStart, words, asked);
  say(told.signature);
  if (!told.options.length || !(asked || (told.auto && !quiet))) return shut();
  found = told;
  chosen = 0;
  draw();
}

function say(signature) {
  if (strip.hasAttribute("data-wrong")) return; // what is wrong comes first
  stripSaid.replaceChildren();
  if (!signature) return;
  const [shape, ...help] = signature.split(": ");
  const code = document.createElement("code");
  code.textContent = shape;
  stripSaid.removeAttribute("data-tone");
  stripSaid.append(code, ` ${help.join(": ")}`);
}

function draw() {
  list.replaceChildren(
    ...found.options.map((option, at) => {
      const item = document.createElement("li");
      item.id = `suggestion-${at}`;
      item.setAttribute("role", "option");
      const name = document.createElement("b");
      name.textContent = option.name;
      item.append(name);
      if (option.detail) {
        const detail = document.createElement("small");
        detail.textContent = option.detail;
        item.append(detail);
      }
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault(); // the cursor stays in the text
        chosen = at;
        take();
      });
      return item;
    }),
  );
  box.hidden = false;
  choose(0);
  stand();
  spoken.textContent = `${found.options.length} ${strip.dataset.suggests}`;
}

function choose(at) {
  chosen = (at + found.options.length) % found.options.length;
  [...list.children].forEach((item, n) => item.setAttribute("aria-selected", n === chosen));
  const item = list.children[chosen];
  // By hand: scrollIntoView would move the page as well.
  if (item.offsetTop < list.scrollTop) list.scrollTop = item.offsetTop;
  else if (item.offsetTop + item.offsetHeight > list.scrollTop + list.clientHeight) list.scrollTop = item.offsetTop + item.offsetHeight - list.clientHeight;
  pen.setAttribute("aria-activedescendant", item.id);
  foot.textContent = found.options[chosen].help ?? "";
  foot.hidden = !foot.textContent;
}

/** Below the word, above it where there is no room, and never beyond the frame's edge. */
function stand() {
  const line = lineAt(pen.value, found.from);
  const style = getComputedStyle(pen);
  const height = parseFloat(style.lineHeight);
  const letters = [...pen.value.slice(lineStart(pen.value, line), found.from)].length;
  const letter = measure(style);
  const left = parseFloat(style.paddingInlineStart) + letters * letter - pen.scrollLeft;
  const top = parseFloat(style.paddingBlockStart) + (line - 1) * height - pen.scrollTop;
  const room = frame.clientWidth - box.offsetWidth - 8;
  const under = top + height + box.offsetHeight < frame.clientHeight - 4;
  box.style.setProperty("--x", `${Math.max(4, Math.min(left, room))}px`);
  box.style.setProperty("--y", `${under || top < box.offsetHeight ? top + height + 2 : top - box.offsetHeight - 2}px`);
}

let width = 0;
function measure(style) {
  if (!width) {
    const pencil = document.createElement("canvas").getContext("2d");
    pencil.font = style.font;
    width = pencil.measureText("mmmmmmmmmm").width / 10;
  }
  return width;
}

function take() {
  const option = found.options[chosen];
  const { from, to } = found;
  const given = option.insert ?? option.name;
  const mark = given.indexOf("|");
  let said = given.replace("|", "");
  let cursor = mark < 0 ? said.length : mark;
  const after = pen.value.slice(to);
  // What stands behind the cursor already is not written twice.
  if (said.includes("(") && /^\s*\(/.test(after)) {
    said = said.slice(0, said.indexOf("("));
    cursor = said.length;
  } else if (/: $/.test(said) && /^\s*:/.test(after)) {
    said = option.name;
    cursor = said.length;
  } else if (said.endsWith("}") && after.startsWith("}")) {
    said = said.slice(0, -1);
    cursor = said.length;
  }
  shut();
  quiet = false;
  write(pen, from, to, said);
  pen.setSelectionRange(from + cursor, from + cursor);
  offer();
  if (found && found.from === pen.selectionStart && !/["'{[,]\s*$/.test(pen.value.slice(0, pen.selectionStart))) shut();
}

pen.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.ctrlKey && (event.key === " " || event.code === "Space")) {
    event.preventDefault();
    quiet = false;
    loading.then(() => offer(true));
    return;
  }
  if (!found) return;
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if (step) {
    event.preventDefault();
    choose(Math.abs(step) === 1 ? chosen + step : Math.max(0, Math.min(found.options.length - 1, chosen + step)));
  } else if ((event.key === "Enter" || event.key === "Tab") && !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    event.stopImmediatePropagation();
    take();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    quiet = true;
    shut();
  }
});
pen.addEventListener("input", (event) => {
  if (event.isComposing) return;
  if (event.inputType === "insertFromPaste" || event.inputType?.startsWith("history")) return shut();
  if (event.data && /\W/.test(event.data)) quiet = false;
  offer();
});
pen.addEventListener("keyup", (event) => {
  if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) shut();
  if (!found && words && event.key.startsWith("Arrow")) say(suggest(pen.value, pen.selectionStart, words).signature);
});
pen.addEventListener("click", shut);
pen.addEventListener("blur", shut);
pen.addEventListener("scroll", () => found && stand(), { passive: true });
