// The one stream of this browser: every tab of the same person hears it through this shared worker.
import { follow } from "./live-stream.js";

const [, who, url] = self.name.split(" ");
const ports = new Set();
const latest = new Map();
let on = false;

const all = (message) => ports.forEach((port) => port.postMessage(message));

self.onconnect = ({ ports: [port] }) => {
  const join = () => {
    ports.add(port);
    for (const message of latest.values()) port.postMessage(message);
    port.postMessage({ on });
  };
  port.onmessage = ({ data }) => (data === "gone" ? ports.delete(port) : join());
  join();
};

follow(
  url,
  who,
  (message) => {
    latest.set(`${message.topic} ${message.key}`, message);
    all(message);
  },
  (now) => {
    on = now;
    all({ on });
  },
);
