// What each author will read, as the clause is chosen; pressed once, a form is not sent twice.
import { ask } from "../web/ask.js";

const form = document.getElementById("doing");
const letter = document.getElementById("letter");
let asked = 0;
let pause = 0;

async function read() {
  const clause = form.querySelector("[name=clauses]:checked")?.value;
  if (!clause || !letter) return;
  const asking = ++asked;
  const query = new URLSearchParams({ act: form.act.value, clauses: clause, author_note: form.author_note.value });
  const answer = await ask(`${form.dataset.letter}?${query}`);
  if (asking !== asked || !answer) return; // a newer choice was made meanwhile
  (answer.ok ? letter : document.getElementById("notices")).innerHTML = answer.text;
}

form?.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(read, 250);
});
form?.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => form && delete form.dataset.sent);
