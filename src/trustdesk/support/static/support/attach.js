// Files for a reply or a note: chosen, dropped or pasted, taken in one after the other, and kept with the draft. Nothing is
// sent while one is still on its way.
const token = (form) => form.elements.csrfmiddlewaretoken.value;
const way = (form) => form?.querySelector("[data-attach]");
const carries = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

function said(words) {
  const line = document.createElement("p");
  line.dataset.tone = "warning";
  line.textContent = words;
  document.getElementById("notices").replaceChildren(line);
}

async function one(form, file) {
  const label = way(form);
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token(form));
  body.set("file", file, file.name || "picture.png");
  try {
    const answer = await fetch(label.dataset.attach, { method: "POST", body, headers: { "HX-Request": "true" } });
    const text = await answer.text();
    if (answer.ok) {
      const list = form.querySelector("[data-attached]");
      list.outerHTML = text;
      window.htmx?.process(form.querySelector("[data-attached]"));
    } else if (answer.status === 422 || answer.status === 409 || answer.status === 404 || answer.status === 403) {
      document.getElementById("notices").innerHTML = text;
    } else throw new Error(answer.status);
  } catch {
    said(label.dataset.lost.replace("{name}", file.name));
  }
}

let line = Promise.resolve();
function take(form, files) {
  const label = way(form);
  if (!label || !files.length) return false;
  const send = form.querySelector("footer [data-key='control+enter']");
  const status = form.querySelector("[data-taking]");
  send.disabled = true;
  for (const file of files) {
    line = line.then(() => {
      status.textContent = label.dataset.underWay.replace("{name}", file.name);
      return one(form, file);
    });
  }
  const mine = line;
  mine.then(() => {
    if (line !== mine) return;
    send.disabled = false;
    status.textContent = "";
  });
  return true;
}

document.addEventListener("change", (event) => {
  if (!event.target.matches?.(".attach input[type=file]")) return;
  take(event.target.form, [...event.target.files]);
  event.target.value = "";
});
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  if (files.length && take(event.target.closest?.(".composer"), files)) event.preventDefault();
});
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.(".composer");
    if (!carries(event) || !way(form)) {
      // A file that misses the composer must not take the page away with what is typed on it.
      if (carries(event) && document.querySelector(".composer")) event.preventDefault();
      return;
    }
    event.preventDefault();
    form.classList.toggle("drops", kind === "dragover");
    if (kind === "drop") take(form, [...event.dataTransfer.files]);
  });
}
