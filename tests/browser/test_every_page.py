"""One visit to every page of the desk, as whoever may see it: nothing an assistive tool would stumble over, nothing wider
than a phone in either direction of reading, no complaint of the browser, no word that stays English in Indonesian.

Pages are found by their addresses and by following links, so a new one is looked at by existing. Its language is a
pseudo-Indonesian: every translated string stands between two marks without width, and what else can be read must be data of the desk.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from importlib import resources
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils.translation import trans_real
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, expect

from tests.browser import furnishing, reviewing
from tests.browser import test_kinds as kinds
from tests.browser.conftest import TELL
from tests.test_rights import EXEMPT, pages
from trustdesk.content import actions as content
from trustdesk.content import queries as content_queries
from trustdesk.files import actions as files
from trustdesk.insights import tallying
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.review.actions import batching, taking
from trustdesk.screening import actions as screening
from trustdesk.search import indexing
from trustdesk.signals.images.tests.makers import png, scene
from trustdesk.web.tests import makers
from trustdesk.wellbeing import actions as care
from trustdesk.workforce import actions as workforce

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(900)]

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LOOK = """async (rules) => {
  const found = await axe.run(document, { runOnly: rules, resultTypes: ["violations"], preload: false,
    ...(rules.type === "tag" ? { rules: { "target-size": { enabled: true } } } : {}) });
  return found.violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(" ")} ${node.html.slice(0, 160)}`));
}"""
TAGS = {"type": "tag", "values": RULES}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
# What is wider than the window, outermost first; what scrolls inside a box of its own is fine.
WIDE = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  const boxed = (e) => {
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > root.clientWidth + 1 || box.left < -1) && !boxed(e);
  });
  return [`${root.scrollWidth} px`, ...wide.slice(0, 3).map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`)];
}"""
# Text that a person reads or hears, but for code, keys, and what is marked as content or said to be in a language of its own.
TEXTS = """() => {
  const quiet = "script, style, code, kbd, pre, svg, noscript, textarea, body [lang], [translate=no], [data-text], template";
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim();
    if (text && !walk.currentNode.parentElement.closest(quiet)) texts.push(text);
  }
  for (const e of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]")) {
    if (e.closest(quiet)) continue;
    for (const name of ["aria-label", "title", "placeholder", "alt"]) if (e.getAttribute(name)) texts.push(e.getAttribute(name));
  }
  return texts;
}"""
WORD = re.compile(r"[^\W\d_]{3,}")
MACHINE = re.compile(r"^[0-9a-f]{8,}$|^[a-z0-9]+([._:/-][a-z0-9_]+)+$|^[\w.+-]+@[\w.-]+$|^https?://\S+$")
# The same in every language.
NAMES = {"trustdesk", "english", "bahasa indonesia", "utc", "api", "json", "csv", "html", "url", "esc", "ctrl"}
# A stream that is never done loading; the API's reference, one pattern a thousand times, which takes minutes to look at.
ENDLESS = {"live", "api-docs"}
WHOLE = "document.querySelector('body.app, body.public') !== null"


@pytest.fixture
def pseudo() -> Iterator[None]:
    """Indonesian in which every string that passed through a translation says so."""
    trans_real.translation("id")
    kept = trans_real._translations["id"]._catalog._catalogs
    marked = [
        {key: value if not key or not isinstance(value, str) else f"\u2062{value}\u2063" for key, value in part.items()}
        for part in kept
    ]
    trans_real._translations["id"]._catalog._catalogs = marked
    yield
    trans_real._translations["id"]._catalog._catalogs = kept


@pytest.fixture
def served(real_db) -> Iterator[str]:
    """The desk on a database of its own, so that all data there are known."""
    import uvicorn

    from tests.product import free_port
    from trustdesk.config.asgi import application

    port = free_port()
    config = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


class Walk:
    """Someone who looks at every page once: what is wrong, by page."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        context.add_init_script(TELL)
        context.add_init_script(AXE)
        self.page, self.base = context.new_page(), base
        self.wrong: dict[str, list[str]] = {}
        self.seen: set[str] = set()
        self.complaints: list[str] = []
        self.refused: set[str] = (
            set()
        )  # pages that answered with an error: the browser may say so late, on the next one
        self.data = all_data()
        self.lost = False
        self.page.on("console", self.hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and said.location["url"] not in self.refused:
            self.complaints.append(f"{said.text} {said.location['url']}")

    def walk(self, paths: Iterable[str]) -> None:
        """These addresses and all that their pages link to: one page of each view."""
        waiting = list(paths)
        while waiting:
            path = waiting.pop(0)
            name = view_of(path)
            if name is None or name in self.seen or name in ENDLESS:
                continue
            if self.visit(path):
                waiting += self.page.eval_on_selector_all(
                    "a[href^='/']", "links => links.map(a => a.getAttribute('href'))"
                )

    def visit(self, path: str) -> bool:
        """Look at one page; False when there is none (nothing by that address, a fragment, a file)."""
        self.complaints.clear()
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme="light")
        try:
            answer = self.page.goto(self.base + path)
        except Error:  # a download
            return False
        if answer is not None and answer.status >= 400:
            self.refused.add(answer.url)
        if answer is not None and answer.status >= 500 and not self.page.evaluate(WHOLE):
            self.wrong[path] = [f"an error of the desk: {answer.status}"]
        if answer is None or "html" not in answer.headers.get("content-type", "") or not self.page.evaluate(WHOLE):
            return False
        if answer.status == 404:
            if self.lost:
                return False
            self.lost = True  # what a 404 looks like is looked at once
        elif answer.status < 400:
            self.seen.add(view_of(path) or path)
        found = self.looked_at()
        if answer.status >= 500:
            found.insert(0, f"an error of the desk: {answer.status}")
        # A review that somebody else has by now is refused behind the page, rightly (409).
        allowed = (f"status of {answer.status}", "status of 409")
        found += [line for line in self.complaints if not any(one in line for one in allowed)]
        if found:
            self.wrong[path] = list(dict.fromkeys(found))
        return True

    def looked_at(self) -> list[str]:
        """The page as each of those sees it who look differently: one loading of it, with what it asks for afterwards."""
        expect(self.page.locator(".htmx-request")).to_have_count(0, timeout=30_000)
        found = self.page.evaluate(LOOK, TAGS)
        self.page.emulate_media(color_scheme="dark")
        found += [f"dark {line}" for line in self.page.evaluate(LOOK, CONTRAST)]
        self.page.evaluate("document.documentElement.dataset.contrast = 'more'")
        found += [f"high contrast, dark {line}" for line in self.page.evaluate(LOOK, CONTRAST)]
        self.page.emulate_media(color_scheme="light")
        found += [f"high contrast {line}" for line in self.page.evaluate(LOOK, CONTRAST)]
        found += [f"English: {text}" for text in self.page.evaluate(TEXTS) if self.untranslated(text)]
        self.page.set_viewport_size({"width": 390, "height": 844})
        found += [f"wide: {line}" for line in self.page.evaluate(WIDE)]
        self.page.evaluate("document.documentElement.dir = 'rtl'")
        return found + [f"wide, right to left: {line}" for line in self.page.evaluate(WIDE)]

    def untranslated(self, text: str) -> bool:
        left = text
        while left != (left := re.sub(r"\u2062[^\u2062\u2063]*\u2063", " ", left)):
            pass
        left = re.sub(
            r"\u2062.*$|^.*\u2063", " ", left, flags=re.DOTALL
        )  # a translation with markup inside: it goes on next door
        return any(
            WORD.search(piece) and not MACHINE.match(piece) and piece.casefold() not in NAMES and not self.known(piece)
            for piece in (piece.strip(" \n·,.:;()“”\"'…–/→×") for piece in re.split(r"\s{2,}|[·,:;()“”…|→\n]", left))
        )

    def known(self, piece: str) -> bool:
        """Is it in the database, and so somebody's word rather than ours?"""
        said = " ".join(piece.casefold().split())
        return said in self.data or all(word.casefold() in self.data for word in WORD.findall(said) if len(said) < 24)


