// Whose telephone rings sees who calls, in the top bar of every open page, and opens the case by G then +. The place is a polite
// live region: it is read when the reader is done, and nothing here ever takes the focus from what is being written.
import { whenLive } from "../web/live.js";

const drawn = (place) => place.dataset.drawn ?? "";

whenLive("calls.pop", ({ calls }) => {
  const place = document.getElementById("pop");
  const made = document.getElementById("pop-call");
  if (!place || !made) return;
  const now = JSON.stringify(calls);
  if (now === drawn(place)) return;
  place.dataset.drawn = now;
  const held = place.contains(document.activeElement) ? document.activeElement.dataset.call : "";
  place.replaceChildren(
    ...calls.map((call, n) => {
      const link = made.content.cloneNode(true).querySelector("a");
      const [state, caller, number] = link.children;
      link.href = call.href;
      link.dataset.call = call.id;
      link.dataset.tone = call.state === "ringing" ? "warning" : "approve";
      state.textContent = call.state === "ringing" ? place.dataset.rings : place.dataset.answered;
      caller.textContent = call.caller || place.dataset.withheld;
      number.textContent = call.number ? `${place.dataset.case} ${call.number}` : "";
      if (n === 0) {
        link.dataset.key = "g +";
        for (const key of ["G", "+"]) link.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      }
      return link;
    }),
  );
  // Who stood on a call that is still there stands on it again.
  if (held) place.querySelector(`[data-call="${held}"]`)?.focus();
});
