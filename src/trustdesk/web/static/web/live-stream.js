// One stream of server-sent events, kept open through lost networks and restarts; for the worker or the elected tab.
const LONGEST = 60_000; // ms between two tries

/** Follow the stream of `who`; `hear(message)` for each whole message, `tell(on)` when it opens and breaks. */
export function follow(url, who, hear, tell) {
  let wait = 1000;
  const begin = () => {
    const source = new EventSource(url);
    const again = () => {
      source.close();
      setTimeout(begin, wait * (0.5 + Math.random() / 2));
      wait = Math.min(LONGEST, wait * 2);
    };
    source.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.topic !== "live.hello") return hear(message);
      if (message.data.who !== who) return again(); // someone else signed in here since
      wait = 1000;
      tell(true);
    };
    source.onerror = () => {
      tell(false);
      if (source.readyState === EventSource.CLOSED) again(); // signed out, or no answer: ask ever more seldom
    };
  };
  begin();
}
