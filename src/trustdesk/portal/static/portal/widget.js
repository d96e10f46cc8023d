// The chat of a TrustDesk in the corner of another site. One script, no framework, nothing in the page's global names:
//   <script src="https://desk.example/chat/widget.js" data-lang="en" data-side="end" async></script>
// The chat itself is a frame of the desk's own address: this site cannot read it, and it cannot read this site.
(() => {
  const script = document.currentScript;
  if (!script || document.getElementById("trustdesk-chat")) return;
  const desk = new URL(script.src).origin;
  const WORDS = "__WORDS__";
  const wished = (script.dataset.lang || document.documentElement.lang || navigator.language || "en").slice(0, 2);
  const lang = WORDS[wished] ? wished : "en";
  const words = WORDS[lang];
  const side = script.dataset.side === "start" ? "insetInlineStart" : "insetInlineEnd";
  const narrow = matchMedia("(max-width: 30rem)");
  // Set by property, so that a strict style policy of this site does not stop it.
  const put = (element, style) => Object.assign(element.style, style);

  const root = document.createElement("div");
  root.id = "trustdesk-chat";
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.setAttribute("aria-haspopup", "dialog");
  const label = document.createElement("span");
  const badge = document.createElement("span");
  button.append(label, badge);
  put(root, { position: "fixed", insetBlockEnd: "1rem", [side]: "1rem", zIndex: "2147483000", colorScheme: "light dark" });
  put(button, {
    display: "flex", marginInlineStart: side === "insetInlineEnd" ? "auto" : "0", gap: ".5rem", alignItems: "center", minHeight: "3rem", padding: "0 1.25rem", border: "0",
    borderRadius: "3rem", background: "#2447a8", color: "#fff", font: "600 1rem/1.2 system-ui, sans-serif", cursor: "pointer",
    boxShadow: "0 2px 12px rgb(0 0 0 / .3)",
  });
  put(badge, { display: "none", minWidth: "1.5rem", padding: ".15rem .35rem", borderRadius: "1rem", background: "#fff", color: "#2447a8", textAlign: "center" });

  const panel = document.createElement("div");
  panel.setAttribute("role", "dialog");
  panel.setAttribute("aria-label", words.open);
  panel.hidden = true;
  root.append(panel, button);

  let frame = null;
  let unread = 0;
  const open = () => button.getAttribute("aria-expanded") === "true";

  function draw() {
    label.textContent = open() ? words.close : words.open;
    badge.style.display = unread && !open() ? "inline-block" : "none";
    badge.textContent = unread || "";
    button.setAttribute("aria-label", unread && !open() ? `${words.open}, ${unread} ${words.unread}` : label.textContent);
    put(panel, narrow.matches
      ? { position: "fixed", inset: "0 0 4.5rem 0", width: "auto", height: "auto", borderRadius: "0", marginBlockEnd: "0" }
      : { position: "static", inset: "auto", width: "22rem", height: "min(34rem, calc(100vh - 7rem))", borderRadius: ".75rem", marginBlockEnd: ".75rem" });
    put(panel, { display: open() ? "block" : "none", overflow: "hidden", boxShadow: "0 4px 32px rgb(0 0 0 / .3)", background: "Canvas" });
  }

  function load() {
    if (frame) return;
    frame = document.createElement("iframe");
    frame.title = words.open;
    frame.referrerPolicy = "origin";
    // The ticket stands behind the #: no server and no log sees it.
    frame.src = `${desk}/chat/frame?lang=${lang}#${new URLSearchParams({ ...(script.dataset.ticket && { ticket: script.dataset.ticket }), origin: location.origin })}`;
    put(frame, { display: "block", width: "100%", height: "100%", border: "0" });
    panel.append(frame);
  }

  function toggle(on) {
    if (on) load();
    panel.hidden = !on;
    button.setAttribute("aria-expanded", String(on));
    if (on) unread = 0;
    draw();
    frame?.contentWindow?.postMessage({ trustdesk: on ? "opened" : "closed" }, desk);
    if (on) frame.focus();
    else button.focus();
    try {
      sessionStorage.setItem("trustdesk.chat", on ? "open" : "");
    } catch { /* a page without storage: it begins closed */ }
  }

  button.addEventListener("click", () => toggle(!open()));
  root.addEventListener("keydown", (event) => event.key === "Escape" && open() && toggle(false));
  addEventListener("message", (event) => {
    if (event.origin !== desk || event.source !== frame?.contentWindow) return;
    if (event.data?.trustdesk === "close") toggle(false);
    if (event.data?.trustdesk === "ready") frame.contentWindow.postMessage({ trustdesk: open() ? "opened" : "closed" }, desk);
    if (event.data?.trustdesk === "unread" && !open()) {
      unread = Number(event.data.count) || 0;
      draw();
    }
  });
  narrow.addEventListener("change", draw);
  document.body.append(root);
  draw();
  let before = "";
  try {
    before = sessionStorage.getItem("trustdesk.chat") ?? "";
  } catch { /* as above */ }
  if (before) {
    load();
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    draw();
  }
})();
