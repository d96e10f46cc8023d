// Videos: play, speed, frame by frame, from hit to hit, and the strip as an index. The browser's own player does the rest.
import { ask } from "../web/ask.js";
import { picker } from "./picker.js";
import { onDesk } from "./shown.js";

const SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const NEAR = 0.15; // seconds within which one stands at a hit

/** The player at a second, ready to be looked at; what is not loaded yet is loaded first. */
function seek(video, at) {
  const to = () => { video.currentTime = Math.max(0, at); };
  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) return to();
  video.addEventListener("loadedmetadata", to, { once: true });
  video.preload = "metadata";
  video.load();
}

function step(film, video, by) {
  const rate = Number(film.dataset.rate) || 25;
  video.pause();
  // The middle of the frame: its edges are not exact.
  seek(video, (Math.floor(video.currentTime * rate + 0.01) + by + 0.5) / rate);
}

function toHit(film, video, forward) {
  const hits = film.dataset.hits.split(" ").filter(Boolean).map(Number);
  const now = video.readyState ? video.currentTime : -1;
  const found = forward ? hits.find((at) => at > now + NEAR) : hits.findLast((at) => at < now - NEAR);
  jump(film, video, found ?? (forward ? hits[0] : hits.at(-1)));
}

function jump(film, video, at) {
  video.pause();
  seek(video, at);
  mark(film, at);
}

function speed(film, video, by) {
  const place = SPEEDS.indexOf(video.playbackRate) + by;
  video.playbackRate = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, place))];
  film.querySelector("[data-speed]").textContent = `${video.playbackRate}×`;
}

/** The scene and the line of this second are marked as the current ones. */
function mark(film, at) {
  for (const list of film.querySelectorAll(".film-strip, .film-lines")) {
    const rows = [...list.querySelectorAll("[data-at]")];
    const here = rows.findLast((row) => Number(row.dataset.at) <= at + NEAR);
    for (const row of rows) row === here ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
    if (here) list.scrollTo({ left: here.offsetLeft - list.offsetLeft - list.clientWidth / 3 });
  }
}

const acts = {
  play: (film, video) => (video.paused ? video.play().catch(() => {}) : video.pause()),
  back: (film, video) => step(film, video, -1),
  on: (film, video) => step(film, video, 1),
  slower: (film, video) => speed(film, video, -1),
  faster: (film, video) => speed(film, video, 1),
  sound: (film, video) => { video.muted = !video.muted; },
  "last-hit": (film, video) => toHit(film, video, false),
  "next-hit": (film, video) => toHit(film, video, true),
};

onDesk((desk, { signal }) => {
  for (const sheet of desk.querySelectorAll("[data-picker]")) picker(sheet, { signal });
  for (const film of desk.querySelectorAll("[data-film]")) {
    const video = film.querySelector("video");
    if (!video) continue;
    video.muted = true; // the attribute alone is not heard when a fragment is put in place
    film.addEventListener("click", (event) => {
      const act = event.target.closest?.("[data-film-do]");
      if (act) return acts[act.dataset.filmDo](film, video);
      const cell = event.target.closest?.("[data-jump]") ?? event.target.closest?.("li[data-at]")?.querySelector("[data-jump]");
      if (cell && !event.target.closest(".veil")) jump(film, video, Number(cell.dataset.jump));
    }, { signal });
    video.addEventListener("timeupdate", () => mark(film, video.currentTime), { signal });
    video.addEventListener("volumechange", () => {
      film.querySelector("[data-film-do=sound]").setAttribute("aria-pressed", String(!video.muted));
    }, { signal });
    // Its address works for ten minutes: an old one is asked for again, once. What then cannot be played is said.
    let asked = false;
    video.addEventListener("error", async () => {
      const at = video.currentTime;
      if (!asked) {
        asked = true;
        const answer = await ask(video.dataset.again, { signal });
        if (answer?.ok) {
          const going = !video.paused;
          video.src = answer.text;
          seek(video, at);
          if (going) video.play().catch(() => {});
          return;
        }
      }
      video.hidden = true;
      film.querySelector("[data-cannot]").hidden = false;
      for (const button of film.querySelectorAll("[data-film-do], [data-jump]")) button.disabled = true;
    }, { signal });
    video.addEventListener("playing", () => { asked = false; }, { signal });
    signal.addEventListener("abort", () => video.pause());
  }
  // A livestream renews itself; not under the hand of who holds a veil up to look.
  desk.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.closest?.("[data-live]")?.querySelector("[data-held]")) event.detail.shouldSwap = false;
  }, { signal });
});
