// While somebody types a question: pages that may answer it, under the box. Without script the button finds the same.
const WAIT = 150; // ms without a key before it is asked
const SHORTEST = 3;

for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.querySelector("[data-asks], input[type=search]");
  const shown = document.getElementById("suggested");
  let timer = 0;
  let asking = null;

  const hide = () => {
    shown.hidden = true;
    shown.replaceChildren();
  };

  const ask = async () => {
    const words = input.value.trim();
    asking?.abort();
    if (words.length < SHORTEST) return hide();
    asking = new AbortController();
    const where = new URL(form.dataset.suggest, location.href);
    where.searchParams.set("q", words);
    where.searchParams.set("lang", document.documentElement.lang);
    try {
      const answer = await fetch(where, { signal: asking.signal, credentials: "omit" });
      if (!answer.ok) return hide();
      const made = new DOMParser().parseFromString(await answer.text(), "text/html");
      shown.replaceChildren(...made.body.children);
      shown.hidden = !shown.children.length;
    } catch {
      // Offline, or asked again meanwhile: the button still works.
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
    if (event.key === "ArrowDown" && !shown.hidden) {
      event.preventDefault();
      shown.querySelector("a")?.focus();
    }
  });
  shown.addEventListener("keydown", (event) => {
    const links = [...shown.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      (links[next] ?? input).focus();
    }
    if (event.key === "Escape") {
      hide();
      input.focus();
    }
  });
}
