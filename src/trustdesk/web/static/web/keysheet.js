// The sheet of keys: ? shows every key that means something on this page, grouped by where it acts.
import { caps, words } from "./acting.js";

const dialog = document.getElementById("keys");
const groups = dialog?.querySelector("[data-groups]");

function section(title, elements) {
  const known = new Set();
  const rows = elements.filter((element) => {
    const key = element.dataset.key ?? element.dataset.alsoKey;
    const said = words(element);
    if (!key || !said || element.disabled || known.has(`${key} ${said}`)) return false;
    return known.add(`${key} ${said}`);
  });
  if (!rows.length) return null;
  const made = document.createElement("section");
  const heading = document.createElement("h3");
  heading.textContent = title;
  const list = document.createElement("dl");
  for (const element of rows) {
    const what = document.createElement("dt");
    what.textContent = words(element);
    const keys = document.createElement("dd");
    keys.append(caps(element.dataset.key ?? element.dataset.alsoKey));
    list.append(what, keys);
  }
  made.append(heading, list);
  return made;
}

function gather() {
  for (const old of groups.querySelectorAll("section:not([data-group=all])")) old.remove();
  const all = (where) => [...document.querySelectorAll(`${where} :is([data-key], [data-also-key])`)];
  const inSheet = (element) => element.closest(".sheet");
  const visible = (element) => element.dataset.alsoKey !== undefined || element.checkVisibility?.() !== false;
  const page = all("main").filter((element) => !inSheet(element) && visible(element));
  const sheets = [...document.querySelectorAll("main .sheet, body > .sheet")].map((sheet) => {
    const titled = sheet.getAttribute("aria-labelledby");
    const title = sheet.getAttribute("aria-label") ?? (titled && document.getElementById(titled)?.textContent.trim());
    return section(title || groups.dataset.here, [...sheet.querySelectorAll("[data-key], [data-also-key]")]);
  });
  const go = [...document.querySelectorAll(".rail [data-key]")];
  const made = [section(groups.dataset.here, page), ...sheets, section(groups.dataset.state, all(".top .switch")), section(groups.dataset.go, go)];
  groups.prepend(...made.filter(Boolean));
}

if (dialog) {
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-keysheet]")) return;
    for (const menu of document.querySelectorAll("details.menu-face[open]")) menu.open = false;
    gather();
    if (!dialog.open) dialog.showModal();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "?") {
      event.preventDefault();
      dialog.close();
    }
  });
}
