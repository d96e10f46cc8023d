// The page of an appeal: Ctrl-Enter sends, what was typed survives a reload, a claim lasts while the page is open.
for (const form of document.querySelectorAll("form[data-draft]")) {
  const drawer = form.dataset.draft;
  const text = form.querySelector("textarea[required]");
  text.value ||= sessionStorage.getItem(drawer) ?? "";
  form.addEventListener("input", () => sessionStorage.setItem(drawer, text.value));
  form.addEventListener("submit", () => sessionStorage.removeItem(drawer));
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("form")?.requestSubmit();
});

// Where something is done, a clause is chosen; another search keeps the choice while it is still among the clauses.
const now = document.getElementById("now");
if (now) {
  const form = now.closest("form");
  const clauses = () => [...now.querySelectorAll("[name=clauses]")];
  let chosen = "";
  const asks = () => {
    chosen = clauses().find((one) => one.checked)?.value ?? chosen;
    for (const one of clauses()) one.required = form.elements.outcome.value === "overturned";
  };
  form.addEventListener("change", asks);
  now.addEventListener("htmx:afterSwap", () => {
    for (const one of clauses()) one.checked = one.value === chosen;
    asks();
  });
}

const beat = document.getElementById("main").dataset.heartbeat;
const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
if (beat) {
  setInterval(() => {
    if (!document.hidden) fetch(beat, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => {});
  }, 60_000);
}
