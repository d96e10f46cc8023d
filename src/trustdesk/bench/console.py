"""How soon the next item is on screen: decisions by one key in a real browser, against a bare htmx swap in the same one."""

import argparse
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from trustdesk.bench import Report, middle
from trustdesk.kernel.base.refusal import Refusal

MISSING = "`bench console` drives a browser: install {}."
PLAYWRIGHT = "playwright (`pip install playwright`)"
CHROMIUM = "Chromium (`playwright install chromium`), or name the one you have with --chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
]
WARM = 5  # decisions before those that count

# A time is taken when the key goes down, and again in the first task after the frame that shows what came of it. The
# browser's own list of requests, long enough for a run, knows how long preparing an item takes.
WATCH = """
(() => {
  performance.setResourceTimingBufferSize(100000);
  const took = (window.__took = []);
  let pressed = null;
  addEventListener('keydown', (event) => { if (event.key === 'a') pressed = performance.now(); }, true);
  const painted = () => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => { if (pressed !== null) took.push(performance.now() - pressed); pressed = null; };
    after.port2.postMessage(0);
  });
  window.__unready = 0;
  document.addEventListener('desk:decided', (event) => { if (!event.detail.ready) window.__unready += 1; });
  document.addEventListener('desk:shown', painted);
  document.addEventListener('htmx:afterSwap', (event) => { if (event.target.id === 'floor') painted(); });
})()
"""
# The item that was on screen, without what would load or ask for more once it is swapped in.
FRAGMENT = """
(() => {
  const desk = document.getElementById('desk').cloneNode(true);
  for (const one of [desk, ...desk.querySelectorAll('*')]) {
    for (const name of one.getAttributeNames()) if (/^(src|srcset|poster|hx-.*)$/.test(name)) one.removeAttribute(name);
  }
  return desk.outerHTML;
})()
"""
AHEAD = """
(() => {
  const address = new URL(document.getElementById('desk-frame').dataset.ahead, location.href).href;
  return performance.getEntriesByType('resource').filter((one) => one.name === address).map((one) => one.duration);
})()
"""
FLOOR = """<!doctype html><html><head><meta charset="utf-8"><script src="/htmx.js"></script></head><body>
<div id="floor" hx-get="/fragment" hx-trigger="keydown[key=='a'] from:body" hx-swap="innerHTML">ready</div></body></html>"""


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--decisions", type=int, default=200, help="decisions to measure (default 200)")
    parser.add_argument(
        "--think", type=float, default=0.7, help="seconds from an item's being there to the next key (default 0.7)"
    )
    parser.add_argument(
        "--chromium", default="", help="the browser's program (default: the system's, else playwright's own)"
    )


