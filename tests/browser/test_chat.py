"""Ratna chats from another site's corner: through a reload, a lost desk that starts again, and a hand-over, nothing is lost or
said twice. And when nobody is there, what she writes becomes a case."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TELL
from tests.product import Product
from trustdesk.chat import queries as chats
from trustdesk.chat.models import Chat
from trustdesk.chat.tests.makers import there
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.models import Source
from trustdesk.post.models import Letter
from trustdesk.support import queries
from trustdesk.support.models import Case
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]

AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
# What a browser says of a desk that is away for a moment.
AWAY = ("net::ERR_", "ERR_CONNECTION", "Failed to fetch")


@pytest.fixture
def web(real_db, tmp_path) -> Iterator[Product]:
    """The web process by itself, to be ended and started again."""
    made = Product(real_db)
    made.environment |= {"TRUSTDESK_SECRET_KEY": settings.SECRET_KEY, "TRUSTDESK_HOSTS": "127.0.0.1,localhost"}
    made.web = made._child("web", "--port", str(made.port))
    made.web.start()
    yield made
    made.stop()


def awake(made: Product) -> None:
    import time
    import urllib.request

    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{made.url}/help/", timeout=10):
                return
        except OSError:
            assert time.monotonic() < until, made.log()
            time.sleep(0.1)


@pytest.fixture
def shop(web) -> Iterator[str]:
    """Another site with the widget, under a strict policy of its own."""
    body = (
        '<!doctype html><html lang="en"><title>A shop</title><h1>A shop</h1><p>Things.</p>'
        f'<script src="{web.url}/chat/widget.js" data-lang="en" async></script></html>'
    ).encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header(
                "Content-Security-Policy", f"default-src 'none'; script-src {web.url}; frame-src {web.url}"
            )
            self.end_headers()
            self.wfile.write(body if self.path == "/" else b"")

        def log_message(self, *_args) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def browser_of(chromium: Browser, web: Product, staff=None) -> tuple[Page, list[str]]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.add_init_script(TELL)
    if staff is not None:
        client = Client()
        client.force_login(staff, settings.AUTHENTICATION_BACKENDS[0])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": web.url}])
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def clean(frame) -> list[str]:
    frame.evaluate(AXE)
    return frame.evaluate(
        "async () => (await axe.run(document, { runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] },"
        " iframes: false, preload: false })).violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`))"
    )


def test_a_chat_survives_a_reload_a_restart_and_a_hand_over(web, shop, chromium, screens):
    Source.objects.create(code="shop", name="A shop", public_url=shop)
    sari, jonas = makers.staff("reviewer", name="Sari"), makers.staff("reviewer", name="Jonas")
    there(sari, now())
    there(jonas, now())
    awake(web)
    visitor, visitors = browser_of(chromium, web)
    desk, desks = browser_of(chromium, web, sari)

    # From the corner of the shop, by the keyboard alone.
    visitor.goto(shop)
    opener = visitor.get_by_role("button", name="Chat with us")
    opener.press("Enter")
    frame = visitor.frame_locator("#trustdesk-chat iframe")
    frame.locator("#start").get_by_label("What is it about?").fill("Where is my parcel?")
    frame.locator("#start").get_by_label("Name").fill("Ratna")
    inside = next(one for one in visitor.frames if "/chat/frame" in one.url)
    assert clean(inside) == []
    screens(visitor, "chat-start")
    frame.get_by_role("button", name="Begin the chat").click()
    expect(frame.locator(".chat-log .line")).to_have_count(1)
    expect(frame.locator("#with")).to_contain_text("Somebody is with you")

    # The desk: it waits in the list; taken, it is answered with Enter, and the visitor sees that one writes.
    case = Case.objects.get()
    desk.goto(f"{web.url}/cases/?channel=chat")
    desk.locator(".inbox a", has_text="Ratna").click()
    expect(desk.locator("#chat-panel")).to_contain_text("has the chat open")
    expect(desk.locator("html")).to_have_attribute("data-live", "on")
    desk.locator("#main").press("t")
    expect(desk.locator("#talk")).to_contain_text("in your hands")
    expect(frame.locator("#with")).to_contain_text(sari.handle)
    answer = desk.get_by_role("textbox", name="Public reply")
    answer.press_sequentially("Let me")
    expect(frame.locator("#writes")).to_contain_text("is writing")
    answer.fill("Let me look.")
    answer.press("Enter")
    expect(frame.locator(".chat-log")).to_contain_text("Let me look.")
    expect(answer).to_have_value("")
    screens(desk, "chat-desk")

    # What the visitor says appears on the desk by itself, under what is being typed there.
    answer.fill("It is in")
    frame.get_by_label("Your message").press_sequentially("It is JX-44", delay=20)
    expect(desk.locator("#writes")).to_be_visible()
    frame.get_by_label("Your message").press("Enter")
    expect(desk.locator("#log")).to_contain_text("It is JX-44")
    expect(answer).to_have_value("It is in")

    # A reload.
    visitor.reload()
    expect(frame.locator(".chat-log .line")).to_have_count(3)
    assert clean(next(one for one in visitor.frames if "/chat/frame" in one.url)) == []
    screens(visitor, "chat-talk")

    # The desk is killed while the visitor writes, and starts again.
    web.web._process.kill()
    web.web._process.wait()
    frame.get_by_label("Your message").fill("Are you still there?")
    frame.get_by_label("Your message").press("Enter")
    expect(frame.locator("#lost")).to_be_visible()
    visitor.reload()
    web.web = web._child("web", "--port", str(web.port))
    web.web.start()
    awake(web)
    # It may have been reloaded while nothing answered: its site shows it again.
    visitor.reload()
    expect(frame.locator(".chat-log .line")).to_have_count(4)
    expect(frame.locator("#lost")).to_be_hidden()
    expect(frame.locator(".chat-log .line").last).not_to_contain_text("not sent")
    expect(desk.locator("#log")).to_contain_text("Are you still there?", timeout=60_000)

    # Sari hands it to Jonas, with a note that the visitor never sees.
    there(jonas, now())
    desk.reload()
    desk.locator("#chat-panel summary").click()
    desk.get_by_label("To whom").select_option(label="Jonas")
    desk.get_by_label("What they should know").fill("She is upset.")
    desk.locator("#chat-panel .hand form button").click()
    expect(desk.locator("#log")).to_contain_text("She is upset.")
    expect(frame.locator("#with")).to_contain_text(jonas.handle)
    others, _complaints = browser_of(chromium, web, jonas)
    others.goto(f"{web.url}/cases/{case.id}")
    field = others.get_by_role("textbox", name="Public reply")
    field.fill("Jonas here: it comes tomorrow.")
    field.press("Enter")
    expect(frame.locator(".chat-log")).to_contain_text("it comes tomorrow")
    expect(frame.locator(".chat-log")).not_to_contain_text("upset")

    # She ends it and has it sent to her.
    frame.get_by_role("button", name="End the chat").click()
    frame.get_by_label("Have it sent").fill("ratna@example.com")
    frame.get_by_role("button", name="Send it to me").click()
    expect(frame.locator("#over-said")).to_contain_text("by e-mail")
    screens(visitor, "chat-over")
    expect(others.locator("[data-live-now]")).to_have_count(0)
    assert [one.text for one in queries.public_messages(case.id)] == [
        "Where is my parcel?",
        "Let me look.",
        "It is JX-44",
        "Are you still there?",
        "Jonas here: it comes tomorrow.",
    ]
    letter = Letter.objects.get(to="ratna@example.com")
    assert "it comes tomorrow" in letter.text
    assert "upset" not in letter.text
    assert Chat.objects.get().ended_how == "visitor"
    assert [line for line in visitors + desks if not any(part in line for part in AWAY)] == []
    for page in (visitor, desk, others):
        page.context.close()


def test_when_nobody_is_there_it_becomes_a_case(at_desk, screens):
    page = at_desk(signed_in=False).open("/chat/?lang=id")
    page.locator("#leave").get_by_label("Pertanyaan Anda").fill("Saya belum dapat uang saya.")
    page.locator("#leave").get_by_label("Surel").fill("amara@example.com")
    screens(page, "chat-leave")
    page.locator("#leave button").click()
    expect(page.locator("#left")).to_be_visible()
    found = queries.taking_part("amara@example.com")[0]
    assert (found.channel, found.subject, found.language) == ("form", "Saya belum dapat uang saya.", "id")
    assert not chats.there(now=now())
