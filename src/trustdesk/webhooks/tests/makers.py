"""A platform that receives webhooks, and endpoints to send to it."""

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook

from trustdesk.kernel.base.timesource import now as present
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.rules import Allowance
from trustdesk.webhooks.actions import Target, add_endpoint, queue_event

JONAS = Actor(kind="staff", id="jonas", name="Jonas", allowances=frozenset({Allowance("webhooks.manage")}))


@dataclass
class Receiver:
    """What the platform's receiver got, and how it shall behave."""

    url: str = ""
    got: list = field(default_factory=list)
    headers: list = field(default_factory=list)
    bodies: list = field(default_factory=list)
    status: int = 204
    body: bytes = b""
    answer_headers: dict = field(default_factory=dict)
    delay: float = 0.0
    gate: threading.Event | None = None  # nobody is answered before it opens
    secret: str = ""
    at_once: int = 0
    most_at_once: int = 0
    now_sending: Counter = field(default_factory=Counter)
    twice_at_once: list = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def verified(self):
        """Every message, checked with the standard's own library; raises when one is not signed well."""
        hook = Webhook(self.secret)
        return [hook.verify(body, dict(headers)) for body, headers in zip(self.bodies, self.headers, strict=True)]

    def ids(self):
        return [headers["webhook-id"] for headers in self.headers]


@contextmanager
def receiver(**behaviour):
    """A real receiver on this machine, in a thread."""
    state = Receiver(**behaviour)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            data = self.rfile.read(int(self.headers["Content-Length"]))
            name = self.headers["webhook-id"]
            with state.lock:
                state.bodies.append(data)
                state.headers.append({key.lower(): value for key, value in self.headers.items()})
                state.at_once += 1
                state.most_at_once = max(state.most_at_once, state.at_once)
                state.now_sending[name] += 1
                if state.now_sending[name] > 1:
                    state.twice_at_once.append(name)
            time.sleep(state.delay)
            if state.gate:
                state.gate.wait(30)
            with state.lock:
                state.at_once -= 1
                state.now_sending[name] -= 1
            try:
                self.send_response(state.status)
                for key, value in state.answer_headers.items():
                    self.send_header(key, value)
                if state.status != 204:
                    self.send_header("Content-Length", str(len(state.body)))
                self.end_headers()
                if state.status != 204:
                    self.wfile.write(state.body)
            except OSError:
                pass

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def listen(state, *, events=("*",), actor=JONAS, **more):
    """Add the receiver as an endpoint; it then knows its secret."""
    made = add_endpoint(actor=actor, target=Target(state.url), events=list(events), now=present(), **more)
    state.secret = made.secret
    return made


def tell(kind="decision.made", source=None, now=None, **data):
    return queue_event(
        type=kind, payload=data or {"decision": "approve"}, source=source, cause=None, now=now or present()
    )


__all__ = ["JONAS", "SYSTEM", "Receiver", "listen", "receiver", "tell"]
