// Ahead of the reviewer: the next item is claimed and rendered while this one is looked at. A decision puts it on screen
// at once and is sent behind the reviewer's back; what comes back refused comes back as it was left.
//
// A form of the fragment with data-decides is sent so; `data-undoable` says that what it does can be undone.
import { current, onDesk, show } from "./shown.js";
import { clear } from "./drafts.js";
import { ask } from "../web/ask.js";
import { frame, freshKey, parsed, post, say, words } from "./wire.js";

const STALE = 8 * 60_000; // addresses of pictures work for nine minutes
const SHORT = 10_000; // characters
const waiting = []; // fragments of ours that stood on screen and were pushed back by one that came back
const sent = new Map(); // review → {desk, done}: sent and not answered, or answered and still to be undone
const channel = new BroadcastChannel("desk");
let next = null; // {promise, desk, at}: what comes after the item on screen

const id = (desk) => desk.dataset.review;
const ours = (desk) => Boolean(desk?.dataset.mine);

// ---- what comes next ----

function prepare(opened = "") {
  const mine = current();
  const asked = { desk: undefined, at: performance.now() };
  next = asked;
  asked.promise = post(frame().dataset.ahead, { opened, queue: mine?.dataset.queue ?? "" }).then(async (came) => {
    if (came.came === "refused" && opened && current() && id(current()) === opened) refused(current(), came);
    if (opened && came.came === "done") channel.postMessage({ shown: opened });
    asked.desk = fragment(came);
    if (asked.desk && (!ours(asked.desk) || known(id(asked.desk)))) asked.desk = null;
    if (asked.desk && next === asked) preload(asked.desk);
    return asked.desk;
  });
}

/** The fragment an answer holds; null when it holds none, or broke off. */
const fragment = (came) => (came.came === "done" && came.status === 200 && came.text !== null ? read(came.text) : null);

const known = (review) =>
  id(current() ?? frame()) === review || waiting.some((desk) => id(desk) === review) || sent.get(review)?.open;

function read(html) {
  // A document of its own: nothing of it is loaded or run before it is shown.
  return new DOMParser().parseFromString(html, "text/html").getElementById("desk");
}

/** Pictures that may be seen at once are there when they are needed; veiled ones wait until somebody wants to look. */
function preload(desk) {
  for (const picture of desk.querySelectorAll("img[src]")) {
    if (!picture.closest("figure, li")?.querySelector(".veil")) new Image().src = picture.getAttribute("src");
  }
}

/** Take what is ready; a promise when it is still on its way, null when there is none. */
function take() {
  if (waiting.length) return waiting.shift();
  const asked = next;
  next = null;
  if (!asked) return null;
  if (asked.desk && performance.now() - asked.at > STALE) return null;
  return asked.desk === undefined ? asked.promise : asked.desk;
}

// ---- on screen ----

function put(desk, { push = true, undo = null } = {}) {
  const fresh = !desk.dataset.shown;
  desk.dataset.shown = "yes";
  show(desk);
  document.title = desk.dataset.title;
  document.querySelector(".crumb h2").textContent = desk.dataset.place;
  document.querySelector(".crumb small").textContent = desk.dataset.under;
  if (push && location.pathname !== desk.dataset.address) {
    history.pushState({ review: id(desk) }, "", desk.dataset.address);
  }
  if (undo) offerUndo(desk, undo);
  desk.notice ? say(...desk.notice) : say();
  document.getElementById("main").focus({ preventScroll: true });
  window.scrollTo(0, 0);
  channel.postMessage({ shown: id(desk) });
  if (fresh && ours(desk)) prepare(id(desk));
  else if (!next) prepare();
}

function offerUndo(desk, decided) {
  const made = decided.querySelector("template[data-undo]");
  const slot = desk.querySelector("[data-undo-slot]");
  if (!made || !slot) return;
  slot.replaceChildren(document.importNode(made.content, true));
  slot.querySelector("[name=csrfmiddlewaretoken]").value = decided.querySelector("[name=csrfmiddlewaretoken]").value;
  desk.dispatchEvent(new CustomEvent("desk:undo", { bubbles: true }));
}

