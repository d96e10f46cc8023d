// The cluster page: ticks, how many there are, what each author will read. Without it the form works all the same.
import { ask } from "../web/ask.js";

const form = document.getElementById("together");
if (form) {
  const boxes = [...document.querySelectorAll("input[name=members][form=together]")];
  const all = document.querySelector("[data-ticks=members]");
  const count = form.querySelector("[data-count]");
  const clauses = form.querySelector("[data-clauses]");
  const button = form.querySelector("button.solid");
  const letter = document.getElementById("letter");
  let asked = 0;

  const able = () => boxes.filter((box) => !box.disabled);
  const ticked = () => able().filter((box) => box.checked).length;

  function told() {
    const approves = form.outcome.value === "approve";
    count.textContent = `${ticked()} / ${boxes.length} ${count.dataset.count}`;
    if (all) {
      all.checked = ticked() === able().length;
      all.indeterminate = ticked() > 0 && !all.checked;
    }
    clauses.hidden = approves;
    letter.hidden = approves;
    button.dataset.tone = { remove: "reject", limit: "limit", hold: "hold", approve: "approve" }[form.outcome.value];
    button.disabled = !ticked() || (!approves && !form.querySelector("[name=clauses]:checked"));
  }

  async function read() {
    told();
    const clause = form.querySelector("[name=clauses]:checked")?.value;
    if (!clause || form.outcome.value === "approve") return;
    const asking = ++asked;
    const query = new URLSearchParams({ outcome: form.outcome.value, clauses: clause, author_note: form.author_note.value });
    const answer = await ask(`${form.dataset.preview}?${query}`);
    if (asking !== asked || !answer) return; // a newer choice was made meanwhile
    (answer.ok ? letter : document.getElementById("notices")).innerHTML = answer.text;
  }

  all?.addEventListener("change", () => {
    for (const box of able()) box.checked = all.checked;
    told();
  });
  for (const box of boxes) box.addEventListener("change", told);
  let pause = 0;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(read, 250);
  });
  form.addEventListener("change", read);
  // Another search keeps what was chosen while it is still among the clauses.
  let chosen = "";
  form.addEventListener("htmx:beforeSwap", () => (chosen = form.querySelector("[name=clauses]:checked")?.value ?? ""));
  form.addEventListener("htmx:afterSwap", () => {
    for (const choice of form.querySelectorAll("[name=clauses]")) if (choice.value === chosen) choice.checked = true;
    read();
  });
  // Pressed once: a second press would begin a second one.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    delete form.dataset.sent;
    told();
  });
  read();
}

// How long this page is looked at counts for the person who looks, as an item does: told while it is on screen and somebody
// is there, and when it is left.
const looked = document.querySelector("[data-seen]");
if (looked) {
  const TOLD = 60; // seconds
  const ALONE = 300; // seconds without a key or a hand on it: nobody looks
  let touched = performance.now();
  let since = performance.now();
  const tell = () => {
    const here = Math.min(performance.now(), touched + ALONE * 1000);
    const seconds = Math.min((here - since) / 1000, 115);
    since = performance.now();
    if (seconds < 0.5) return;
    const told = new FormData();
    told.set("seconds", seconds.toFixed(2));
    told.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
    navigator.sendBeacon(looked.dataset.seen, told);
  };
  for (const sign of ["pointermove", "pointerdown", "keydown", "scroll"]) {
    document.addEventListener(sign, () => { touched = performance.now(); }, { passive: true, capture: true });
  }
  setInterval(() => document.hidden || tell(), TOLD * 1000);
  document.addEventListener("visibilitychange", () => (document.hidden ? tell() : (since = touched = performance.now())));
}
