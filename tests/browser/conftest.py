"""A served desk, headless Chromium, people signed in, and pictures to look at.

Any violation of the content policy and any error on the browser's console fails the test.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from trustdesk.web.tests import makers

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREENS = os.environ.get("TRUSTDESK_TEST_SCREENS", "")
SIZES = {"1440": (1440, 900), "390": (390, 844)}
# What htmx says when a page is left while it waits for an answer. One that failed the browser reports itself.
LEFT_WAITING = ("htmx:afterRequest", "htmx:sendError", "htmx:sendAbort")
TELL = (
    "document.addEventListener('securitypolicyviolation', "
    "e => console.error('content policy: ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample))"
)


# A busy machine is no failure: wait longer than playwright's five seconds.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def chromium(django_db_setup) -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django would refuse to talk to its database beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def real_db(packed_db) -> str:
    """A database of the story's own in which the pack of policies is in force."""
    return packed_db


@pytest.fixture
def desk(real_db, settings) -> Iterator[str]:
    """The desk's address: the ASGI application in a thread, on the committed database."""
    import uvicorn

    from trustdesk.config.asgi import application

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = uvicorn.Config(application, host="127.0.0.1", port=port, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


class Person:
    """Someone at a browser; `complaints` is what the browser held against the page."""

    def __init__(self, context: BrowserContext, desk: str) -> None:
        self.context, self.desk = context, desk
        self.complaints: list[str] = []
        self.page = self.watch(context.new_page())

    def watch(self, page: Page) -> Page:
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(LEFT_WAITING):
            self.complaints.append(said.text)

    def open(self, path: str) -> Page:
        self.page.goto(self.desk + path)
        return self.page

    def expect_complaint(self, part: str) -> None:
        """The browser notes every answer ≥ 400 as an error: name those a test provokes."""
        found = [line for line in self.complaints if part in line]
        assert found, f"nobody complained of {part}"
        self.complaints = [line for line in self.complaints if part not in line]


@pytest.fixture
def at_desk(chromium: Browser, desk: str) -> Iterator:
    """at_desk("reviewer") signs a person with these roles in and gives them a browser; without roles, a stranger."""
    people: list[Person] = []

    def sit(*roles: str, name: str = "Sari", signed_in: bool = True, staff=None) -> Person:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.add_init_script(TELL)
        if signed_in:
            client = Client()
            client.force_login(staff or makers.staff(*roles, name=name), settings.AUTHENTICATION_BACKENDS[0])
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": desk}])
        people.append(Person(context, desk))
        return people[-1]

    yield sit
    for person in people:
        person.context.close()
    assert [line for person in people for line in person.complaints] == []


@pytest.fixture
def screens():
    """screens(page, "people"): the page in both sizes and both themes, for people to look at.

    Only where TRUSTDESK_TEST_SCREENS names a folder: five hundred pictures nobody opens cost minutes.
    """

    def shoot(page: Page, name: str) -> None:
        if not SCREENS:
            return
        folder = Path(SCREENS)
        folder.mkdir(parents=True, exist_ok=True)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for theme in ("light", "dark"):
                page.emulate_media(color_scheme=theme)
                file = folder / f"{name}-{size}-{theme}.png"
                # A colour that is still on its way from the theme before looks like a defect.
                page.screenshot(path=file, full_page=size == "390", animations="disabled")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.emulate_media(color_scheme="light")

    return shoot