def view_of(path: str) -> str | None:
    try:
        found = resolve(path.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0])
    except Resolver404:
        return None
    return found.view_name or found.route


def all_data() -> str:
    """Every text in the database, in one."""
    parts = []
    for model in apps.get_models():
        names = [
            field.name
            for field in model._meta.fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField)
            or type(field).__name__ == "ArrayField"
        ]
        if names and model._meta.managed:
            parts += [str(value) for row in model._base_manager.values_list(*names)[:5000] for value in row if value]
    return " ".join("\n".join(parts).casefold().split())


def things(where: str) -> dict[str, str]:
    """One of each of a few kinds that wait for a person, in one market; the open review by kind."""
    by, written = now(), timedelta(days=800)
    account = content.AccountEntry(external_id="budi", name="Budi", language="en", registered_at=by - written)
    media = [
        content.MediaEntry(
            kind="image",
            file=files.store_file(
                actor=SYSTEM, source=png(scene(seed, 320, 240)), declared_type="image/png", now=by
            ).id,
            alt="A yard",
        )
        for seed in (1, 2)
    ]
    made = screening.receive(
        actor=SYSTEM,
        submissions=[
            screening.Submission(
                external_id=f"{kind}-walk",
                kind=kind,
                account=account,
                fields={"title": f"Oak {kind}", "body": "Write to +62 812 0000 7788 or budi@mail.example.com."},
                market=where,
                language="en",
                media=tuple(media) if kind in {"listing", "product"} else (),
            )
            for kind in ("listing", "comment", "message", "profile")
        ],
        now=by,
    )
    known = content_queries.items([one.item for one in made])
    outbox.deliver_all(now=now(), reactors=reactor_names())
    return {known[one.item].kind: kinds.review_of(one.item) for one in made}