// ---- a decision ----

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("#desk form[data-decides]")) return;
  event.preventDefault();
  decide(form);
});

async function decide(form) {
  const desk = current();
  if (desk.dataset.leaving) return; // pressed twice
  desk.dataset.leaving = "yes";
  const fields = new FormData(form);
  fields.delete("csrfmiddlewaretoken");
  for (const label of desk.querySelectorAll("[data-labels] [name=labels]")) fields.append("labels", label.value);
  const undoable = form.hasAttribute("data-undoable");
  // What was sent and not answered may be done already: the same again carries the same key, anything else its own.
  const said = JSON.stringify([form.getAttribute("action"), ...fields]);
  if (desk.last?.said !== said) desk.last = { said, key: freshKey(), address: form.getAttribute("action"), undoable };
  fields.set("key", desk.last.key);
  desk.last.fields = fields;
  const found = take();
  const ready = found instanceof Promise ? null : found;
  document.dispatchEvent(new CustomEvent("desk:decided", { detail: { review: id(desk), ready: Boolean(ready) } }));
  const done = send(desk);
  if (ready) return put(ready, { undo: undoable ? desk : null });
  desk.setAttribute("aria-busy", "true");
  const after = await found;
  if (after) {
    desk.removeAttribute("aria-busy");
    if (current() === desk && !desk.notice) put(after, { undo: undoable ? desk : null });
    else waiting.push(after);
    return;
  }
  // Nothing could be prepared: what is urgent is never dealt ahead, and new work may have come meanwhile.
  if (await done) await fetchNext(desk);
  desk.removeAttribute("aria-busy");
}

/** The next as it is dealt now, for the place of one that is done with. */
async function fetchNext(desk) {
  const came = await post(frame().dataset.next, { queue: desk.dataset.queue });
  const found = fragment(came);
  if (!found && came.came !== "done") return say(...words(`${came.came === "refused" ? "gone" : came.came}-waiting`).children);
  if (!found) return location.assign(frame().dataset.nothing);
  found.dataset.shown = "yes";
  put(found, { undo: desk.last?.undoable ? desk : null });
}

/** Send what was decided; true when it was taken. Sent again it carries the same key, so it is done once. */
function send(desk) {
  const entry = { desk, open: true };
  sent.set(id(desk), entry);
  const fields = clone(desk.last.fields);
  // It goes out even when the page is left at this moment; browsers allow that for short ones.
  const short = [...fields.values()].reduce((sum, value) => sum + value.length, 0) < SHORT;
  entry.done = post(desk.last.address, fields, { keepalive: short }).then((came) => {
    entry.open = false;
    if (came.came === "done") {
      clear(desk);
      desk.notice = null;
      if (came.text) document.dispatchEvent(new CustomEvent("desk:answered", { detail: { review: id(desk), told: JSON.parse(came.text) } }));
      if (!desk.last.undoable) sent.delete(id(desk));
      else setTimeout(() => sent.get(id(desk)) === entry && sent.delete(id(desk)), 20_000);
      return true;
    }
    sent.delete(id(desk));
    refused(desk, came);
    return false;
  });
  return entry.done;
}

function clone(fields) {
  const copy = new FormData();
  for (const [name, value] of fields) copy.append(name, value);
  return copy;
}

// ---- what came back ----

