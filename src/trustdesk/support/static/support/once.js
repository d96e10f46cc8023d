// Pressed once, a form (data-once) is not sent twice; back from where it led, it can be sent again. What it was made of
// (data-forget) is not kept in this tab any more.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    if (form.dataset.forget) sessionStorage.removeItem(form.dataset.forget);
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
}
