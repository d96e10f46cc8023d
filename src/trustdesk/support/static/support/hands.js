// A case was given to one, or taken out of one's hands: said on whatever page is open.
document.addEventListener("live:support.hands", ({ detail }) => {
  const words = document.getElementById("hands");
  const place = document.getElementById("notices");
  if (!words || !place) return;
  const line = document.createElement("p");
  line.dataset.tone = detail.what === "taken" ? "warning" : "accent";
  const said = words.dataset[detail.what].replace("{by}", detail.by).replace("{number}", detail.number);
  line.textContent = detail.reason ? `${said} “${detail.reason}” ` : `${said} `;
  const link = document.createElement("a");
  link.href = `${words.dataset.case}${detail.case}`;
  link.textContent = words.dataset.look;
  line.append(link);
  place.append(line);
});
