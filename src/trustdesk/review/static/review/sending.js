// Manners of the forms of the review page.

// Ctrl-Enter keeps a note; a kept note clears its form.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("form")?.requestSubmit();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-clears]");
  if (form && event.detail.successful) {
    form.reset();
    form.closest(".sheet")?.querySelector("[data-close]")?.click();
  }
});
// A form that decides is pressed once: a second press would meet an item that is gone.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.matches("[hx-post]")) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