def arrived() -> None:
    """All that happened is told to all who wait for it, search and the board among them."""
    sequencer.sequence()
    outbox.deliver_all(now=now(), reactors=reactor_names())
    while indexing.follow(now=now()):
        pass
    while tallying.follow(now=now()):
        pass


def sign_in(context: BrowserContext, base: str, where: str, *roles: str) -> Staff:
    person = makers.staff(*roles, name="Sari", language="id")
    people.set_skills(actor=SYSTEM, staff_id=person.id, languages=["en", "id"], markets=[where], now=now())
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])
    workforce.put_state(actor=SYSTEM, staff_id=person.id, state="available", now=now())
    return person


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.deep)], ids=["main", "whole"])
def test_every_page_can_be_used_by_everyone(chromium, served, pseudo, settings, whole):
    settings.MAIL_DOMAIN = "desk.example"
    where = reviewing.market()
    if whole:
        furnishing.furnish(where)
    reviewing.ads(*(f"Kayu jati {n}" for n in range(8)), where=where)
    open_reviews = things(where)
    care.set_contact(
        actor=SYSTEM, name="Ibu Ratna", phone="+62 21 5550 100", link="https://help.example/", words="Siang", now=now()
    )
    arrived()
    wrong: dict[str, list[str]] = {}

    def goes(*roles: str, paths: Callable[[Walk, Staff], Iterable[str]] | None = None) -> Walk:
        context = chromium.new_context(locale="id-ID", reduced_motion="reduce")
        try:
            person = sign_in(context, served, where, *roles) if roles else None
            walk = Walk(context, served)
            if person and paths:
                for path in paths(walk, person):
                    walk.visit(path)
            elif person:
                declared = [
                    page
                    for page in pages()
                    if "GET" in page.methods and page.path.startswith("/") and "^" not in page.path
                ]
                walk.walk(page.path for page in declared if "<" not in page.path and not has_parameters(page.path))
                walk.walk(page.path for page in declared if page.name not in EXEMPT)
            else:
                walk.visit("/account/login/")
                walk.walk(furnishing.letters())
            wrong.update({f"{'+'.join(roles) or 'stranger'} {path}": lines for path, lines in walk.wrong.items()})
            return walk
        finally:
            context.close()

    def reviews(walk: Walk, person: Staff) -> Iterator[str]:
        """Work in hand: one of each kind, then a batch."""
        actor = actor_for(person)
        yield "/work"
        for review in open_reviews.values():
            taking.claim_this(actor=actor, review_id=UUID(review), now=now())
            yield f"/reviews/{review}"
            taking.release(actor=actor, review_id=UUID(review), now=now())
        batching.claim_batch(actor=actor, queue="listings", limit=6, now=now())
        yield from ("/batches/listings", "/care/", "/search/", "/my-time")

    seen: set[str] = set()
    if whole:
        seen = goes("admin").seen
        seen |= goes().seen
    else:
        goes("reviewer", paths=reviews)
        goes("lead", paths=lambda walk, person: ("/board/", "/queues/", "/search/", "/care/desk"))
        goes()
    told = [f"{where}\n    " + "\n    ".join(lines[:12]) for where, lines in wrong.items()]
    assert not told, "\n" + "\n".join(told)
    if whole:  # it went where it was meant to go
        print(
            "UNSEEN",
            sorted(
                {
                    f"{one.name or one.path}|{one.path}"
                    for one in pages()
                    if "GET" in one.methods and (view_of(one.path) or one.path) not in seen
                }
            ),
        )
        console = {f"console:{one}" for one in ("work", "queues", "queue", "item", "account", "person", "ledger")}
        assert console | {"review:desk"} <= seen, seen
        assert {"support:show", "customers:show", "problems:show", "escalations:show", "portal:statement"} <= seen, seen
        assert len(seen) > 110, seen


def has_parameters(path: str) -> bool:
    """Was an address made with values of no meaning? Then links to real ones are tried first."""
    return bool(re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-|/x(/|$)|/1(/|$)", path))
