// Light, dark, contrast: at once and without leaving the page; the answer's cookie keeps it.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("[data-looks]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  const root = document.documentElement;
  if (button.value) root.setAttribute(`data-${button.name}`, button.value);
  else root.removeAttribute(`data-${button.name}`);
  for (const other of form.querySelectorAll(`button[name=${button.name}]`)) other.setAttribute("aria-pressed", String(other === button));
  await fetch(form.action, { method: "POST", body: new FormData(form, button), redirect: "manual", keepalive: true }).catch(() => {}); // shown all the same; kept the next time
});

// Where one is stands in view, though the place lies at the end of a long row of them.
document.querySelector(".rail ul [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
