// A lease lives by its heartbeat; it also tells others who looks, and this page who else does. A lost claim is said where
// every refusal is said; what was typed stays.
import { behind } from "./ahead.js";
import { onDesk } from "./shown.js";
import { parsed, post, say, words } from "./wire.js";

const FIRST = 1_500; // not for an item that is gone in a moment
const EVERY = 20_000; // what is held ahead is given back after 60 s of silence

onDesk((desk, { signal }) => {
  if (!desk.dataset.heartbeat) return;
  const beat = async () => {
    if (desk.dataset.leaving) return; // it is being decided at this moment
    const mine = Boolean(desk.dataset.mine);
    const came = await post(desk.dataset.heartbeat, { mine: mine ? "yes" : "", also: behind() }, { signal });
    if (signal.aborted || desk.dataset.leaving) return;
    if (came.came === "done") {
      const place = desk.querySelector("[data-others]");
      if (came.text !== null) place?.replaceChildren(...parsed(came.text).childNodes);
    } else if (came.came === "refused" && mine) {
      // Sent and not answered: it may have been done, and sending it again will tell. "Somebody finished it" would mislead.
      if (desk.last?.said) return;
      delete desk.dataset.mine;
      desk.notice = [...parsed(came.html).children, ...words("lost").children];
      for (const link of desk.notice.flatMap((one) => [...one.querySelectorAll("[data-read]")])) link.setAttribute("href", desk.dataset.address);
      say(...desk.notice);
    } else if (came.came !== "refused" && !desk.notice) say(...words(`${came.came}-waiting`).children);
  };
  const first = setTimeout(beat, FIRST);
  const timer = setInterval(beat, EVERY);
  signal.addEventListener("abort", () => {
    clearTimeout(first);
    clearInterval(timer);
  });
});
