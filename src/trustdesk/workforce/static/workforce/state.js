// The state switch: another tab's change shows here, an overlong stay turns red, "now" does not wait for the work in hand.
const place = () => document.getElementById("state");
const refresh = () => place() && htmx.ajax("GET", place().dataset.url, { target: "#state", swap: "outerHTML" });

document.addEventListener("live:workforce.state", ({ detail }) => {
  const here = place()?.dataset;
  if (here && (String(detail.number) !== here.number || detail.asked !== here.asked)) refresh();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#state [data-now]");
  if (!button) return;
  const now = document.createElement("input");
  Object.assign(now, { type: "hidden", name: "at_once", value: "on" });
  button.form.append(now);
});

let timer = 0;
function watch() {
  clearTimeout(timer);
  const over = place()?.dataset.over;
  const left = over ? new Date(over) - Date.now() : 0;
  if (left > 0) timer = setTimeout(refresh, left + 1000);
}
document.addEventListener("htmx:afterSettle", watch);
watch();
