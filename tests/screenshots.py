"""Pictures of the pages that README and docs show: `make screenshots` writes them to docs/screenshots.

The product is started with its whole sample desk on a database of its own; people sign in by the form, as anyone would.
Each page comes in 1440 × 900 and 390 × 844, light and dark, as WebP so that the repository stays small.
"""

import io
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.cluster import Cluster
from tests.product import Product
from trustdesk.sample import catalog

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SIZES = {"1440": (1440, 900), "390": (390, 844)}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PASSWORD = "trustdesk-sample"  # of every sample person; `trustdesk up` prints it
PATIENCE = 900  # seconds for the sample desk to fill itself


@dataclass(frozen=True)
class Shot:
    """A page to take: as whom, at which address, and what to do there first."""

    name: str
    who: str
    path: str
    first: Callable[[Page], None] | None = None


def _take(page: Page) -> None:
    """Make the review before one's own."""
    page.keyboard.press("t")
    page.wait_for_selector("#desk[data-mine]")
    page.wait_for_load_state("networkidle")


def _reject(page: Page) -> None:
    page.keyboard.press("r")
    page.wait_for_selector("#reject.open .letter")


def _palette(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")


def _keys(page: Page) -> None:
    page.keyboard.press("Escape")
    page.wait_for_selector("#palette", state="hidden")
    page.keyboard.press("?")
    page.wait_for_selector("#keys", state="visible")


def _batch(page: Page) -> None:
    page.keyboard.press("t")
    page.locator(".card").nth(5).wait_for()
    for key in ("a", "a", "j", "a"):
        page.keyboard.press(key)


def _rest(page: Page) -> None:
    page.keyboard.press(".")
    page.wait_for_selector(".resting")


def _appeal(page: Page) -> None:
    page.fill(
        "[name=text]", "This is a toy for children, and the box on the second picture says so. Please look again."
    )


# The newest open review of a kind, if possible with pictures.
_REVIEW = """
    SELECT r.id FROM review_review r JOIN content_item i ON i.id = r.item_id JOIN work_workitem w ON w.id = r.work_id
    LEFT JOIN content_itemversion v ON v.item_id = i.id AND v.no = i.version LEFT JOIN content_mediaref m ON m.version_id = v.id
    WHERE r.state = 'open' AND w.state = 'open' AND i.kind = %s AND i.market IN ('ID', 'SG')
    GROUP BY r.id, r.hits ORDER BY count(m.id) > 0 DESC, jsonb_array_length(r.hits) DESC, r.id LIMIT 1"""

# An ad or listing that a person or a rule removed, whose author was told.
_REMOVED = """
    SELECT i.id FROM decisions_decision d JOIN content_item i ON i.id = d.item_id JOIN decisions_statement s ON s.decision_id = d.id
    WHERE d.outcome = 'remove' AND d.withdrawn_at IS NULL AND d.superseded_by_id IS NULL AND i.kind IN ('ad', 'listing')
    ORDER BY d.automated_decision, d.id LIMIT 1"""
# The account with most strikes.
_STRUCK = "SELECT account_id FROM decisions_strike GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"

# A path that begins with "a " is the review page of the newest item of that kind; "statement…" what an author was sent, as
# an address that needs no sign-in; "account" is the account with most strikes. Nobody (""): a stranger.
SHOTS: tuple[Shot, ...] = (
    Shot("my-work", "sari", "/"),
    Shot("batch", "sari", "/batches/listings", _batch),
    Shot("review", "sari", "a listing", _take),
    Shot("reject", "sari", "", _reject),
    Shot("palette", "sari", "", _palette),
    Shot("keys", "sari", "", _keys),
    Shot("video", "sari", "a short_video", _take),
    Shot("thread", "sari", "a comment", _take),
    Shot("care", "sari", "/care/"),
    Shot("break", "sari", "/care/", _rest),
    Shot("board", "jonas", "/board/"),
    Shot("queues", "jonas", "/queues/"),
    Shot("search", "jonas", "/search/"),
    Shot("escalations", "jonas", "/escalations/"),
    Shot("account", "jonas", "account"),
    Shot("ladder", "jonas", "/ladders/ID"),
    Shot("statement", "", "statement"),
    Shot("appeal", "", "statement/appeal", _appeal),
)


def take(only: set[str]) -> None:
    """Start the desk, take every picture (or those named), end the desk."""
    with _product() as product:
        photograph(product, only)


def photograph(product: Product, only: set[str]) -> None:
    """Every picture (or those named) of a desk that runs. What somebody did for one picture stands on the next."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        pages: dict[str, Page] = {}
        for shot in SHOTS:
            if shot.who not in pages:
                pages[shot.who] = _sign_in(browser, product.url, shot.who)
            page = pages[shot.who]
            page.set_viewport_size({"width": 1440, "height": 900})
            page.emulate_media(color_scheme="light")
            if shot.path:
                path = _path_of(product, pages, shot.path)
                if not path:
                    print(f"nothing to show for {shot.name}", file=sys.stderr)
                    continue
                page.goto(product.url + path)
            if shot.first is not None:
                shot.first(page)
            if not only or shot.name in only:
                _shoot(page, shot.name)
        browser.close()


def _path_of(product: Product, pages: dict[str, Page], path: str) -> str:
    """The address behind a shot's path; "" where the desk has no such thing."""
    if path.startswith("a "):
        review = _found(product, _REVIEW, path.removeprefix("a "))
        return review and f"/reviews/{review}"
    if path == "account":
        account = _found(product, _STRUCK)
        return account and f"/accounts/{account}"
    if path.startswith("statement"):
        item = _found(product, _REMOVED)
        if not item:
            return ""
        pages["jonas"].goto(f"{product.url}/items/{item}")
        link = pages["jonas"].locator("a[href^='/s/']").first.get_attribute("href") or ""
        return link + path.removeprefix("statement")
    return path


def _found(product: Product, question: str, *values: str) -> str:
    with psycopg.connect(product.dsn) as look:
        row = look.execute(question, list(values)).fetchone()
    return str(row[0]) if row else ""


def _sign_in(browser: Browser, url: str, who: str) -> Page:
    page = browser.new_context(locale="en-GB").new_page()
    if not who:
        return page
    page.goto(url + "/")
    page.fill("input[name=login]", f"{who}@desk.example")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("nav.rail")
    return page


def _shoot(page: Page, name: str) -> None:
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            page.wait_for_timeout(250)
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            picture.save(TARGET / f"{name}-{size}-{theme}.webp", quality=80, method=6)
    print(f"docs/screenshots/{name}")


@contextmanager
def _product() -> Iterator[Product]:
    cluster = Cluster().start()
    try:
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
            admin.execute("CREATE DATABASE screenshots")
        product = Product(cluster.url("screenshots"))
        product.environment["TRUSTDESK_SAMPLE"] = "all"
        try:
            product.start()
            _wait_full(product)
            yield product
        finally:
            product.stop()
    finally:
        cluster.stop()


def _wait_full(product: Product) -> None:
    """Until every item of the sample is in, and nothing has happened for ten seconds."""
    all_of_it = len(catalog.collection())
    end, last, since = time.monotonic() + PATIENCE, (-1, -1), time.monotonic()
    with psycopg.connect(product.dsn, autocommit=True) as look:
        while time.monotonic() < end:
            row = look.execute(
                "SELECT (SELECT count(*) FROM content_item), (SELECT count(*) FROM ledger_fact)"
            ).fetchone()
            now = row or last
            if now != last:
                last, since = now, time.monotonic()
            elif now[0] >= all_of_it and time.monotonic() - since > 10:
                return
            time.sleep(1)
    print("the sample desk was not full in time; pictures may lack something", file=sys.stderr)


if __name__ == "__main__":
    take(set(sys.argv[1:]))
