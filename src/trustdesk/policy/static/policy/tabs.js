// Sections that stand under each other without script become tabs: one thing at a time, arrow keys between them.
const place = document.querySelector("[data-tabs]");
const sections = place ? [...place.querySelectorAll(":scope > [data-tab]")] : [];
const list = document.createElement("div");
list.className = "tabs";
list.setAttribute("role", "tablist");

const tabs = sections.map((section, at) => {
  const tab = document.createElement("button");
  tab.type = "button";
  tab.id = `tab-${section.id}`;
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", section.id);
  tab.append(section.dataset.tab);
  section.setAttribute("role", "tabpanel");
  section.setAttribute("aria-labelledby", tab.id);
  tab.addEventListener("click", () => open(section.id));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const other = sections[(at + step + sections.length) % sections.length];
    open(other.id);
    document.getElementById(`tab-${other.id}`).focus();
  });
  return tab;
});

export function open(id) {
  sections.forEach((section, at) => {
    const here = section.id === id;
    section.hidden = !here;
    tabs[at].setAttribute("aria-selected", here);
    tabs[at].tabIndex = here ? 0 : -1;
  });
}

/** How many things are wrong stands on the first tab, also while another is open. */
function count() {
  for (const [at, section] of sections.entries()) {
    const found = section.querySelector("[data-counts]")?.dataset.counts;
    tabs[at].querySelector(".count")?.remove();
    if (found && found !== "0") {
      const said = document.createElement("span");
      said.className = "count";
      said.dataset.tone = "reject";
      said.textContent = found;
      tabs[at].append(said);
    }
  }
}

if (place) {
  list.append(...tabs);
  place.prepend(list);
  for (const heading of place.querySelectorAll("[data-untabbed]")) heading.classList.add("sr");
  open((sections.find((section) => "first" in section.dataset) ?? sections[0]).id);
  count();
  document.addEventListener("htmx:afterSwap", () => {
    for (const heading of place.querySelectorAll("[data-untabbed]")) heading.classList.add("sr");
    count();
  });
}