def needs(options: argparse.Namespace) -> None:
    """Fill in the browser's program. Raises Refusal when playwright or Chromium is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Refusal(MISSING.format(f"{PLAYWRIGHT} and {CHROMIUM}")) from None
    if options.chromium:
        found = shutil.which(options.chromium)
    else:
        found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        if not found:
            with sync_playwright() as playwright:
                found = shutil.which(playwright.chromium.executable_path)
    if not found:
        raise Refusal(MISSING.format(CHROMIUM))
    options.chromium = found


def run(options: argparse.Namespace) -> Report:
    """Measure in a fresh, migrated database, with the classifieds pack and ads that all ask for a person.

    A web process serves the desk on this machine; one person approves with the key `a`. The floor is a page with nothing but
    htmx that swaps in the item that was on screen, sent by a bare server from memory, in the same browser. Raises Refusal
    when the desk does not start, an item cannot be opened, or not every key decided one.
    """
    from playwright.sync_api import sync_playwright

    # Playwright's loop runs in this thread, and Django would refuse its database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    cookie = _fill(options.decisions + WARM + 5)
    with _served() as (desk, log), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=FLAGS)
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        context.add_init_script(WATCH)
        context.add_cookies([{**cookie, "url": desk}])
        page = context.new_page()
        page.goto(f"{desk}/work")
        begin = page.locator("form[action='/reviews/next'] button")
        if not begin.count():
            raise Refusal(f"Nothing can be reviewed: {page.inner_text('body')[:300]} {log.read_text()[-2000:]}")
        begin.first.click()
        page.wait_for_selector("#desk", state="attached")
        page.wait_for_timeout(1500)
        decided = _press(page, options.decisions, options.think)
        unready, ahead, fragment = (page.evaluate(script) for script in ("window.__unready", AHEAD, FRAGMENT))
        with _floor(fragment) as floor:
            page.goto(floor)
            page.wait_for_timeout(300)
            swapped = _press(page, options.decisions, min(options.think, 0.1))
        browser.close()
    _all_decided(options.decisions + WARM)
    setting: dict[str, str | int | float] = {
        "decisions": options.decisions,
        "think": options.think,
        "fragment_bytes": len(fragment.encode()),
    }
    if hasattr(os, "getloadavg"):
        setting["load"] = round(os.getloadavg()[1], 1)  # of five minutes: about the run
    report = Report("console", setting=setting)
    limit = ("≤", 100.0)
    report.add("ratio_decision_to_swap", middle(decided) / middle(swapped), aim=("≤", 3), says="of the medians")
    report.add("ratio_p95_decision_to_swap", _p95(decided) / _p95(swapped))
    report.add("ms_decision", middle(decided), "ms", aim=limit, says="keydown to the next item painted, median")
    report.add("ms_decision_p95", _p95(decided), "ms", aim=limit, says="of the same")
    report.add("ms_swap", middle(swapped), "ms", says="keydown to a bare htmx swap painted, median")
    report.add("ms_swap_p95", _p95(swapped), "ms", says="of the same")
    report.add(
        "share_unready", unready / (options.decisions + WARM), says="decisions whose next item was not there yet"
    )
    report.add("ms_ahead", middle(ahead), "ms", says="preparing the next item behind the one on screen, median")
    report.add("ms_ahead_p95", _p95(ahead), "ms", says="of the same")
    return report


def _all_decided(count: int) -> None:
    """A swap that nothing came of is no decision."""
    from trustdesk.review.models import Review

    states = Counter(Review.objects.values_list("state", flat=True))
    if states[Review.State.DECIDED] != count:
        raise Refusal(f"{count} decisions were made in the browser, and the desk knows of other ones: {dict(states)}.")


def _press(page: Any, count: int, think: float) -> list[float]:
    """Press `a` so often, with a pause to think; milliseconds until what follows is painted, the first few left out."""
    for number in range(count + WARM):
        page.keyboard.press("a")
        page.wait_for_function("n => window.__took.length > n", arg=number, timeout=60_000, polling=20)
        page.wait_for_timeout(think * 1000)
    took: list[float] = page.evaluate("window.__took")
    return took[WARM : WARM + count]


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


def _fill(count: int) -> Any:
    """A pack, a person signed in, and so many ads that ask for one; the session's cookie."""
    import yaml
    from django.conf import settings
    from django.test import Client

    from trustdesk.kernel.ledger import outbox
    from trustdesk.kernel.ledger.reacting import reactor_names
    from trustdesk.kernel.people import actions as people
    from trustdesk.kernel.people.actor import SYSTEM
    from trustdesk.kernel.people.models import Role, Staff
    from trustdesk.kernel.people.rules import STARTING_ROLES
    from trustdesk.policy.actions import import_pack

    at = datetime.now(UTC)
    pack = yaml.safe_load((settings.PACK / "pack.yaml").read_text(encoding="utf-8"))
    people.load_ground(actor=SYSTEM, pack=pack["code"], markets=pack["markets"], sources=pack["sources"], now=at)
    import_pack(actor=SYSTEM, path=settings.PACK, now=at)
    key = people.make_key(actor=SYSTEM, name="bench", scopes=["items:write"], source="pasar", now=at).secret
    client = Client(SERVER_NAME="127.0.0.1")
    for start in range(0, count, 50):
        body = json.dumps([_ad(number) for number in range(start, min(count, start + 50))])
        answer = client.post(
            "/api/v1/items/batch", body, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
        )
        statuses = {result["item"]["status"] for result in answer.json()["results"]}
        assert statuses == {"in_review"}, statuses
    outbox.deliver_all(now=datetime.now(UTC), reactors=reactor_names())
    for code, (title, rights) in STARTING_ROLES.items():
        Role.objects.get_or_create(code=code, defaults={"name": title, "rights": list(rights)})
    sari = people.add_staff(
        actor=SYSTEM,
        email="sari@example.com",
        name="Sari",
        password="not signed in by password",
        roles=["reviewer"],
        now=at,
    )
    client.force_login(Staff.objects.get(id=sari), settings.AUTHENTICATION_BACKENDS[0])
    morsel = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": morsel.key, "value": morsel.value}


def _ad(number: int) -> dict[str, Any]:
    return {
        "external_id": f"bench-{number}",
        "kind": "ad",
        "market": "ID",
        "language": "en",
        "account": {"external_id": f"seller-{number % 40}", "name": f"Seller {number % 40}"},
        "fields": {
            "title": f"Hunting rifle for sale, lot {number}",
            "body": f"Lightly used, walnut stock, number {number}. Collect in person.",
            "price": 1_000_000 + number,
            "currency": "IDR",
        },
    }


@contextmanager
def _served() -> Iterator[tuple[str, Path]]:
    """A web process of its own on this database: its address and its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    env = {**os.environ, "TRUSTDESK_PUBLIC_URL": address}
    log = Path(os.environ["TRUSTDESK_HOME"]) / "bench-web.log"
    with log.open("w") as said:
        web = subprocess.Popen(
            [sys.executable, "-m", "trustdesk", "web", "--port", str(port)], env=env, stdout=said, stderr=said
        )
        try:
            until = time.monotonic() + 180
            while True:
                with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/healthz", timeout=5):
                    break
                if time.monotonic() > until or web.poll() is not None:
                    raise Refusal(f"The web process did not start: {log.read_text()[-2000:]}")
                time.sleep(0.2)
            yield address, log
        finally:
            web.terminate()
            web.wait(20)


@contextmanager
def _floor(fragment: str) -> Iterator[str]:
    """A server that knows three answers, all from memory."""
    import django_htmx

    htmx = (Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js").read_bytes()
    answers = {
        "/": (FLOOR.encode(), "text/html; charset=utf-8"),
        "/htmx.js": (htmx, "text/javascript"),
        "/fragment": (fragment.encode(), "text/html; charset=utf-8"),
    }

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one write: two would wait for each other, and flatter the ratio
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            body, kind = answers.get(self.path, (b"", "text/plain"))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silent: a line a request would be measured too."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join(10)
