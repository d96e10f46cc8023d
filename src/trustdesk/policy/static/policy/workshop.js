// The rule workshop: findings in place, suggestions, tabs, and Ctrl-Enter to try what is written.
import { open } from "./tabs.js";

if (document.querySelector("[data-frame]")) {
  await import("./marks.js");
  await import("./complete.js");
}

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
