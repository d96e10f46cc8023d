// Choosing cases in the inbox: boxes, X under the cursor, Shift for all between. What is chosen stays through the pages of
// one list and while the page is drawn anew: it is kept in this tab, as each case was when it was chosen.
const form = document.getElementById("choosing");
const key = (query) => `choosing:${query}`;
const boxes = () => [...document.querySelectorAll(".inbox input.tick")];
const rows = () => [...document.querySelectorAll(".inbox li > a")];
const id = (value) => value.split(":")[0];

if (form) {
  const most = Number(form.dataset.most);
  const told = form.querySelector("[data-chosen]");
  const kept = new Map(JSON.parse(sessionStorage.getItem(key(form.dataset.list)) ?? "[]"));

  function show() {
    for (const box of boxes()) box.checked = kept.has(id(box.value));
    const some = form.dataset.some.replace("{n}", kept.size);
    told.textContent = kept.size > most ? `${some}. ${form.dataset.tooMany}` : kept.size ? some : "";
    form.classList.toggle("some", kept.size > 0);
    form.elements.chosen.value = [...kept.values()].join(" ");
    form.querySelector(".primary").disabled = !kept.size || kept.size > most;
    if (kept.size) window.htmx?.trigger(form.querySelector("[data-all]"), "chosen");
    sessionStorage.setItem(key(form.dataset.list), JSON.stringify([...kept]));
  }

  function choose(box, on) {
    if (on) kept.set(id(box.value), box.value);
    else kept.delete(id(box.value));
  }

  let last = null;
  function chosen(box, { on, range }) {
    const all = boxes();
    const from = range && last?.isConnected ? all.indexOf(last) : all.indexOf(box);
    const to = all.indexOf(box);
    for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) choose(one, on);
    last = box;
    show();
  }

  document.addEventListener("click", (event) => {
    if (event.target.matches?.(".inbox input.tick")) chosen(event.target, { on: event.target.checked, range: event.shiftKey });
    if (event.target.closest?.("[data-none]")) {
      kept.clear();
      show();
    }
  });

  // The cursor is the row that has the focus, else the one under the pointer, else the first.
  const cursor = () => {
    const row = document.activeElement?.closest?.(".inbox li") ?? document.querySelector(".inbox li:hover");
    return row?.querySelector("input.tick") ? row : null;
  };
  const typing = (target) => target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open], .sheet.open, details.menu-face[open]")) return;
    const pressed = event.key.toLowerCase();
    const all = rows();
    if ((pressed === "j" || pressed === "k") && all.length && !event.shiftKey) {
      const at = all.indexOf(cursor()?.querySelector("a"));
      all[Math.min(Math.max(at + (pressed === "j" ? 1 : -1), 0), all.length - 1)].focus();
      event.preventDefault();
    }
    if (pressed === "x" && all.length) {
      const row = cursor() ?? all[0].closest("li");
      row.querySelector("a").focus();
      const box = row.querySelector("input.tick");
      chosen(box, { on: !box.checked, range: event.shiftKey });
      event.preventDefault();
    }
  });

  window.addEventListener("pageshow", show);
  document.addEventListener("htmx:load", () => told.textContent || show());
  show();
}
