// Veils and breaks. A veil is lifted while it is held (pointer, Space or Enter on it) or while O is held for all of them, and
// falls again whatever happens to the window; the time is told to the desk where the item is this person's own.
const FIELDS = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const LONGEST = 110; // seconds one beacon tells of
let held = null; // {things, since}

const thingOf = (target) => {
  const veil = target.closest?.(".veil, .veil-words");
  return veil && (veil.matches(".veil") ? veil.parentElement : veil.closest(".ad, article, section"));
};
const veiled = () => [...([...document.querySelectorAll("dialog[open]")].at(-1) ?? document).querySelectorAll("main :is(.veil, .veil-words)")].filter((veil) => veil.checkVisibility?.() !== false).map(thingOf);
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

function lift(things) {
  if (held || !things.length) return;
  held = { things, since: performance.now(), told: 0 };
  for (const thing of things) thing.dataset.held = "";
  held.timer = setInterval(() => tell(held), LONGEST * 1000);
}

function fall() {
  if (!held) return;
  const was = held;
  held = null;
  clearInterval(was.timer);
  for (const thing of was.things) {
    delete thing.dataset.held;
    for (const film of thing.querySelectorAll("video")) film.pause();
  }
  tell(was);
}

/** Tell how long something was looked at since the last time it was told. */
function tell(hold) {
  const place = hold.things[0].closest("[data-care-work]") ?? document.querySelector("[data-care-work]");
  const seconds = (performance.now() - hold.since) / 1000 - hold.told;
  if (!place || seconds < 0.05) return;
  hold.told += seconds;
  const told = new FormData();
  told.set("work", place.dataset.careWork);
  told.set("seconds", Math.min(seconds, LONGEST + 5).toFixed(2));
  told.set("csrfmiddlewaretoken", token());
  // It survives the page it was sent from; an answer is of no interest.
  navigator.sendBeacon(place.dataset.careTell, told);
}

document.addEventListener("pointerdown", (event) => {
  const thing = event.button === 0 && thingOf(event.target);
  if (thing) lift([thing]);
});
for (const ends of ["pointerup", "pointercancel", "dragend", "desk:left"]) document.addEventListener(ends, fall);
document.addEventListener("contextmenu", (event) => {
  // A long press on a phone holds the veil; it asks for no menu.
  if (thingOf(event.target)) event.preventDefault();
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const thing = thingOf(event.target);
  if (thing && (event.key === " " || event.key === "Enter")) {
    event.preventDefault();
    if (!event.repeat) lift([thing]);
  } else if (event.key.toLowerCase() === "o" && !event.repeat && !event.target.closest?.(FIELDS)) {
    lift(veiled());
  }
});
document.addEventListener("keyup", (event) => {
  if ([" ", "enter", "o"].includes(event.key.toLowerCase())) fall();
});
window.addEventListener("blur", fall);
window.addEventListener("pagehide", fall);
document.addEventListener("visibilitychange", () => document.hidden && fall());

const mutes = (film) => {
  const care = film.closest("[data-care]")?.dataset.care ?? "mute";
  return care.split(" ").includes("mute");
};

// Sound off where it is to be off, also for what comes later; who holds the veil may turn it on.
function hush(root = document) {
  for (const film of root.querySelectorAll?.("figure:has(.veil) :is(video, audio)") ?? []) if (mutes(film)) film.muted = true;
}
document.addEventListener("play", (event) => {
  const thing = event.target.closest?.("figure:has(.veil)");
  if (thing && mutes(event.target) && !("held" in thing.dataset)) event.target.muted = true;
}, true);
document.addEventListener("desk:shown", (event) => hush(event.target));
document.addEventListener("htmx:afterSwap", (event) => hush(event.target));
hush();

// The break's clock: how long it has been.
const clock = document.querySelector("[data-rest]");
if (clock) {
  const began = performance.now() - Number(clock.dataset.rest) * 1000;
  const show = () => {
    const whole = Math.floor((performance.now() - began) / 1000);
    const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const two = (n) => String(n).padStart(2, "0");
    clock.textContent = hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
  };
  show();
  setInterval(show, 1000);
}
