// The page of a case: reply or note, drafts kept, who is here, the count beside Undo. Parts are swapped by htmx, so
// everything is found anew after a swap.
const EVERY = 20_000; // ms between two signs of being here
const ACTIVE = 60_000; // ms after which who does nothing spends no time
let did = 0; // when something was last done on this page
const PAUSE = 700; // ms without a key until a draft is kept

const token = () => document.querySelector("#talk [name=csrfmiddlewaretoken]")?.value ?? "";
const drawer = (form) => `case:${form.closest(".composers").dataset.case}:${form.dataset.mode}`;
const forms = () => [...document.querySelectorAll(".composer")];

function told(values) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ csrfmiddlewaretoken: token(), ...values })) form.set(name, value);
  return form;
}

const draft = (form) => told({ mode: form.dataset.mode, text: form.elements.text.value });

function keep(form) {
  if (!form.dirty) return;
  form.dirty = false;
  navigator.sendBeacon(form.closest(".composers").dataset.draft, draft(form));
}

// What else is done with a case may take its page away: what was typed is kept first, so that it goes along (a merge).
document.addEventListener("submit", async (event) => {
  const typed = forms().filter((form) => form.dirty);
  if (event.defaultPrevented || !typed.length || !event.target.closest("#talk") || event.target.matches(".composer")) return;
  event.preventDefault();
  const { target, submitter } = event;
  for (const form of typed) form.dirty = false;
  await Promise.allSettled(typed.map((form) => fetch(form.closest(".composers").dataset.draft, { method: "POST", body: draft(form) })));
  target.requestSubmit(submitter);
});

function choose(mode, { focus = false } = {}) {
  for (const form of forms()) form.hidden = form.dataset.mode !== mode && forms().length > 1;
  const chosen = forms().find((form) => form.dataset.mode === mode);
  if (focus) chosen?.elements.text.focus();
}

function ready() {
  for (const form of forms()) {
    if (form.ready) continue;
    form.ready = true;
    const text = form.elements.text;
    // What was typed last in this tab is newer than what the server had when the page was drawn.
    const local = sessionStorage.getItem(drawer(form));
    if (local && !text.value.includes(local)) text.value = local;
    let timer = 0;
    form.addEventListener("input", (event) => {
      if (event.target !== text) return;
      sessionStorage.setItem(drawer(form), text.value);
      form.dirty = true;
      clearTimeout(timer);
      timer = setTimeout(() => keep(form), PAUSE);
    });
    // What is being sent is no draft any more; what is refused is one again.
    form.addEventListener("htmx:beforeRequest", () => {
      clearTimeout(timer);
      form.dirty = false;
      sessionStorage.removeItem(drawer(form));
    });
    form.addEventListener("htmx:responseError", () => sessionStorage.setItem(drawer(form), text.value));
    form.addEventListener("htmx:sendError", () => sessionStorage.setItem(drawer(form), text.value));
  }
  const typed = (mode) => forms().find((form) => form.dataset.mode === mode)?.elements.text.value;
  choose(last === "note" || (!typed("reply") && typed("note")) ? "note" : "reply");
  const log = document.getElementById("log");
  if (log) log.scrollTop = log.scrollHeight;
  for (const button of document.querySelectorAll("[data-leaves]")) count(button);
  for (const field of document.querySelectorAll("[data-tomorrow]")) {
    if (field.value) continue;
    const at = new Date(Date.now() + 86_400_000);
    at.setHours(9, 0, 0, 0);
    const two = (number) => String(number).padStart(2, "0");
    field.value = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T09:00`;
  }
}

/** Seconds by the server's clock; the button goes when they are over. */
function count(button) {
  if (button.counting) return;
  button.counting = true;
  const until = performance.now() + (new Date(button.dataset.leaves) - new Date(button.dataset.now));
  const tick = () => {
    const left = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    button.querySelector("[data-left]").textContent = left;
    if (left > 0) setTimeout(tick, 250);
    else button.hidden = true;
  };
  tick();
}

/** Take the first saved reply, once the list answers what is typed: what it showed before may be another, and may send. */
let taking = false;
function takeFirst() {
  const typed = document.querySelector("#saved input[type=search]").value;
  taking = document.querySelector("#saved-found [data-asked]")?.dataset.asked !== typed;
  if (!taking) document.querySelector("#saved-found button")?.click();
}
document.addEventListener("input", (event) => {
  if (event.target.closest?.("#saved")) taking = false; // whoever goes on typing means something else
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (taking && event.target.id === "saved-found") takeFirst();
});

// "/" in an empty reply, or on the page: find a saved reply. Enter in its search takes the first.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("#reply textarea");
  if (event.key === "/" && typing && !typing.value) {
    event.preventDefault();
    const saved = document.getElementById("saved");
    if (saved) saved.open = true;
  }
  if (event.key === "Enter" && event.target.matches?.("#saved input[type=search]")) {
    event.preventDefault();
    takeFirst();
  }
  const way = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (way && event.target.closest?.("#saved")) {
    const all = [...document.querySelectorAll("#saved input[type=search], #saved-found button")];
    event.preventDefault();
    all[Math.min(Math.max(all.indexOf(document.activeElement) + way, 0), all.length - 1)]?.focus();
  }
});
document.addEventListener("toggle", (event) => {
  if (event.target.id === "saved" && event.target.open) event.target.querySelector("input[type=search]").focus();
}, true);

let last = "reply";
document.addEventListener("click", (event) => {
  const to = event.target.closest?.(".composer [data-to]");
  if (!to) return;
  last = to.dataset.to;
  choose(last, { focus: true });
});

async function here() {
  const place = document.getElementById("here");
  if (!place || document.hidden) return;
  const seen = document.getElementById("log")?.dataset.seen ?? "0";
  const writes = forms().some((form) => !form.hidden && form.elements.text.value.trim());
  try {
    const answer = await fetch(place.dataset.here, { method: "POST", body: told({ seen, writes: writes ? "yes" : "", active: Date.now() - did < ACTIVE ? "yes" : "" }), headers: { "HX-Request": "true" } });
    if (answer.ok && place.isConnected) {
      place.innerHTML = await answer.text();
      window.htmx?.process(place);
    }
  } catch {
    // The next one tells.
  }
}

// Something new was read by pressing for it: only then may a reply be sent over it.
document.addEventListener("htmx:afterSwap", (event) => {
  const asked = event.detail.requestConfig?.elt;
  if (asked?.matches?.("#here button")) {
    document.querySelector("#reply [name=seen]").value = document.getElementById("log").dataset.seen;
    asked.remove();
  }
  ready();
});
addEventListener("pagehide", () => forms().forEach(keep));
ready();
for (const name of ["keydown", "pointerdown", "pointermove", "wheel", "scroll"])
  addEventListener(name, () => (did = Date.now()), { passive: true, capture: true });
here();
setInterval(here, EVERY);
