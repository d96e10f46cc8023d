// The review page: heartbeat, the reject sheet (search, choose, preview), the undo count, drafts that survive a reload.
import { openSheet } from "../web/sheet.js";

const main = document.getElementById("main");
const review = main?.dataset.review;
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// A lease lives by its heartbeat. A lost claim is said where every refusal is said; what was typed stays.
if (main?.dataset.heartbeat) {
  setInterval(async () => {
    try {
      const answer = await fetch(main.dataset.heartbeat, {
        method: "POST",
        headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      });
      if (!answer.ok) document.getElementById("notices").innerHTML = await answer.text();
    } catch {
      document.dispatchEvent(new CustomEvent("htmx:sendError"));
    }
  }, 60_000);
}

// The count beside Undo runs down and takes the button along.
for (const form of document.querySelectorAll(".undo")) {
  const left = form.querySelector("[data-left]");
  const ring = form.querySelector(".left");
  const until = performance.now() + Number(form.dataset.seconds) * 1000;
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    left.textContent = seconds;
    ring.setAttribute("stroke-dasharray", `${seconds} 10`);
    if (seconds > 0) setTimeout(tick, 200);
    else form.hidden = true;
  };
  tick();
}

// Faces are blurred for who wants it so; this browser remembers.
const faces = document.querySelector("[data-blur-faces]");
if (faces) {
  const photos = document.querySelector("[data-photos]");
  const show = () => { photos.dataset.photos = faces.checked ? "faces" : ""; };
  faces.checked = localStorage.getItem("blur-faces") === "yes";
  show();
  faces.addEventListener("change", () => {
    localStorage.setItem("blur-faces", faces.checked ? "yes" : "no");
    show();
  });
}

// The guideline opens at the clause that is suggested.
const guide = document.querySelector("[data-open-clause]");
const clause = guide?.dataset.openClause && document.getElementById(`c${guide.dataset.openClause}`);
if (clause) {
  clause.classList.add("clause");
  const column = guide.closest(".col");
  column.scrollTop = clause.getBoundingClientRect().top - column.getBoundingClientRect().top - 140;
}

const sheet = document.getElementById("reject");
if (sheet) {
  const form = sheet;
  const search = sheet.querySelector("#clause-search");
  const button = sheet.querySelector("#reject-now");
  const options = () => [...sheet.querySelectorAll("#clauses [role=option]")];
  const chosen = () => sheet.querySelector("#clauses [aria-selected=true]");
  let asked = 0;

  const clauses = () => {
    const first = chosen()?.dataset.value;
    const also = [...form.querySelectorAll("[name=also]:checked")].map((box) => box.value);
    return first ? [first, ...also.filter((value) => value !== first)] : [];
  };

  async function preview() {
    const values = clauses();
    button.disabled = !values.length;
    const asking = ++asked;
    const query = new URLSearchParams({ outcome: form.outcome.value, author_note: form.author_note?.value ?? "" });
    for (const value of values) query.append("clauses", value);
    const answer = await fetch(`${sheet.dataset.preview}?${query}`, { headers: { "HX-Request": "true" } });
    if (asking !== asked) return; // a newer choice was made meanwhile
    const place = answer.ok ? document.getElementById("preview") : document.getElementById("notices");
    const typed = form.author_note;
    const focused = document.activeElement === typed;
    const kept = typed?.value ?? "";
    const [start, end] = [typed?.selectionStart, typed?.selectionEnd];
    place.innerHTML = await answer.text();
    if (form.author_note) {
      form.author_note.value = kept;
      if (focused) {
        form.author_note.focus();
        form.author_note.setSelectionRange(start, end);
      }
    }
  }

  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    search.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
    preview();
  }

  search.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose(all[(at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    }
  });
  sheet.addEventListener("click", (event) => {
    const option = event.target.closest?.("#clauses [role=option]");
    if (option) choose(option);
  });
  sheet.addEventListener("htmx:afterSwap", () => preview());
  sheet.addEventListener("sheet:open", () => preview());
  let pause = 0;
  form.addEventListener("input", (event) => {
    if (event.target.name === "author_note") {
      clearTimeout(pause);
      pause = setTimeout(preview, 250);
    } else if (event.target !== search) preview();
    keep();
  });
  form.addEventListener("submit", (event) => {
    const values = clauses();
    if (!values.length) return event.preventDefault();
    for (const old of form.querySelectorAll("[name=clauses]")) old.remove();
    for (const value of values) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = "clauses";
      input.value = value;
      form.append(input);
    }
  });

  // What was typed is kept in this tab until the review is decided: a lost claim or a reload loses nothing.
  const drawer = `review:${review}`;
  function keep() {
    sessionStorage.setItem(drawer, JSON.stringify({ q: search.value, note: form.author_note?.value ?? "" }));
  }
  const kept = JSON.parse(sessionStorage.getItem(drawer) ?? "null");
  if (kept && (kept.q || kept.note)) {
    search.value = kept.q;
    if (form.author_note) form.author_note.value = kept.note;
    if (kept.note) openSheet(sheet);
  }
}

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
