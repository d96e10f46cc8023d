// The count beside Undo runs down and takes the button along.
const counting = new WeakSet();

export function count(form) {
  if (counting.has(form)) return;
  counting.add(form);
  const left = form.querySelector("[data-left]");
  const ring = form.querySelector(".left");
  const until = performance.now() + Number(form.dataset.seconds) * 1000;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    left.textContent = seconds;
    ring.setAttribute("stroke-dasharray", `${seconds} 10`);
    if (seconds > 0) setTimeout(tick, 200);
    else form.hidden = true;
  };
  tick();
}

// Also on the page that says that nothing waits, which has no fragment.
for (const form of document.querySelectorAll(".undo")) count(form);
const all = (event) => event.target.querySelectorAll("form.undo").forEach(count);
document.addEventListener("desk:shown", all);
document.addEventListener("desk:undo", all);
