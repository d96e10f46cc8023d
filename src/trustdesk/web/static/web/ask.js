// Asking the desk for a fragment. A page that is left, a choice that was changed, a network that breaks off while the
// answer is still coming: none of these is an error of the page.

/** {ok, status, text}, or null when no whole answer came. */
export async function ask(address, { signal, method = "GET", body, headers = {} } = {}) {
  try {
    const answer = await fetch(address, { method, body, signal, headers: { "HX-Request": "true", ...headers } });
    return { ok: answer.ok, status: answer.status, text: await answer.text() };
  } catch {
    return null;
  }
}
