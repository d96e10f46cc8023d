// A sheet in which one finds a clause and reads what the author will read, for decisions beside the reject sheet:
// data-clauses and data-preview are the addresses it asks; the clause chosen stands in its field "clauses".
import { ask } from "../web/ask.js";

const PAUSE = 80; // ms of rest between two letters before it asks

export function picker(sheet, { signal } = {}) {
  const find = sheet.querySelector("[data-find]");
  const list = sheet.querySelector("[data-options]");
  const letter = sheet.querySelector("[data-will-read]");
  const send = sheet.querySelector("[data-send]");
  const options = () => [...list.querySelectorAll("[role=option]")];
  let asked = 0;
  let read = 0;
  let timer = 0;

  async function search() {
    const asking = ++asked;
    const query = new URLSearchParams({ q: find.value });
    const answer = await ask(`${sheet.dataset.clauses}?${query}`, { signal });
    if (asking !== asked || !answer?.ok) return;
    const found = new DOMParser().parseFromString(answer.text, "text/html").querySelectorAll("li");
    list.replaceChildren(...[...found].map((row, place) => {
      row.id = `${list.id}-${place}`; // the reject sheet has the same list
      return document.adoptNode(row);
    }));
    choose(options()[0]);
  }

  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    find.setAttribute("aria-activedescendant", option?.id ?? "");
    sheet.elements.clauses.value = option?.dataset.value ?? "";
    sheet.dataset.words = option?.querySelector("span")?.textContent ?? "";
    send.disabled = !option;
    option?.scrollIntoView({ block: "nearest" });
    preview();
  }

  async function preview() {
    const asking = ++read;
    const { outcome, clauses, author_note: note } = sheet.elements;
    if (!clauses.value) return letter.replaceChildren();
    const query = new URLSearchParams({ outcome: outcome.value, clauses: clauses.value, author_note: note.value });
    const answer = await ask(`${sheet.dataset.preview}?${query}`, { signal });
    if (asking !== read || !answer) return;
    const said = new DOMParser().parseFromString(answer.text, "text/html");
    said.querySelector("label.own")?.remove(); // the sheet has its own field
    if (answer.ok) letter.replaceChildren(...said.body.childNodes);
    else document.getElementById("notices").replaceChildren(...said.body.childNodes);
  }

  find.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const all = options();
    const at = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
    if (all.length) choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest?.("[role=option]");
    if (option) choose(option);
  });
  sheet.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(event.target === find ? search : preview, event.target === find ? PAUSE : 250);
  });
  sheet.addEventListener("submit", (event) => {
    if (!sheet.elements.clauses.value) event.preventDefault();
  });
  sheet.addEventListener("sheet:open", () => {
    find.value = "";
    search();
  });
  if (sheet.classList.contains("open")) search(); // by a key pressed before this was there
}
