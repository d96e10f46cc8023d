// The list of teams one can ask, found by fuzzy typing.

/** Where the letters of `typed` stand in `name`, in order; null when they do not. */
export function places(name, typed) {
  const found = [];
  const low = name.toLowerCase();
  let from = 0;
  for (const letter of typed.toLowerCase().replace(/\s+/g, "")) {
    const at = low.indexOf(letter, from);
    if (at < 0) return null;
    found.push(at);
    from = at + 1;
  }
  return found;
}

function mark(place, found) {
  const name = place.textContent;
  const marked = new Set(found);
  place.replaceChildren(
    ...[...name].map((letter, at) => (marked.has(at) ? Object.assign(document.createElement("b"), { textContent: letter }) : letter)),
  );
}

/** Make a list of teams work: `form` holds [data-teams]; `changed` is called when another is chosen. */
export function teams(form, changed = () => {}) {
  const box = form.querySelector("[data-teams]");
  const find = box.querySelector("[data-find]");
  const value = box.querySelector("[data-chosen]");
  const all = [...box.querySelectorAll("[role=option]")];
  const shown = () => all.filter((option) => !option.hidden);
  const choose = (option) => {
    for (const other of all) other.setAttribute("aria-selected", String(other === option));
    value.value = option?.dataset.value ?? "";
    option ? find.setAttribute("aria-activedescendant", option.id) : find.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
    changed();
  };
  find.addEventListener("input", () => {
    for (const option of all) {
      const name = option.querySelector("[data-name]");
      const found = places(name.textContent, find.value);
      option.hidden = found === null;
      mark(name, found ?? []);
    }
    choose(shown()[0]);
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      form.querySelector("[name=reason]").focus();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const some = shown();
    const at = some.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (some.length) choose(some[(at + (event.key === "ArrowDown" ? 1 : -1) + some.length) % some.length]);
  });
  box.addEventListener("click", (event) => {
    const option = event.target.closest?.("[role=option]");
    if (option) choose(option);
  });
  return { choose: (code) => choose(all.find((option) => option.dataset.value === code) ?? all[0]) };
}
