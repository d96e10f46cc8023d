// The batch grid: a key for each card, nothing sent before all is submitted, and every card answered. What is chosen is kept
// in this tab: a reload, a lost connection or a refusal loses nothing.
import { ask } from "../web/ask.js";
import { openSheet, shutSheet } from "../web/sheet.js";
import { picker } from "./picker.js";
import { count } from "./undo.js";
import { freshKey } from "./wire.js";

const main = document.getElementById("main");
const sheet = document.getElementById("batch-clause");
const drawer = `batch:${main.dataset.batch}`;
const EVERY = 60_000;
const TONES = { approve: "approve", remove: "reject", hold: "hold" };
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";

// review → {version, outcome, clauses, words, note, key}; `sent` of what was submitted, for when it is taken back.
const { chosen: before = {}, last = null, sent: past = {} } = JSON.parse(sessionStorage.getItem(drawer) ?? "{}");
const chosen = new Map(Object.entries(before));
const sent = new Map(Object.entries(past));
let again = last; // the clause chosen last: {outcome, clauses, words, note}
let here = 0;
let busy = false;

const grid = () => document.getElementById("grid");
const cards = () => [...grid().querySelectorAll(".card")];
const mine = () => cards().filter((card) => card.dataset.mine !== undefined);
const current = () => cards()[here];
const pending = (card) => {
  const choice = card && chosen.get(card.dataset.review);
  return choice && choice.version === card.dataset.version && card.dataset.mine !== undefined ? choice : null;
};
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function keep() {
  sessionStorage.setItem(drawer, JSON.stringify({
    chosen: Object.fromEntries(chosen), sent: Object.fromEntries(sent), last: again,
  }));
}

// ---- what the cards show ----

function draw(card) {
  const choice = pending(card);
  const foot = card.querySelector("footer");
  if (choice) card.dataset.tone = TONES[choice.outcome];
  else delete card.dataset.tone;
  foot.querySelector("[data-idle]").hidden = Boolean(choice);
  foot.querySelector("[data-clear]").hidden = !choice;
  for (const said of foot.querySelectorAll("[data-when]")) {
    said.hidden = said.dataset.when !== choice?.outcome;
    const words = said.querySelector("[data-words]");
    if (words) words.textContent = choice?.words ?? "";
  }
}

function drawAll() {
  const tally = { approve: 0, remove: 0, hold: 0, open: 0, chosen: 0 };
  for (const card of cards()) {
    draw(card);
    if (card.dataset.mine === undefined) continue;
    const choice = pending(card);
    tally[choice?.outcome ?? "open"] += 1;
    if (choice) tally.chosen += 1;
  }
  for (const place of grid().querySelectorAll("[data-count]")) {
    const number = tally[place.dataset.count];
    (place.querySelector("b") ?? place).textContent = number;
    if (["approve", "remove", "hold"].includes(place.dataset.count)) place.hidden = !number;
  }
  const button = grid().querySelector("[data-do=submit]");
  if (button) button.disabled = busy || !tally.chosen;
  const repeat = grid().querySelector("[data-do=again]");
  if (repeat) repeat.disabled = !again;
}

function go(to, { focus = true } = {}) {
  const all = cards();
  if (!all.length) return;
  here = Math.min(all.length - 1, Math.max(0, to));
  all.forEach((card, place) => {
    card.classList.toggle("here", place === here);
    card.tabIndex = place === here ? 0 : -1;
    if (place === here) card.setAttribute("aria-current", "true");
    else card.removeAttribute("aria-current");
  });
  if (focus) all[here].focus({ preventScroll: true });
  all[here].scrollIntoView({ block: "nearest" });
}

/** The next card that nothing is chosen for; the one beside when there is none. */
function onward() {
  const all = cards();
  const open = (card) => card.dataset.mine !== undefined && !pending(card);
  const after = all.findIndex((card, place) => place > here && open(card));
  const any = after < 0 ? all.findIndex(open) : after;
  go(any < 0 ? here : any);
}

// ---- choosing ----

function choose(card, choice) {
  if (!card || card.dataset.mine === undefined || busy) return;
  chosen.set(card.dataset.review, { version: card.dataset.version, clauses: "", words: "", note: "", ...choice, key: freshKey() });
}

function clear(card) {
  if (card) chosen.delete(card.dataset.review);
}

function askClause(outcome) {
  const card = current();
  if (!card || card.dataset.mine === undefined) return;
  sheet.dataset.clauses = card.dataset.clauses;
  sheet.dataset.preview = card.dataset.preview;
  sheet.elements.outcome.value = outcome;
  sheet.elements.author_note.value = chosen.get(card.dataset.review)?.note ?? "";
  sheet.querySelector("[data-about]").textContent = card.querySelector("h2").textContent;
  sheet.querySelector("[data-send]").dataset.tone = TONES[outcome];
  for (const head of sheet.querySelectorAll("header [data-when]")) head.hidden = head.dataset.when !== outcome;
  openSheet(sheet);
}

