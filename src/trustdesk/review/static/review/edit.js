// Edit and approve: what would change is shown word by word while one types.
import { onDesk, whenOpen } from "./shown.js";
import { parsed, post, say } from "./wire.js";

onDesk((desk, { signal }) => {
  const form = desk.querySelector("#edit-sheet");
  if (!form) return;
  const place = form.querySelector("[data-compared]");
  let pause = 0;
  let asked = 0;
  async function compare() {
    const asking = ++asked;
    const came = await post(form.dataset.compare, new FormData(form), { signal });
    if (asking !== asked || signal.aborted) return;
    if (came.came === "done") {
      place.replaceChildren(parsed(came.text ?? ""));
      if (!desk.notice) say();
    } else if (came.came === "refused") say(...parsed(came.html).children);
  }
  const soon = () => {
    clearTimeout(pause);
    pause = setTimeout(compare, 200);
  };
  form.addEventListener("input", soon);
  whenOpen(form, soon);
  // One field after the other is filled in: Enter in one of them does not decide yet.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input") && !event.ctrlKey && !event.metaKey) event.preventDefault();
  });
});
