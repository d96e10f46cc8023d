// Small manners of every page.
import "./sheet.js";
import "./keys.js";
import "./palette.js";
import "./keysheet.js";
import "./look.js";
import "./live.js";
import "./counts.js";

// A menu shuts when one clicks elsewhere or presses Escape.
const OPEN = "details:is(.menu-face, .why-here)[open]";
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(OPEN)) menu.open = false;
});

// A part that draws itself anew (data-still) waits while somebody has something in it unfolded or under their hands.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target.closest?.("[data-still]");
  if (part !== event.target) return;
  if (part.querySelector("details[open]") || part.contains(document.activeElement?.closest("[data-still] *"))) event.preventDefault();
});

// A filter acts when it is changed: no second press for what is instant.
document.addEventListener("change", (event) => {
  const form = event.target.form; // also of a field that stands elsewhere and names its form
  if (form?.matches("[data-instant]")) form.requestSubmit();
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

// Whoever was signed out is told so where they are: what is typed on the page would be gone with it.
document.addEventListener("htmx:responseError", (event) => {
  const place = document.getElementById("notices");
  // What says already what to do about something stays.
  if (event.detail.xhr.status !== 401 || place.querySelector("a, button")) return;
  place.replaceChildren(document.getElementById("signed-out").content.cloneNode(true));
});
