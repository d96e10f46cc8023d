// A chat with the desk. What is typed is kept here until the desk has it: each message has a name made here, so that a reload,
// a lost network or a restart of the desk neither loses nor doubles it. What was said is asked for from the last number on.
const main = document.getElementById("main");
const say = (name) => main.dataset[`say${name}`];
const framed = main.dataset.framed === "yes";
const asked = new URLSearchParams(location.hash.slice(1));
const NAME = "trustdesk.chat";
const BEAT = 20_000, LONGEST_WAIT = 30_000, SLOW = 5_000, WRITES_EVERY = 3_000, WRITES_FOR = 6_000;
const element = (id) => document.getElementById(id);

let memory = {};
const kept = () => {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? "{}");
  } catch {
    return memory; // a browser that keeps nothing: as long as the page is open
  }
};
function keep(change) {
  memory = { ...kept(), ...change };
  try {
    localStorage.setItem(NAME, JSON.stringify(memory));
  } catch { /* as above */ }
}
const outbox = () => kept().outbox ?? [];

class Refused extends Error {
  constructor(status, told) {
    super(told.said);
    Object.assign(this, { status, told });
  }
}

async function ask(path, body = {}) {
  const headers = { "Content-Type": "application/json", "X-Language": main.dataset.lang };
  if (kept().key) headers.Authorization = `Chat ${kept().key}`;
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(15_000), credentials: "omit" });
  const told = await answer.json();
  if (!answer.ok) throw new Refused(answer.status, told);
  return told;
}

// What is shown.
const shown = new Map(); // by the message's id, and by the name its page gave it
let thread = "", last = 0, by = "", ended = "", unread = 0, visible = !framed;

function place(name) {
  for (const id of ["start", "leave", "left", "talk"]) element(id).hidden = id !== name;
}

function bubble({ mine, who, text, at }) {
  const line = document.createElement("div");
  line.className = mine ? "line mine" : "line";
  const head = document.createElement("span");
  head.className = "who";
  const name = document.createElement("span");
  name.textContent = `${who} · `;
  const time = document.createElement("time");
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const state = document.createElement("span");
  state.dataset.state = "";
  head.append(name, time, state);
  const words = document.createElement("div");
  words.className = "words";
  words.dir = "auto";
  words.textContent = text;
  line.append(head, words);
  return line;
}

function draw(one) {
  if (shown.has(one.id)) return;
  const waiting = one.client && shown.get(one.client);
  if (waiting) waiting.remove(); // now it has its place among the others
  const line = bubble({ mine: !one.ours, who: one.ours ? one.by || say("Auto") : say("You"), text: one.text, at: one.at });
  line.dataset.no = one.no;
  shown.set(one.id, line);
  if (one.client) shown.set(one.client, line);
  const log = element("log");
  const after = [...log.children].find((other) => !other.dataset.no || Number(other.dataset.no) > one.no);
  log.insertBefore(line, after ?? null);
  if (one.ours && !visible) unread += 1;
}

function drawWaiting() {
  for (const one of outbox()) {
    if (shown.has(one.id)) continue;
    const line = bubble({ mine: true, who: say("You"), text: one.text, at: one.at });
    shown.set(one.id, line);
    element("log").append(line);
  }
}

function mark(id, words) {
  const state = shown.get(id)?.querySelector("[data-state]");
  if (state) state.textContent = words ? ` · ${words}` : "";
}

const bottom = () => element("log").scrollTo(0, element("log").scrollHeight);
function lost(on) {
  const line = element("lost");
  if (line.hidden === !on) return;
  line.textContent = on ? say("Lost") : "";
  line.hidden = !on;
}

function standing(available) {
  const said = [...element("log").children].some((line) => line.dataset.no);
  element("with").textContent = ended ? "" : by ? `${say("With")} ${by}` : said ? (available ? say("Waiting") : say("Nobody")) : "";
  if (!ended) return;
  element("over-said").textContent = ended === "idle" ? say("Idle") : say("Ended");
  for (const id of ["say", "ending", "writes"]) element(id).hidden = true;
  element("over").hidden = false;
}

