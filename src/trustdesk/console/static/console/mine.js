// My work draws itself anew when the desk tells that something changed for its person. Only while the stream is lost does it
// ask by itself.
const SOONEST = 1000;
const WITHOUT_STREAM = 15_000;
const MOST = 1001; // counts go no further
const place = () => document.getElementById("queues");
let told = ""; // the newest counts
let drawn = ""; // those that stand here
let asked = "";
let waiting = null;
let at = 0;

const stands = ({ queues }) =>
  [...place().querySelectorAll("[data-mine]")].every(
    (cell) => Number(cell.dataset.mine) === Math.min(queues[cell.dataset.queue] ?? 0, MOST),
  );

function draw() {
  waiting ??= setTimeout(() => {
    waiting = null;
    at = Date.now();
    asked = told;
    window.htmx.trigger("#queues", "work");
  }, Math.max(0, at + SOONEST - Date.now()));
}

document.addEventListener("live:work.counts", ({ detail }) => {
  told = JSON.stringify(detail);
  if (!drawn && stands(detail)) drawn = told; // the page came with them
  if (told !== drawn) draw();
});
document.addEventListener("live:wellbeing.urgent", draw);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target === place()) drawn = asked;
});
// Also for what was told while a hand was on the page, which is never drawn over.
setInterval(() => (document.documentElement.dataset.live !== "on" || told !== drawn) && draw(), WITHOUT_STREAM);
