// The only script that holds the page back, so it stays this small: a key pressed while the others still load is kept, and
// keys.js presses it once they are all there. Without it a quick "R" on a page that is drawn but not yet alive is lost.
{
  const keys = [];
  const keep = (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && !event.isComposing;
    if (plain && event.key.length === 1 && !event.target.closest?.("input, textarea, select, [contenteditable]")) keys.push(event.key);
  };
  document.addEventListener("keydown", keep);
  window.earlyKeys = () => {
    document.removeEventListener("keydown", keep);
    return keys.splice(0);
  };
}
