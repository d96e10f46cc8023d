// Small manners of every page.
import "./sheet.js";
import "./keys.js";
import "./palette.js";

// A menu shuts when one clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu-face[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu-face[open]")) menu.open = false;
});

// A filter acts when it is changed: no second press for what is instant.
document.addEventListener("change", (event) => {
  event.target.closest?.("form[data-instant]")?.requestSubmit();
});

// data-copy="id" copies the text of that element and says so on the button.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  if (button.dataset.done) button.textContent = button.dataset.done;
});

// A lost connection is said, in the same place as every refusal; nothing typed is lost.
document.addEventListener("htmx:sendError", () => {
  const place = document.getElementById("notices");
  if (place?.dataset.offline) {
    const line = document.createElement("p");
    line.dataset.tone = "warning";
    line.textContent = place.dataset.offline;
    place.replaceChildren(line);
  }
});
