// The reject sheet: search a clause, choose it, read what the author will read, and only then send.
import { ask } from "../web/ask.js";
import { keep, read } from "./drafts.js";
import { onDesk, whenOpen } from "./shown.js";

onDesk((desk, { signal }) => {
  const sheet = desk.querySelector("#reject");
  if (!sheet) return;
  const search = sheet.querySelector("#clause-search");
  const button = sheet.querySelector("#reject-now");
  const options = () => [...sheet.querySelectorAll("#clauses [role=option]")];
  const chosen = () => sheet.querySelector("#clauses [aria-selected=true]");
  let asked = 0;

  const clauses = () => {
    const first = chosen()?.dataset.value;
    const also = [...sheet.querySelectorAll("[name=also]:checked")].map((box) => box.value);
    return first ? [first, ...also.filter((value) => value !== first)] : [];
  };

  async function preview() {
    const values = clauses();
    button.disabled = !values.length;
    const asking = ++asked;
    const query = new URLSearchParams({ outcome: sheet.outcome.value, author_note: sheet.author_note?.value ?? "" });
    for (const value of values) query.append("clauses", value);
    const answer = await ask(`${sheet.dataset.preview}?${query}`, { signal });
    if (asking !== asked || !answer) return; // a newer choice was made meanwhile, or the item was left
    if (!answer.ok) {
      if (answer.text) document.getElementById("notices").innerHTML = answer.text;
      return;
    }
    // Read at this moment and not before the answer came: somebody may be typing.
    const typed = sheet.author_note;
    const focused = document.activeElement === typed;
    const kept = typed?.value ?? "";
    const [start, end] = [typed?.selectionStart, typed?.selectionEnd];
    sheet.querySelector("#preview").innerHTML = answer.text;
    if (sheet.author_note) {
      sheet.author_note.value = kept;
      if (focused) {
        sheet.author_note.focus();
        sheet.author_note.setSelectionRange(start, end);
      }
    }
  }

  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    search.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
    remember();
    preview();
  }

  search.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    }
  });
  sheet.addEventListener("click", (event) => {
    const option = event.target.closest?.("#clauses [role=option]");
    if (option) choose(option);
  });
  sheet.addEventListener("htmx:afterSwap", () => preview());
  let pause = 0;
  sheet.addEventListener("input", (event) => {
    if (event.target.name === "author_note") {
      clearTimeout(pause);
      pause = setTimeout(preview, 250);
    } else if (event.target !== search) preview();
    remember();
  });
  sheet.addEventListener("submit", (event) => {
    const values = clauses();
    if (!values.length) return event.preventDefault();
    for (const old of sheet.querySelectorAll("input[name=clauses]")) old.remove();
    for (const value of values) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = "clauses";
      input.value = value;
      sheet.append(input);
    }
  });

  function remember() {
    keep(desk, "reject", { q: search.value, note: sheet.author_note?.value ?? "", outcome: sheet.outcome.value, clauses: clauses() });
  }
  const kept = read(desk).reject;
  if (kept && !sheet.dataset.restored) {
    sheet.dataset.restored = "yes";
    search.value = kept.q;
    sheet.outcome.value = kept.outcome;
    if (sheet.author_note) sheet.author_note.value = kept.note;
    for (const box of sheet.querySelectorAll("[name=also]")) box.checked = kept.clauses.slice(1).includes(box.value);
    const again = () => {
      const same = options().find((option) => option.dataset.value === kept.clauses[0]);
      if (same) choose(same);
    };
    if (kept.q) {
      sheet.addEventListener("htmx:afterSwap", again, { once: true });
      window.htmx?.trigger(search, "input");
    } else again();
  }
  whenOpen(sheet, () => preview());
});
