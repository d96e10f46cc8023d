// My queues' counts, live: in the top bar, and wherever an element says data-waits="queue code".
import { whenLive } from "./live.js";

const MOST = 1000;
const words = (count) => (count > MOST ? `${MOST.toLocaleString("en")}+` : count.toLocaleString("en"));

whenLive("work.counts", ({ waiting, due, queues }) => {
  const top = document.querySelector(".top .counts");
  if (top) {
    top.hidden = false;
    top.querySelector("[data-waiting]").textContent = words(waiting);
    top.querySelector("[data-due]").textContent = words(due);
    top.querySelector(".due").hidden = !due;
  }
  for (const cell of document.querySelectorAll("[data-waits]")) cell.textContent = words(queues[cell.dataset.waits] ?? 0);
});