const acts = {
  approve() { choose(current(), { outcome: "approve" }); onward(); },
  remove: () => askClause("remove"),
  hold: () => askClause("hold"),
  again() { if (again) { choose(current(), again); onward(); } },
  clear: () => clear(current()),
  next: () => go(here + 1),
  back: () => go(here - 1),
  rest() { for (const card of mine()) if (!pending(card)) choose(card, { outcome: "approve" }); },
  submit,
};

function act(name) {
  acts[name]();
  keep();
  drawAll();
}

picker(sheet);
sheet.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!sheet.elements.clauses.value) return;
  const { outcome, clauses, author_note: note } = sheet.elements;
  again = { outcome: outcome.value, clauses: clauses.value, words: sheet.dataset.words, note: note.value };
  shutSheet(sheet);
  choose(current(), again);
  onward();
  keep();
  drawAll();
});

main.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-do]");
  if (button) return act(button.dataset.do);
  const card = event.target.closest?.(".card");
  if (!card) return;
  go(cards().indexOf(card), { focus: !event.target.closest("a, button") });
  if (event.target.closest("[data-clear]")) act("clear");
});
main.addEventListener("focusin", (event) => {
  const card = event.target.closest?.(".card");
  if (card && card !== current()) go(cards().indexOf(card), { focus: false });
});

// Before the desk's own keys: Shift-A is not A, and arrows belong to the grid.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
  const typing = event.target.closest?.(FIELDS);
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (sheet.classList.contains("open")) sheet.requestSubmit();
    else act("submit");
    return;
  }
  if (typing || sheet.classList.contains("open") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.shiftKey && event.key.toLowerCase() === "a") {
    event.preventDefault();
    act("rest");
    return;
  }
  const columns = getComputedStyle(grid().querySelector(".cards") ?? grid()).gridTemplateColumns.split(" ").length;
  const rtl = document.documentElement.dir === "rtl" ? -1 : 1;
  const by = { ArrowRight: rtl, ArrowLeft: -rtl, ArrowDown: columns, ArrowUp: -columns }[event.key];
  if (by === undefined || !event.target.closest?.("#main, body")) return;
  event.preventDefault();
  go(here + by);
}, { capture: true });

// ---- sending ----

/** The text of the answer; null when it was refused, which is said, or none came. */
async function send(address, fields) {
  const answer = await ask(address, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": token() } });
  if (answer?.ok) return answer.text;
  if (!answer) document.dispatchEvent(new CustomEvent("htmx:sendError"));
  else if (answer.status === 401) location.reload(); // to the sign-in page and back: what is chosen is kept
  else document.getElementById("notices").innerHTML = answer.text;
  return null;
}

function swap(html) {
  const focused = current()?.dataset.review;
  const next = new DOMParser().parseFromString(html, "text/html").getElementById("grid");
  grid().replaceWith(document.adoptNode(next));
  document.getElementById("notices").replaceChildren();
  const shown = new Set(cards().map((card) => card.dataset.review));
  for (const review of [...chosen.keys()]) if (!shown.has(review)) chosen.delete(review);
  grid().querySelectorAll(".undo").forEach(count);
  const place = cards().findIndex((card) => card.dataset.review === focused);
  go(Math.max(0, place));
  keep();
  drawAll();
}

async function submit() {
  const cardsSent = mine().filter(pending);
  if (busy || !cardsSent.length) return;
  busy = true;
  drawAll();
  sent.clear();
  const fields = cardsSent.map((card) => {
    const choice = pending(card);
    sent.set(card.dataset.review, choice);
    return ["choice", JSON.stringify({ review: card.dataset.review, ...choice })];
  });
  keep();
  const answer = await send(main.dataset.submit, fields);
  busy = false;
  if (answer !== null) swap(answer);
  else drawAll();
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("[data-undo-batch]");
  if (!form) return;
  event.preventDefault();
  const answer = await send(main.dataset.undo, [...new FormData(form)]);
  if (answer === null) return;
  for (const [review, choice] of sent) chosen.set(review, { ...choice, key: freshKey() });
  swap(answer);
});

// ---- leases ----

async function stay() {
  const answer = await send(main.dataset.heartbeat, []);
  if (answer === null) return;
  const { held, left } = JSON.parse(answer);
  for (const card of mine()) {
    if (held.includes(card.dataset.review)) continue;
    delete card.dataset.mine;
    card.classList.add("gone");
    const chip = document.createElement("span");
    chip.className = "chip";
    chip.dataset.tone = "reject";
    chip.append(document.getElementById("batch-lost").content.cloneNode(true));
    card.querySelector("[data-idle]").replaceChildren(chip);
  }
  const lease = grid().querySelector("[data-lease]");
  if (lease) lease.textContent = left;
  drawAll();
}

setInterval(stay, EVERY);
// What is on the page is given back when it goes; a page that comes back (a reload) keeps it.
window.addEventListener("pagehide", () => {
  const reviews = mine().map((card) => ["review", card.dataset.review]);
  if (!reviews.length) return;
  navigator.sendBeacon(main.dataset.leave, new URLSearchParams([...reviews, ["csrfmiddlewaretoken", token()]]));
});
window.addEventListener("pageshow", (event) => event.persisted && stay());

grid().querySelectorAll(".undo").forEach(count);
go(0);
drawAll();
