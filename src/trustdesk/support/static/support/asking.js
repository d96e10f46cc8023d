// Asking another team from the page of a case; what was typed is kept in this tab until it is sent.
import { teams } from "../escalations/teams.js";

const sheet = document.getElementById("escalate");
if (sheet) {
  const drawer = `asking:${sheet.dataset.case}`;
  const NAMES = ["team", "severity", "reason", "facts", "links"];
  const remember = () => {
    const values = NAMES.map((name) => [name, sheet.elements[name]?.value ?? ""]);
    if (sheet.elements.reason) sessionStorage.setItem(drawer, JSON.stringify(Object.fromEntries(values)));
  };
  const slot = sheet.querySelector("[data-teams-from]");
  slot.addEventListener("htmx:afterSwap", () => {
    const kept = JSON.parse(sessionStorage.getItem(drawer) ?? "null");
    const list = teams(sheet, remember);
    if (kept) {
      for (const name of NAMES.slice(1)) sheet.elements[name].value = kept[name];
      list.choose(kept.team);
    }
    sheet.querySelector("[data-find]").focus();
  });
  sheet.addEventListener("input", remember);
  sheet.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt === sheet && event.detail.successful) sessionStorage.removeItem(drawer);
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    sheet.requestSubmit();
  });
  const fill = () => window.htmx.ajax("GET", slot.dataset.teamsFrom, { target: slot, swap: "innerHTML" });
  if (sheet.classList.contains("open")) fill();
  else sheet.addEventListener("sheet:open", fill, { once: true });
}
