// What the desk tells while a page is open. A module hears a topic by
//   document.addEventListener("live:board", (event) => draw(event.detail))
// or, when it may come late, by whenLive("board", draw), which is also given what was told last.
// The stream itself is one a browser: in a shared worker, else in one tab elected by a lock, which tells the others.
import { follow } from "./live-stream.js";

const url = document.body.dataset.live;
const who = document.body.dataset.who;
const latest = new Map();

function hear(message) {
  if (message.on !== undefined) {
    document.documentElement.dataset.live = message.on ? "on" : "off";
    return;
  }
  latest.set(`${message.topic} ${message.key}`, message);
  document.dispatchEvent(new CustomEvent(`live:${message.topic}`, { detail: message.data }));
}

/** Call with what was told last of this topic, if anything was, and with all that follows. */
export function whenLive(topic, call) {
  for (const message of latest.values()) if (message.topic === topic) call(message.data);
  document.addEventListener(`live:${topic}`, (event) => call(event.detail));
}

function share() {
  const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), {
    name: `live ${who} ${url}`,
    type: "module",
    extendedLifetime: true, // outlives the moment between two pages
  });
  worker.port.onmessage = ({ data }) => hear(data);
  addEventListener("pagehide", () => worker.port.postMessage("gone"));
  addEventListener("pageshow", (event) => event.persisted && worker.port.postMessage("back"));
}

function elect() {
  const channel = new BroadcastChannel(`live ${who}`);
  channel.onmessage = ({ data }) => data.ask || hear(data);
  navigator.locks.request(`live ${who}`, () => {
    const all = (message) => {
      hear(message);
      channel.postMessage(message);
    };
    channel.onmessage = ({ data }) => {
      if (!data.ask) return;
      for (const message of latest.values()) channel.postMessage(message);
      channel.postMessage({ on: document.documentElement.dataset.live === "on" });
    };
    follow(url, who, all, (on) => all({ on }));
    return new Promise(() => {}); // held for as long as this tab is there
  });
  channel.postMessage({ ask: true });
}

if (url && who) {
  if ("SharedWorker" in window) share();
  else if (navigator.locks) elect();
}
