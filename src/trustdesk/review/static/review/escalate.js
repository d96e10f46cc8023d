// Asking another team from the review page; what was typed is kept until it is sent.
import { teams } from "../escalations/teams.js";
import { onDesk } from "./shown.js";
import { keep, read } from "./drafts.js";

onDesk((desk) => {
  const sheet = desk.querySelector("#escalate");
  if (!sheet) return;
  const remember = () => {
    if (sheet.reason) keep(desk, "escalate", { team: sheet.team.value, severity: sheet.severity.value, reason: sheet.reason.value });
  };
  sheet.addEventListener("htmx:afterSwap", () => {
    const kept = read(desk).escalate;
    const list = teams(sheet, remember);
    if (kept) {
      sheet.severity.value = kept.severity;
      sheet.reason.value = kept.reason;
      list.choose(kept.team);
    }
    sheet.querySelector("[data-find]").focus();
  });
  sheet.addEventListener("input", remember);
  // Not by hx-trigger: the sheet may be open before htmx listens, by a quick key or by a draft that is restored.
  const slot = sheet.querySelector("[data-teams-from]");
  const fill = () => window.htmx.ajax("GET", slot.dataset.teamsFrom, { target: slot, swap: "innerHTML" });
  if (sheet.classList.contains("open")) fill();
  else sheet.addEventListener("sheet:open", fill, { once: true });
});
