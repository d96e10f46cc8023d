// Labels: found by a few letters, added and taken away by Enter, sent along with whatever is decided.
import { keep, read } from "./drafts.js";
import { onDesk, whenOpen } from "./shown.js";
import { words } from "./wire.js";

/** How well letters typed fit a text: all in order, the earlier and the closer together the better; -1 when they do not. */
function fits(text, typed) {
  const at = text.indexOf(typed);
  if (at >= 0) return 1000 - at - text.length / 100;
  let from = 0;
  let score = 500;
  for (const letter of typed) {
    const found = text.indexOf(letter, from);
    if (found < 0) return -1;
    score -= found - from;
    from = found + 1;
  }
  return score;
}

onDesk((desk) => {
  const sheet = desk.querySelector("#label");
  if (!sheet) return;
  const search = sheet.querySelector("#label-search");
  const list = sheet.querySelector("#label-options");
  const place = desk.querySelector("[data-labels]");
  const chosen = new Set(read(desk).labels ?? []);
  let active = null;

  function chips() {
    place.replaceChildren(...[...chosen].map((code) => {
      const chip = words("label-chip").firstElementChild;
      chip.querySelector("input").value = code;
      chip.querySelector("span").textContent = code;
      chip.addEventListener("click", () => toggle(code));
      return chip;
    }));
  }

  function toggle(code) {
    chosen.has(code) ? chosen.delete(code) : chosen.add(code);
    keep(desk, "labels", [...chosen]);
    chips();
    for (const option of list.children) option.setAttribute("aria-selected", String(chosen.has(option.dataset.value)));
  }

  function mark(option) {
    active?.classList.remove("active");
    active = option ?? null;
    active?.classList.add("active");
    search.setAttribute("aria-activedescendant", active?.id ?? "");
    active?.scrollIntoView({ block: "nearest" });
  }

  function fill() {
    const typed = search.value.trim().toLowerCase();
    const all = [...words("labels").children].map((option) => [fits(option.textContent.toLowerCase(), typed), option]);
    const shown = all.filter(([score]) => score >= 0).sort((one, other) => (typed ? other[0] - one[0] : 0)).map(([, option]) => option);
    shown.forEach((option, number) => {
      option.id = `label-${number + 1}`;
      option.setAttribute("aria-selected", String(chosen.has(option.dataset.value)));
    });
    list.replaceChildren(...shown);
    mark(shown[0]);
  }

  whenOpen(sheet, fill);
  search.addEventListener("input", fill);
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const all = [...list.children];
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(all[(all.indexOf(active) + step + all.length) % all.length]);
    } else if (event.key === "Enter" && active) {
      event.preventDefault();
      toggle(active.dataset.value);
      search.select();
    }
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) toggle(option.dataset.value);
  });
  chips();
});
