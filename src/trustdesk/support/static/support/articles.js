// Help pages in the composer: "??" while one writes, or Q, finds one; Enter puts in its title and address, the button beside
// it its words. What is found fits what is written: public pages for a reply, those for staff only for a note.
const PAUSE = 120; // ms without a key until it is looked for
const box = () => document.getElementById("articles");
const field = () => box()?.querySelector("input[type=search]");
const list = () => document.getElementById("articles-found");
const writing = () => [...document.querySelectorAll(".composer")].find((form) => !form.hidden);

let place = null; // where in which form it goes: {mode, from, to}
let asked = 0;
let timer = 0;
let taking = false;

async function find() {
  const details = box();
  const mode = place?.mode ?? writing()?.dataset.mode ?? "reply";
  const words = field().value;
  const mine = ++asked;
  try {
    const answer = await fetch(`${details.dataset.find}?${new URLSearchParams({ words, mode })}`, { headers: { "HX-Request": "true" } });
    if (mine !== asked || !list()) return; // something newer was asked meanwhile
    const text = await answer.text();
    (answer.ok ? list() : document.getElementById("notices")).innerHTML = text;
  } catch {
    return; // the next key asks again
  }
  if (taking) takeFirst();
}

function takeFirst() {
  const told = list().querySelector("[data-asked]");
  taking = told?.dataset.asked !== field().value;
  if (!taking) list().querySelector("[data-insert]")?.click();
}

async function put(button) {
  const answer = await fetch(button.dataset.insert, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) {
    if (answer) document.getElementById("notices").innerHTML = await answer.text();
    return;
  }
  const words = await answer.text();
  const form = document.querySelector(`.composer[data-mode=${place?.mode ?? "reply"}]`);
  const text = form?.elements.text;
  if (!text) return;
  const from = place ? Math.min(place.from, text.value.length) : text.value.length;
  const to = place ? Math.min(place.to, text.value.length) : from;
  const before = from > 0 && !/\s$/.test(text.value.slice(0, from)) ? "\n" : "";
  box().open = false;
  text.focus();
  text.setRangeText(`${before}${words}\n`, from, to, "end");
  text.dispatchEvent(new Event("input", { bubbles: true })); // kept as a draft, like what is typed
  place = null;
}

// "??" at the beginning of a word opens it; what is chosen takes its place.
document.addEventListener("input", (event) => {
  const text = event.target;
  if (text === field()) {
    taking = false; // whoever goes on typing means something else
    clearTimeout(timer);
    timer = setTimeout(find, PAUSE);
    return;
  }
  if (!text.matches?.(".composer textarea") || event.isComposing || !box()) return;
  const at = text.selectionStart;
  if (!/(?:^|\s)\?\?$/.test(text.value.slice(Math.max(0, at - 3), at)) || event.inputType !== "insertText") return;
  place = { mode: text.form.dataset.mode, from: at - 2, to: at };
  box().open = true;
});

document.addEventListener("toggle", (event) => {
  if (event.target !== box()) return;
  if (event.target.open) {
    const form = writing();
    const at = form?.elements.text.selectionEnd;
    place ??= form ? { mode: form.dataset.mode, from: at, to: at } : null;
    field().value = "";
    field().focus();
    find();
  } else if (place) {
    // Shut without a choice: one goes on writing where one was.
    const text = document.querySelector(`.composer[data-mode=${place.mode}] textarea`);
    if (text && (document.activeElement === document.body || event.target.contains(document.activeElement))) {
      text.focus();
      text.setSelectionRange(place.to, place.to);
    }
    place = null;
  }
}, true);

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#articles [data-insert]");
  if (button) put(button);
});

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#articles .sheetlet")) return;
  if (event.key === "Enter" && event.target === field()) {
    event.preventDefault();
    takeFirst();
  }
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!way) return;
  const all = [field(), ...list().querySelectorAll(".pick")];
  const at = all.indexOf(document.activeElement.closest("li")?.querySelector(".pick") ?? document.activeElement);
  event.preventDefault();
  all[Math.min(Math.max(at + way, 0), all.length - 1)]?.focus();
});
