// The lists: ticks and how many there are; views and filters stand open where there is room. Without it all forms work.
const wide = matchMedia("(min-width: 761px)");
for (const fold of document.querySelectorAll("[data-fold]")) {
  const stand = () => (fold.open = wide.matches);
  stand();
  wide.addEventListener("change", stand);
}

// A saved search opens its form with the name ready to be typed.
for (const save of document.querySelectorAll(".save, .edit")) {
  save.addEventListener("toggle", () => save.open && save.querySelector("input:not([type=hidden])")?.focus());
}

const form = document.getElementById("ticked");
const told = form?.querySelector("[data-ticked]");
if (told) {
  const boxes = [...form.querySelectorAll("input[name=ticked]")];
  const all = form.querySelector("[data-all]");
  const buttons = [...form.querySelectorAll(".bulk button")];
  const number = new Intl.NumberFormat(document.documentElement.lang);

  function tell() {
    const count = boxes.filter((box) => box.checked).length;
    told.textContent = count ? `${number.format(count)} ${told.dataset.some}` : told.dataset.none;
    all.checked = count === boxes.length;
    all.indeterminate = count > 0 && count < boxes.length;
    const none = form.which.value === "ticked" && !count;
    for (const button of buttons) button.disabled = none;
  }

  // Shift ticks everything between two boxes.
  let last = -1;
  form.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last >= 0) {
      for (const box of boxes.slice(Math.min(at, last), Math.max(at, last) + 1)) box.checked = boxes[at].checked;
    }
    last = at;
  });
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  form.addEventListener("change", tell);
  window.addEventListener("pageshow", tell);
  tell();
}