// What was said, from the last number on: after each sign of the stream, and slowly by itself where there is none.
let asking = null, askAgain = false;
function sync() {
  if (asking) {
    askAgain = true;
    return asking;
  }
  asking = (async () => {
    try {
      do {
        askAgain = false;
        const told = await ask("/chat/since", { after: last, thread });
        if (told.thread !== thread) {
          thread = told.thread;
          last = 0;
          streaming?.abort();
        }
        const log = element("log");
        const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
        const some = told.messages.length > 0;
        for (const one of told.messages) {
          draw(one);
          last = Math.max(last, one.no);
          if (one.client) keep({ outbox: outbox().filter((other) => other.id !== one.client) });
          if (one.ours) writes("");
        }
        by = told.by;
        ended = told.ended;
        standing(told.available);
        if (some && atEnd) bottom();
        if (told.more) askAgain = true;
      } while (askAgain);
      lost(false);
      if (framed) parent.postMessage({ trustdesk: "unread", count: unread }, "*");
    } catch (error) {
      if (error instanceof Refused && error.status === 404) over();
      else if (!(error instanceof Refused)) lost(true);
    } finally {
      asking = null;
    }
  })();
  return asking;
}

function over() {
  keep({ key: "", outbox: [] });
  location.hash = "";
  begin();
}

// What is said, one after the other; what does not arrive is tried again.
let sending = false, wait = 500, retry = 0;
async function flush() {
  if (sending || !kept().key) return;
  sending = true;
  clearTimeout(retry);
  try {
    for (let one; (one = outbox()[0]); ) {
      mark(one.id, say("Sending"));
      await ask("/chat/say", { id: one.id, text: one.text });
      keep({ outbox: outbox().filter((other) => other.id !== one.id) });
      mark(one.id, "");
      wait = 500;
    }
    lost(false);
    await sync();
    listen();
  } catch (error) {
    const [one] = outbox();
    if (error instanceof Refused && error.status < 500 && error.status !== 429) {
      refuse(one, error);
    } else {
      if (!(error instanceof Refused)) lost(true);
      if (one) mark(one.id, say("Later"));
      wait = Math.min(LONGEST_WAIT, wait * 2);
      retry = setTimeout(flush, wait * (0.5 + Math.random() / 2));
    }
  } finally {
    sending = false;
  }
}

/** It can never be sent: its words are back where they were typed. */
function refuse(one, error) {
  keep({ outbox: outbox().filter((other) => other.id !== one?.id) });
  if (one) {
    shown.get(one.id)?.remove();
    shown.delete(one.id);
    const field = element("text");
    field.value = [one.text, field.value].filter(Boolean).join("\n");
  }
  element("wrong").textContent = error.message;
  element("wrong").hidden = false;
  sync();
}

function push(text) {
  keep({ outbox: [...outbox(), { id: crypto.randomUUID(), text, at: new Date().toISOString() }] });
  drawWaiting();
  bottom();
  return flush();
}

// The stream tells that something changed; it is read by hand, because its key belongs into a header and into no log.
let streaming = null, streamWait = 1000;
async function listen() {
  if (streaming || ended || !kept().key || !thread) return;
  const stop = (streaming = new AbortController());
  let pause = 0;
  try {
    const answer = await fetch("/chat/stream", { headers: { Authorization: `Chat ${kept().key}` }, signal: stop.signal, credentials: "omit" });
    if (answer.status !== 200) pause = SLOW;
    else {
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      sync(); // what came between the last question and now
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        const parts = text.split("\n\n");
        text = parts.pop();
        for (const part of parts) if (part.startsWith("data: ")) hear(JSON.parse(part.slice(6)));
        streamWait = 1000;
      }
    }
  } catch {
    pause = streamWait;
  }
  streaming = null;
  if (ended) return;
  if (pause) streamWait = Math.min(LONGEST_WAIT, streamWait * 2);
  setTimeout(async () => {
    await sync();
    listen();
  }, (pause || 300) * (0.5 + Math.random() / 2));
}

function hear({ topic, data }) {
  if (topic === "support.said" && data.writes !== undefined) writes(data.writes);
  else if (topic !== "live.hello") sync();
}

