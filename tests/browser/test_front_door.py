"""Through the front door: ads over HTTP, a rejection by a machine and one by a person in the browser, both told by signed
webhook, each with a statement that its author can read. Real processes, a real browser, a real receiver."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from django.conf import settings
from django.test import override_settings
from standardwebhooks.webhooks import Webhook

from tests.browser.conftest import TELL
from tests.stories.conftest import ad, on_database
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.actions import import_pack

pytestmark = pytest.mark.browser
PHONE = "Selling my bicycle, hardly used. Call me on +62 812 0000 1234 any time."
RIFLE = "Air rifle, works well, message me for the licence papers"


class Receiver:
    """The platform's end of the webhooks: keeps what arrives, answers 204."""

    def __init__(self) -> None:
        got: list[tuple[bytes, dict[str, str]]] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                got.append((body, {k.lower(): v for k, v in self.headers.items()}))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.got = got
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, kind: str, item: str, *, seconds: float = 60) -> tuple[bytes, dict[str, str]]:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for body, headers in list(self.got):
                told = json.loads(body)
                if told["type"] == kind and item in json.dumps(told["data"]):
                    return body, headers
            time.sleep(0.2)
        raise AssertionError(f"no {kind} for {item}; got {[json.loads(body)['type'] for body, _ in self.got]}")


@pytest.fixture
def platform() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def test_from_a_posted_ad_to_two_told_decisions(product, chromium, platform, django_db_blocker, now):
    with (
        django_db_blocker.unblock(),
        on_database("trustdesk_product"),
        # The started product hashes as production does, not as tests do.
        override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.ScryptPasswordHasher"]),
    ):
        import_pack(actor=SYSTEM, path=settings.PACK, now=now)
        people.add_staff(
            actor=SYSTEM,
            email="sari.front@example.com",
            name="Sari",
            password="correct horse battery",
            roles=["reviewer"],
            languages=["id", "en"],
            markets=["ID"],
            now=now,
        )
    api = httpx.Client(
        base_url=f"{product.url}/api/v1",
        headers={"Authorization": f"Bearer {product.key('platform', 'items:write', 'decisions:read', 'webhooks')}"},
        timeout=60,
    )
    made = api.post(
        "/webhooks", json={"url": platform.url, "events": ["decision.made", "item.screened"], "description": "ours"}
    )
    assert made.status_code == 201, made.text
    secret = made.json()["secret"]

    one = api.post("/items?wait=5", json=_today(ad("fd-1", "Folding bicycle", PHONE)))
    assert one.status_code == 201, one.text
    assert one.json()["status"] == "rejected"
    two = api.post("/items?wait=5", json=_today(ad("fd-2", "Sharp hunting rifle", RIFLE))).json()
    assert two["status"] == "in_review"

    body, headers = platform.wait_for("decision.made", one.json()["id"])
    told = Webhook(secret).verify(body, headers)
    assert told["data"]["decision"]["outcome"] == "remove"
    assert told["data"]["decision"]["automated"] == {"detection": True, "decision": True}
    with pytest.raises(Exception, match="signature"):
        Webhook(secret).verify(body.replace(b"remove", b"approve"), headers)

    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    context.add_init_script(TELL)
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(product.url + "/")
    page.fill("[name=login]", "sari.front@example.com")
    page.fill("[name=password]", "correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    _take_next(page, product.url)
    assert page.locator("h1").first.text_content().startswith("Sharp hunting rifle")
    assert page.locator("mark.ev").count() >= 1
    # Three keys: R, Enter is the suggested clause's, and the letter is read before it leaves.
    page.keyboard.press("r")
    page.wait_for_selector("#reject.open")
    page.wait_for_selector(".letter")
    assert "We removed your ad" in page.locator(".letter").text_content()
    page.keyboard.press("Enter")
    page.wait_for_selector(".undo")
    assert api.get(f"/items/{two['id']}").json()["status"] == "in_review", "it can still be undone"
    body, headers = platform.wait_for("decision.made", two["id"])
    told = Webhook(secret).verify(body, headers)["data"]
    assert told["decision"]["outcome"] == "remove"
    assert told["decision"]["automated"] == {"detection": True, "decision": False}
    assert told["decision"]["made_by"] == "both"
    assert api.get(f"/items/{two['id']}").json()["status"] == "rejected"

    statement = told["statement"]["html_url"]
    page.goto(statement)
    assert page.locator("h1").text_content() == "We removed your ad"
    assert "A person looked at it and decided." in page.content()

    # The other keys: approve and take it back, leave a note, skip with a reason.
    three = api.post("/items?wait=5", json=_today(ad("fd-3", "Old hunting rifle", RIFLE + ", from my uncle"))).json()
    _take_next(page, product.url)
    taken = page.url
    page.keyboard.press("a")
    page.wait_for_selector(".undo")
    page.keyboard.press("u")
    page.wait_for_url(taken)
    assert page.locator("h1").first.text_content().startswith("Old hunting rifle")
    page.keyboard.press("n")
    page.keyboard.type("Asked the uncle for his licence")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".note")
    assert "Asked the uncle" in page.locator("#notes").text_content()
    page.keyboard.press("s")
    page.keyboard.type("I know the uncle")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != taken)
    again = api.get(f"/items/{three['id']}").json()
    assert (again["status"], again["decision"]) == ("in_review", None)
    assert complaints == []
    context.close()
    api.close()


def _take_next(page, desk: str) -> None:
    """Start reviewing as soon as the worker has opened the review: within a second or two of the item."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        page.goto(desk + "/")
        start = page.locator("form[action='/reviews/next'] button")
        if start.count():
            start.first.click()
            page.wait_for_load_state()
            if "/reviews/" in page.url and "nothing" not in page.url:
                return
        time.sleep(0.5)
    raise AssertionError("nothing came up for review")


def _today(item: dict) -> dict:
    """The product's clock is the wall's: Budi joined four days ago by that."""
    item["account"]["created_at"] = (datetime.now(UTC) - timedelta(days=4)).isoformat()
    return item