function refused(desk, came) {
  delete desk.dataset.leaving;
  const lines = came.html ? [...parsed(came.html).children] : [];
  const lost = came.code === "claim_lost" || came.code === "already_claimed" || came.code === "not_waiting" || came.code === "no_such_work";
  if (came.code === "item_changed") return reread(desk, lines);
  if (lost) {
    delete desk.dataset.mine;
    desk.dataset.lost = "yes";
    for (const button of desk.querySelectorAll("form[data-decides] button")) button.disabled = true;
  }
  if (came.came === "refused" && desk.last) desk.last.said = ""; // nothing was done: pressed again, it is a new decision
  desk.notice = [...lines, ...words(came.came === "refused" ? (lost ? "lost" : "mend") : came.came).children];
  for (const link of desk.notice.flatMap((one) => [...one.querySelectorAll("[data-read]")])) link.setAttribute("href", desk.dataset.address);
  if (current() === desk) return say(...desk.notice);
  const there = current();
  if (there && ours(there)) waiting.unshift(there);
  put(desk);
}

/** The author changed it meanwhile: show the new version with what changed, and put what was typed back into it. */
async function reread(desk, lines) {
  const came = await ask(`${desk.dataset.address}?since=${desk.dataset.version}`);
  const found = came?.ok ? read(came.text) : null;
  if (!found) return refused(desk, { came: "gone" });
  found.dataset.shown = "yes";
  found.notice = lines;
  const there = current();
  if (there && there !== desk && ours(there)) waiting.unshift(there);
  put(found);
}

document.addEventListener("click", async (event) => {
  const desk = current();
  const button = event.target.closest?.("#notices button[data-does]");
  if (!button || !desk) return;
  button.disabled = true;
  if (button.dataset.does === "next") return goOn(desk);
  if (button.dataset.does === "take") {
    const came = await post(`${desk.dataset.address}/take`, {});
    if (came.came !== "done") return refused(desk, came);
    desk.notice = null;
    desk.dataset.mine = "yes";
    for (const one of desk.querySelectorAll("form[data-decides] button")) one.disabled = false;
    return say();
  }
  desk.dataset.leaving = "yes";
  if (await send(desk)) goOn(desk);
});

async function goOn(desk) {
  const found = await take();
  found ? put(found, { undo: desk.last?.undoable && sent.has(id(desk)) ? desk : null }) : fetchNext(desk);
}

// ---- undo ----

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("#desk form.undo")) return;
  event.preventDefault();
  const review = form.dataset.review;
  const entry = sent.get(review);
  const button = form.querySelector("button");
  button.disabled = true;
  if (entry && !(await entry.done)) return; // it never was decided, and is on screen again by now
  const came = await post(form.getAttribute("action"), {});
  if (came.came !== "done" || came.text === null) {
    button.disabled = false;
    return say(...(came.html ? parsed(came.html).children : []), ...(came.came === "refused" ? [] : words("undo-gone").children));
  }
  const there = current();
  // As it was left; an edit that was taken back has made a version of its own.
  const answered = read(came.text);
  const desk = entry && entry.desk.dataset.version === answered.dataset.version ? entry.desk : answered;
  delete desk.dataset.leaving;
  desk.dataset.shown = "yes";
  desk.last = desk.notice = null;
  sent.delete(review);
  if (there && ours(there)) waiting.unshift(there);
  put(desk);
  desk.querySelector("[data-undo-slot]")?.replaceChildren();
});

// ---- other tabs, other pages ----

channel.addEventListener("message", ({ data }) => {
  const drop = waiting.findIndex((desk) => id(desk) === data.shown);
  if (drop >= 0) waiting.splice(drop, 1);
  const asked = next;
  asked?.promise.then((desk) => {
    if (desk && next === asked && id(desk) === data.shown) prepare();
  });
});

window.addEventListener("popstate", () => {
  if (location.pathname !== current()?.dataset.address) location.reload();
});

window.addEventListener("pagehide", () => {
  if (!next) return;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
  navigator.sendBeacon(frame().dataset.leave, body);
});
window.addEventListener("pageshow", (event) => event.persisted && ours(current()) && prepare());

/** What the heartbeat keeps alive beside the item on screen. */
export const behind = () => waiting.map(id);

onDesk((desk) => {
  if (desk.dataset.shown) return;
  desk.dataset.shown = "yes";
  if (ours(desk)) {
    channel.postMessage({ shown: id(desk) });
    prepare(); // the one that came with the page is open already
  }
});
