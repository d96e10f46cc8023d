// Giving a case to somebody: who is there is asked each time the sheet opens.
const sheet = document.getElementById("give");
if (sheet) {
  const slot = sheet.querySelector("[data-people-from]");
  const fill = async () => {
    await window.htmx.ajax("GET", slot.dataset.peopleFrom, { target: slot, swap: "innerHTML" });
    (sheet.querySelector("[required]") ?? sheet.querySelector(".pick"))?.focus();
  };
  if (sheet.classList.contains("open")) fill();
  sheet.addEventListener("sheet:open", fill);
  // Enter in the field chooses nobody: it goes on to the first name. Arrows go up and down the names.
  sheet.addEventListener("keydown", (event) => {
    const all = [...sheet.querySelectorAll("[name=reason], .pick")];
    const at = all.indexOf(document.activeElement);
    const way = { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? (event.key === "Enter" && event.target.name === "reason" ? 1 : 0);
    if (!way || at < 0) return;
    event.preventDefault();
    all[Math.min(Math.max(at + way, 0), all.length - 1)].focus();
  });
}
