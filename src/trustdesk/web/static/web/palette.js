// The palette: Ctrl-K lists every action of this page with its key, my state, where one can go, the look.
import { caps, ofMenu, ofPage, words } from "./acting.js";
import { press } from "./keys.js";

const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const list = palette?.querySelector("[role=listbox]");
const none = palette?.querySelector(".none");
let back = null;

function listed(group, elements) {
  const heading = palette.querySelector(`[data-group=${group}]`);
  let after = heading;
  for (const element of elements) {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset.found = "";
    const icon = element.querySelector("svg.i, .dot")?.cloneNode(true) ?? document.createElement("i");
    const text = document.createElement("span");
    text.textContent = words(element);
    option.append(icon, text, element.dataset.key ? caps(element.dataset.key) : "");
    option.act = () => press(element);
    after.after(option);
    after = option;
  }
}

function gather() {
  for (const old of list.querySelectorAll("[data-found]")) old.remove();
  listed("here", ofPage());
  listed("state", ofMenu(".switch"));
  listed("look", ofMenu(".mine"));
}

/** Where the letters typed are found, in order, words' beginnings first; null when they are not. */
function match(text, typed) {
  const low = text.toLowerCase();
  const at = [];
  for (const part of typed.toLowerCase().split(/\s+/).filter(Boolean)) {
    let start = low.search(new RegExp(`(^|[^\\p{L}\\p{N}])${part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "u"));
    if (start < 0) start = low.indexOf(part);
    else if (!low.startsWith(part, start)) start += 1;
    if (start < 0) return null;
    at.push([start, start + part.length]);
  }
  return at.sort((one, other) => one[0] - other[0]);
}

function show(span, at) {
  const text = span.textContent;
  span.textContent = "";
  let done = 0;
  for (const [start, end] of at) {
    if (start < done) continue;
    const mark = document.createElement("mark");
    mark.textContent = text.slice(start, end);
    span.append(text.slice(done, start), mark);
    done = end;
  }
  span.append(text.slice(done));
}

function filter() {
  let group = null;
  const options = [];
  for (const row of list.children) {
    if (row.classList.contains("group")) {
      group = row;
      group.hidden = true;
      continue;
    }
    const label = row.querySelector("span");
    const typed = input.value.trim();
    const found = row.dataset.ask !== undefined ? (typed ? [] : null) : match(label.textContent, typed);
    row.hidden = !found;
    if (!found) continue;
    if (row.dataset.ask !== undefined) label.textContent = `${row.dataset.ask} “${typed}”`;
    else show(label, found);
    if (group) group.hidden = false;
    options.push(row);
  }
  none.hidden = options.length > 0;
  select(options[0]);
}

function select(row) {
  for (const old of list.querySelectorAll("[aria-selected=true]")) old.setAttribute("aria-selected", "false");
  if (!row) return input.removeAttribute("aria-activedescendant");
  row.setAttribute("aria-selected", "true");
  row.id ||= `option-${[...list.children].indexOf(row)}`;
  input.setAttribute("aria-activedescendant", row.id);
  row.scrollIntoView({ block: "nearest" });
}

function move(by) {
  const rows = [...list.querySelectorAll("[role=option]:not([hidden])")];
  const now = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  if (rows.length) select(rows[(now + by + rows.length) % rows.length]);
}

function choose(row) {
  if (!row) return;
  const typed = input.value.trim();
  palette.close();
  if (row.act) row.act();
  else if (row.dataset.ask !== undefined) location.assign(row.dataset.href + encodeURIComponent(typed));
  else if (row.dataset.press) press(document.getElementById(row.dataset.press));
  else location.assign(row.dataset.href);
}

export function open() {
  if (palette.open) return;
  back = document.activeElement;
  gather();
  input.value = "";
  filter();
  palette.showModal();
  input.focus();
}

if (palette) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      palette.open ? palette.close() : open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-palette]")) {
      event.preventDefault();
      open();
    }
  });
  input.addEventListener("input", filter);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(list.querySelector("[aria-selected=true]:not([hidden])"));
    }
  });
  list.addEventListener("click", (event) => choose(event.target.closest("[role=option]")));
  palette.addEventListener("click", (event) => event.target === palette && palette.close());
  palette.addEventListener("close", () => back?.isConnected && back.focus());
}
