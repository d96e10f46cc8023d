// The rule workshop: findings in place, suggestions, tabs, and Ctrl-Enter to try what is written.
import { open } from "./tabs.js";

if (document.querySelector("[data-frame]")) {
  await import("./marks.js");
  await import("./complete.js");
}

// Conditions laid out in one press; the browser's undo takes it back.
const layOut = document.querySelector("[data-format]");
layOut?.addEventListener("click", async (event) => {
  event.preventDefault();
  const form = layOut.form;
  const answer = await fetch(layOut.formAction, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const pen = document.getElementById("text");
  const { text } = await answer.json();
  if (text === pen.value) return;
  const { write } = await import("./text.js");
  const at = pen.selectionStart;
  const top = pen.scrollTop;
  write(pen, 0, pen.value.length, text);
  pen.setSelectionRange(Math.min(at, text.length), Math.min(at, text.length));
  pen.scrollTop = top;
});
document.addEventListener("keydown", (event) => {
  if (event.altKey && !event.ctrlKey && event.code === "KeyF" && layOut) {
    event.preventDefault();
    layOut.click();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const button = document.querySelector("[data-try]");
  if (!button) return;
  event.preventDefault();
  open("trying");
  button.click();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("[data-try]")) document.getElementById("trial").setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.target.matches?.("[data-try]")) return;
  const trial = document.getElementById("trial");
  trial.removeAttribute("aria-busy");
  // Only the column moves; where there is no column (a phone), the page does.
  const column = trial.closest(".bench");
  if (!column || column.scrollHeight <= column.clientHeight + 1) trial.firstElementChild?.scrollIntoView({ block: "start" });
  else column.scrollTop += trial.getBoundingClientRect().top - column.getBoundingClientRect().top - 56;
});
