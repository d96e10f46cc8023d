"""An endpoint on the loopback that speaks the protocol of remote models, or misbehaves as it is told."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def moderated(**scores):
    """The answer of /moderations."""
    return {"id": "modr-1", "model": "mod-2026", "results": [{"flagged": False, "category_scores": scores}]}


def judged(content, *, tokens=120, **message):
    """The answer of /chat/completions; `content` as text or as what is put into JSON."""
    content = content if isinstance(content, str) else json.dumps(content)
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content, **message}}
    return {"id": "chat-1", "model": "chat-2026-11-01", "choices": [choice], "usage": {"total_tokens": tokens}}


class Endpoint:
    """`will(…)`: the answers in their order, the last again and again: a body, or (status, headers, body, seconds)."""

    def __init__(self):
        self.asked, self.answers = [], []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                endpoint.asked.append((self.path, dict(self.headers.items()), json.loads(body)))
                answer = endpoint.answers.pop(0) if len(endpoint.answers) > 1 else endpoint.answers[0]
                status, headers, told, seconds = answer if isinstance(answer, tuple) else (200, {}, answer, 0)
                time.sleep(seconds)
                raw = told if isinstance(told, bytes) else json.dumps(told).encode()
                try:
                    self.send_response(status)
                    for name, value in {"content-type": "application/json", "x-request-id": "req-7", **headers}.items():
                        self.send_header(name, value)
                    self.send_header("content-length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw)
                except OSError:
                    pass  # who asked has gone

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def will(self, *answers):
        self.answers = list(answers)
        self.asked.clear()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
