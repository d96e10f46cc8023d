// Talking to the desk from a page that stays: what is sent, what came of it, and how that is said.

/** What came of a post: "done" (with the answer's status and text), "refused" (with words), "signed-out", "left" (called off
 *  by its signal) or "gone" (no answer, or none that means anything). What was done and then broke off is done: text is null. */
export async function post(address, fields, { signal, again = true, keepalive = false } = {}) {
  const body = fields instanceof FormData ? fields : new FormData();
  if (!(fields instanceof FormData)) {
    for (const [name, value] of Object.entries(fields ?? {})) for (const one of [value].flat()) body.append(name, one);
  }
  body.set("csrfmiddlewaretoken", token());
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      body,
      signal,
      keepalive,
      headers: { "HX-Request": "true", "HX-Current-URL": location.href, "X-Desk": "swaps", "X-CSRFToken": token() },
    });
  } catch (error) {
    return { came: signal?.aborted ? "left" : "gone", error };
  }
  const code = answer.headers.get("X-Refusal") ?? "";
  const text = await answer.text().catch(() => null); // the page may be left, or the network break, while it comes
  if (signal?.aborted) return { came: "left" };
  if (answer.ok) return { came: "done", status: answer.status, text };
  if (answer.status === 401) return { came: "signed-out" };
  // Whoever signed in again in another tab has a new token; this page asks for it and says the same once more.
  if (answer.status === 403 && !code && again) {
    const state = await refresh();
    return state === "fresh" ? post(address, body, { signal, keepalive, again: false }) : { came: state };
  }
  if (!code || text === null) return { came: "gone", status: answer.status };
  return { came: "refused", code, html: text };
}

export const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

async function refresh() {
  try {
    const answer = await fetch(frame().dataset.token, { headers: { "HX-Request": "true" } });
    if (answer.status === 401) return "signed-out";
    if (!answer.ok) return "gone";
    const fresh = (await answer.json()).token;
    for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]")) input.value = fresh;
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
    return "fresh";
  } catch {
    return "gone";
  }
}

/** The part of the page that stays, with the addresses and sentences scripts need. */
export const frame = () => document.getElementById("desk-frame");

/** A sentence of the page (a template of the frame, by its name), ready to be shown. */
export const words = (name) => frame().querySelector(`template[data-says="${name}"]`).content.cloneNode(true);

/** Show these nodes where every refusal is said; nothing clears the place. */
export function say(...nodes) {
  document.getElementById("notices").replaceChildren(...nodes.filter(Boolean));
}

export function parsed(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

/** A key made here: what is sent twice with it is done once. Also where the page is not in a secure context. */
export function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
