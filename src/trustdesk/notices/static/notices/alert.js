// Alerts of danger to life: shown in the top bar of every page until somebody says that they have them.
document.addEventListener("live:notices.alerts", ({ detail }) => {
  const link = document.getElementById("danger");
  if (!link) return;
  link.hidden = !detail.open;
  link.querySelector("[data-open]").textContent = detail.open;
});
