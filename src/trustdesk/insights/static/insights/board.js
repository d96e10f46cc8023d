// The board draws itself anew when the desk tells that work came or went, every second at most; else every ten.
const SOONEST = 1000;
let waiting = null;
let drawn = 0;

document.addEventListener("live:board", () => {
  waiting ??= setTimeout(() => {
    waiting = null;
    drawn = Date.now();
    window.htmx.trigger("#main", "board");
  }, Math.max(0, drawn + SOONEST - Date.now()));
});
