// How many wait in chats, in the top bar of every page; and on the page of a chat: is the visitor there, do they write.
import { whenLive } from "../web/live.js";

whenLive("chat.waiting", (told) => {
  const link = document.getElementById("chats-wait");
  if (!link) return;
  link.hidden = !told.waiting;
  link.querySelector("[data-chats]").textContent = told.waiting;
});

const EVERY = 60_000; // ms: whoever has a chat in hand keeps it while its page is open
const QUIET = 45_000; // ms without a sign of the visitor until they count as gone
const WRITES_FOR = 6_000;
const panel = () => document.getElementById("chat-panel");
let quiet = 0;
let stops = 0;

function shown(here) {
  const place = panel();
  if (!place?.dataset.beat) return;
  place.querySelector("[data-here]").hidden = !here;
  place.querySelector("[data-gone]").hidden = here;
  const dot = place.querySelector("[data-dot]");
  dot.classList.toggle("ring", !here);
  if (here) dot.dataset.tone = "approve";
  else delete dot.dataset.tone;
}

document.addEventListener("live:chat.visitor", ({ detail }) => {
  if (detail.case !== panel()?.dataset.case) return;
  clearTimeout(quiet);
  clearTimeout(stops);
  const line = document.getElementById("writes");
  if (line) {
    line.hidden = !detail.writes;
    if (detail.writes) stops = setTimeout(() => (line.hidden = true), WRITES_FOR);
  }
  shown(detail.here);
  if (detail.here) quiet = setTimeout(() => shown(false), QUIET);
});

setInterval(() => {
  const place = panel();
  const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  if (!place?.dataset.beat || !token || document.hidden) return;
  fetch(place.dataset.beat, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => {});
}, EVERY);
