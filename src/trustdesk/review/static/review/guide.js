// The table of contents opens the whole guideline at the clause that was chosen.
import { onDesk } from "./shown.js";

onDesk((desk) => {
  const whole = desk.querySelector("[data-whole]");
  const toc = whole?.parentElement.querySelector(".toc");
  toc?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    const clause = link && whole.querySelector(CSS.escape(link.hash.slice(1)).replace(/^/, "#"));
    if (!clause) return;
    event.preventDefault();
    whole.open = true;
    clause.scrollIntoView({ block: "start" });
  });
});