let stopWrites = 0;
function writes(who) {
  clearTimeout(stopWrites);
  element("writes").textContent = who ? `${who} ${say("Writes")}` : "";
  if (who) stopWrites = setTimeout(() => writes(""), WRITES_FOR);
}

// Forms.
function wrong(form, error) {
  const line = form.querySelector(".wrong") ?? form.parentElement.querySelector(".wrong");
  line.textContent = error instanceof Refused ? error.message : say("Lost");
  line.hidden = false;
  if (error instanceof Refused) form.elements[error.told.fields?.[0]]?.focus();
}

function once(form, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button:not([type=button])");
    if (button.disabled) return;
    button.disabled = true;
    try {
      await work(Object.fromEntries(new FormData(form)));
    } catch (error) {
      wrong(form, error);
    } finally {
      button.disabled = false;
    }
  });
}

once(element("start"), async ({ text, name, address }) => {
  const told = await ask("/chat/begin", { name, address, origin: asked.get("origin") ?? location.origin });
  keep({ key: told.key, outbox: [] });
  open();
  push(text);
  element("text").focus();
});
once(element("leave"), async (told) => {
  const { url } = await ask("/chat/leave", told);
  element("left-link").href = url;
  place("left");
});
once(element("mail"), async ({ address }) => {
  await ask("/chat/end", { address });
  element("mail").hidden = true;
  element("over-said").textContent = say("Mailed");
});
element("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = element("text");
  const text = field.value.trim();
  element("wrong").hidden = true;
  if (!text) return;
  field.value = "";
  keep({ draft: "" });
  push(text);
  field.focus();
});
element("text").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  element("say").requestSubmit();
});
let wrote = 0;
element("text").addEventListener("input", () => {
  keep({ draft: element("text").value });
  if (Date.now() - wrote < WRITES_EVERY || !thread) return;
  wrote = Date.now();
  ask("/chat/here", { writes: Boolean(element("text").value.trim()) }).catch(() => {});
});
element("end").addEventListener("click", async () => {
  try {
    const { mailed } = await ask("/chat/end");
    ended = "visitor";
    standing(true);
    if (mailed) {
      element("mail").hidden = true;
      element("over-said").textContent = `${say("Ended")} ${say("Mailed")}`;
    }
    streaming?.abort();
    element("again").focus();
  } catch (error) {
    element("wrong").textContent = error instanceof Refused ? error.message : say("Lost");
    element("wrong").hidden = false;
  }
});
element("again").addEventListener("click", () => {
  keep({ key: "", outbox: [], draft: "" });
  location.replace(location.pathname + location.search);
});

// In a frame: the site around it shows and hides it.
if (framed) {
  element("close").addEventListener("click", () => parent.postMessage({ trustdesk: "close" }, "*"));
  addEventListener("keydown", (event) => event.key === "Escape" && parent.postMessage({ trustdesk: "close" }, "*"));
  addEventListener("message", (event) => {
    if (event.source !== parent || !["opened", "closed"].includes(event.data?.trustdesk)) return;
    visible = event.data.trustdesk === "opened";
    if (visible) {
      unread = 0;
      bottom();
    }
  });
  parent.postMessage({ trustdesk: "ready" }, "*");
}

function open() {
  place("talk");
  for (const id of ["say", "ending", "writes"]) element(id).hidden = false;
  element("over").hidden = true;
  element("text").value = kept().draft ?? "";
  drawWaiting();
}

async function begin() {
  const ticket = asked.get("ticket");
  if (ticket && kept().ticket !== ticket) {
    try {
      const told = await ask("/chat/begin", { ticket });
      keep({ key: told.key, ticket, outbox: [], draft: "" });
    } catch { /* too old: what this browser has goes on, or a new one begins */ }
  }
  if (!kept().key) return place(main.dataset.available ? "start" : "leave");
  open();
  await sync();
  bottom();
  flush();
  listen();
}
addEventListener("online", () => {
  wait = streamWait = 500;
  flush();
  sync();
});
setInterval(() => kept().key && thread && !ended && ask("/chat/here").catch(() => {}), BEAT);
begin();
