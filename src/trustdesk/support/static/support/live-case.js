// The page of a case whose requester is there: what is said appears by itself, Enter sends, they see that one writes.
const WRITES_EVERY = 3_000;
const talk = () => document.getElementById("talk");

/** Swap a part of the page without losing where one types. */
async function swap(url, target) {
  const typing = document.activeElement?.matches?.(".composer textarea") ? document.activeElement : null;
  const mode = typing?.closest(".composer").dataset.mode;
  const at = typing?.selectionStart;
  await htmx.ajax("GET", url, { target, swap: "outerHTML" });
  if (!typing || typing.isConnected) return;
  const again = document.querySelector(`.composer[data-mode=${mode}] textarea`);
  again?.focus();
  again?.setSelectionRange(at, at);
}

let swapping = Promise.resolve();
function renew(detail) {
  const place = talk();
  if (!place || detail.case !== place.dataset.case) return;
  const whole = Boolean(place.dataset.chats) !== detail.live;
  const seen = Number(document.getElementById("log")?.dataset.seen ?? 0);
  if (!whole && detail.no <= seen) return;
  swapping = swapping.then(async () => {
    if (whole) return location.reload();
    await swap(place.dataset.chats, "#log");
    const last = [...document.querySelectorAll("#log .msg:not(.ours, .inside)")].at(-1);
    const said = document.getElementById("said-now");
    if (said && last) said.textContent = `${last.querySelector("header b").textContent}: ${last.querySelector(".words").textContent.trim()}`;
    const field = document.querySelector("#reply [name=seen]");
    if (field) field.value = document.getElementById("log").dataset.seen;
  }).catch(() => {});
}
document.addEventListener("live:support.case", ({ detail }) => renew(detail));

// While the stream was away, what was told is lost: once it is back, the page asks.
let away = false;
new MutationObserver(() => {
  const now = document.documentElement.dataset.live;
  if (now === "off") away = true;
  if (now !== "on" || !away) return;
  away = false;
  const url = talk()?.dataset.chats;
  if (url) swapping = swapping.then(() => swap(`${url}?whole=1`, "#talk")).catch(() => {});
}).observe(document.documentElement, { attributeFilter: ["data-live"] });

// Enter sends a chat's reply; with Shift it is a new line. While an input method composes a word, it belongs to that.
document.addEventListener("keydown", (event) => {
  const field = event.target.closest?.("#reply textarea");
  if (!field || !talk()?.dataset.chats || event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.altKey || event.isComposing) return;
  event.preventDefault();
  if (field.value.trim()) field.form.requestSubmit(field.form.querySelector("footer .primary"));
});

let told = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches?.("#reply textarea") || !talk()?.dataset.chats || Date.now() - told < WRITES_EVERY) return;
  told = Date.now();
  const form = new FormData();
  form.set("csrfmiddlewaretoken", event.target.form.elements.csrfmiddlewaretoken.value);
  form.set("writes", event.target.value.trim() ? "yes" : "");
  form.set("seen", document.getElementById("log")?.dataset.seen ?? "0");
  fetch(document.getElementById("here").dataset.here, { method: "POST", body: form, headers: { "HX-Request": "true" } }).catch(() => {});
});
// After one's own reply the field is the place to be again.
document.addEventListener("htmx:afterSwap", (event) => {
  if (talk()?.dataset.chats && event.detail.requestConfig?.elt?.id === "reply") document.querySelector("#reply textarea")?.focus();
});
