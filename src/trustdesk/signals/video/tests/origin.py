"""A small HLS server on this machine, with segments made by PyAV."""

import http.server
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from trustdesk.signals.video.playlists import Reach
from trustdesk.signals.video.sampling import FetchTrouble
from trustdesk.signals.video.tests.makers import Painter, film, scene


def piece(paint: Painter, *, frames: int = 10, rate: int = 5) -> bytes:
    """Two seconds of a stream as an MPEG transport stream."""
    return film(paint, frames, rate=rate, kind="mpegts", gop=frames)


def still(seed: int) -> bytes:
    return piece(lambda _: scene(seed))


class Origin:
    """What a streaming server has: files, and one sliding playlist at /live.m3u8."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.pieces: list[str] = []
        self.first = 0
        self.ended = False
        self.window = 4
        self.target = 2
        self.to: dict[str, str] = {}  # path → where it redirects
        self.asked: list[str] = []
        origin = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                origin.asked.append(path)
                body = origin.body(path)
                if path in origin.to:
                    self.send_response(302)
                    self.send_header("Location", origin.to[path])
                    body = b""
                else:
                    self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *args: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"{self.base}/live.m3u8"

    def add(self, data: bytes, *, name: str = "") -> None:
        """One more segment; the oldest leaves the window."""
        name = name or f"/s{self.first + len(self.pieces)}.ts"
        self.files[name] = data
        self.pieces.append(name)
        while len(self.pieces) > self.window:
            self.pieces.pop(0)
            self.first += 1

    def body(self, path: str) -> bytes | None:
        if path == "/live.m3u8" and path not in self.files:
            return self.playlist().encode() if self.pieces or self.ended else None
        return self.files.get(path)

    def playlist(self, extra: str = "") -> str:
        lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{self.target}"]
        lines += [f"#EXT-X-MEDIA-SEQUENCE:{self.first}", *([extra] if extra else [])]
        for name in self.pieces:
            lines += ["#EXTINF:2.000,", name.lstrip("/")]
        return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if self.ended else [])]) + "\n"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@contextmanager
def plain_fetch(address: str, *, most: int, reach: Reach) -> Iterator[tuple[Path, str]]:
    """Fetching without a guard of its own: for tests of what is asked for, on this machine alone."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            data, last = answer.read(most + 1), answer.url
    except (urllib.error.URLError, OSError) as error:
        raise FetchTrouble(str(error)) from error
    if len(data) > most:
        raise FetchTrouble("too large")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "fetched"
        path.write_bytes(data)
        yield path, last
