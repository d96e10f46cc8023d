// Sheets: data-sheet="reject" opens #reject above the decision bar, Escape or data-close shuts it and gives focus back.
// The sheet tells that it opens and shuts by the events "sheet:open" and "sheet:close".
let back = null;

export function openSheet(sheet) {
  for (const other of document.querySelectorAll(".sheet.open")) if (other !== sheet) shutSheet(other, false);
  if (!sheet || sheet.classList.contains("open")) return;
  back = document.activeElement;
  sheet.classList.add("open");
  (sheet.querySelector("[autofocus]") ?? sheet.querySelector("input, textarea, select, button, a"))?.focus();
  sheet.dispatchEvent(new CustomEvent("sheet:open", { bubbles: true }));
}

export function shutSheet(sheet, refocus = true) {
  sheet.classList.remove("open");
  sheet.dispatchEvent(new CustomEvent("sheet:close", { bubbles: true }));
  if (!refocus) return;
  // A hidden field keeps the focus until the next frame, and would swallow a key pressed at once.
  if (sheet.contains(document.activeElement)) document.activeElement.blur();
  if (back?.isConnected) back.focus();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-sheet]");
  if (opener) {
    event.preventDefault();
    openSheet(document.getElementById(opener.dataset.sheet));
  }
  const shut = event.target.closest?.("[data-close]");
  if (shut) {
    event.preventDefault();
    const sheet = shut.closest(".sheet");
    sheet ? shutSheet(sheet) : shut.closest("dialog")?.close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const sheet = document.querySelector(".sheet.open");
  if (sheet) {
    event.preventDefault();
    shutSheet(sheet);
  }
});
