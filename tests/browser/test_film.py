"""Sari looks at a video that says the wrong length, and at a livestream until it dies. Files, decoder and stream are real;
a stand-in for the image models says what stands in the frames."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from playwright.sync_api import expect

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decided
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.review import queries as reviews
from trustdesk.screening import actions as screening
from trustdesk.screening.actions.again import try_again
from trustdesk.screening.actions.media import look_into_media
from trustdesk.screening.models import Verdict
from trustdesk.signals.actions.watching import look_once
from trustdesk.signals.images.looking import Box, Look, Text
from trustdesk.signals.images.pdq import hash_picture, to_hex
from trustdesk.signals.streams import LiveWatch
from trustdesk.signals.video import looking, sampling
from trustdesk.signals.video.tests.makers import film, scene, with_words
from trustdesk.signals.video.tests.origin import Origin, piece, still
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]

SIZE = (480, 270)
WORDS = "gucci bag, a good fake"


@pytest.fixture(autouse=True)
def stand_in(monkeypatch):
    """Reads a caption from white bars, and calls nothing adult but what scene 2 shows."""

    def look(rgb, *, want):
        high, wide = rgb.shape[:2]
        white = rgb[int(high * 0.65) :, wide // 2 :].mean() > 180
        bad = abs(rgb[: high // 2].astype(int) - scene(2, (wide, high))[: high // 2]).mean() < 12
        hashed = hash_picture(rgb)
        return Look(
            pdq=to_hex(hashed.hashes[0]),
            quality=hashed.quality,
            adult=0.61 if bad else 0.02,
            texts=(Text(WORDS, Box(0.02, 0.6, 0.9, 0.3), 0.95, "stand-in"),) if white else (),
            codes=(),
            versions={"adult": "1"},
        )

    for front in (looking.look_video, sampling.sample):
        monkeypatch.setitem(front.__kwdefaults__, "look", look)


@pytest.fixture
def origin():
    made = Origin()
    yield made
    made.close()


def come_in(kind: str, title: str, *media: dict, data: bytes = b"", media_type: str = "video/webm", **fields) -> str:
    """An item with a film or a stream, looked into and judged; returns its id."""
    hands, headers = Client(), {"Authorization": f"Bearer {makers.key('items:write')}"}
    if data:
        stored = hands.post("/api/v1/files", data, content_type=media_type, headers=headers).json()
        media = ({"kind": "video", "file_id": stored["file_id"], "alt": "A walk through the flat"},)
    body = {
        "external_id": uuid.uuid4().hex[:10],
        "kind": kind,
        "market": "ID",
        "language": "en",
        "account": {"external_id": "budi", "name": "Budi", "language": "en", "created_at": "2026-01-02T00:00:00Z"},
        "fields": {"title": title, "body": "As it stands, no smokers.", **fields},
        "media": list(media),
    }
    item = hands.post("/api/v1/items?wait=0", json.dumps(body), content_type="application/json", headers=headers).json()
    look_into_media(version_id=content.newest_versions([uuid.UUID(item["id"])])[uuid.UUID(item["id"])].id, now=now())
    judge(item["id"])
    return item["id"]


def judge(item: str) -> None:
    row = Verdict.objects.exclude(state="overtaken").get(item_id=item)
    if row.state == "pending":
        screening.settle(verdict_id=row.id, now=now())
    else:
        try_again(verdict_id=row.id, now=now())
    sequencer.sequence()
    outbox.deliver_all(now=now(), reactors=reactor_names())


def look(watch: LiveWatch) -> None:
    """One round of the worker, in a thread of its own: it has a loop of its own, as the browser has here."""

    def round_of_it() -> None:
        LiveWatch.objects.filter(id=watch.id).update(next_at=now())
        assert look_once(watch_id=watch.id, now=now() + timedelta(seconds=1))
        connection.close()

    with ThreadPoolExecutor(1) as worker:
        worker.submit(round_of_it).result()


def review_of(item: str) -> str:
    return str(reviews.of_items([uuid.UUID(item)])[uuid.UUID(item)].id)


def test_sari_plays_a_video_from_hit_to_hit_without_a_mouse(at_desk, screens):
    pictures = [scene(1, SIZE), scene(3, SIZE), with_words(scene(4, SIZE), WORDS), scene(5, SIZE)]
    made = film(lambda number: pictures[min(number // 20, 3)], 80, rate=10, kind="webm", codec="libvpx", sound=True)
    sari = at_desk("lead")
    page = sari.open("/reviews/" + review_of(come_in("short_video", "A walk", data=made, seconds=45)))
    video = page.locator("video")
    expect(video).to_be_visible()
    assert video.evaluate("one => [one.muted, one.preload, one.readyState, one.paused]") == [True, "none", 0, True]
    expect(page.get_by_text("Film 1, 0:07 long")).to_be_visible()
    expect(page.get_by_text("The platform said 0:45.")).to_be_visible()
    cells = page.locator(".film-strip li")
    expect(cells).to_have_count(4)
    expect(page.locator(".film-strip li[data-hit]")).to_have_count(1)
    expect(page.locator(".film-lines li")).to_contain_text(WORDS)

    def until(true: str) -> None:
        # wait_for_function would need eval, which the content policy forbids.
        for _ in range(400):
            if video.evaluate(true):
                return
            page.wait_for_timeout(50)
        raise AssertionError(f"never: {true}")

    def second() -> float:
        until("one => !one.seeking")
        return video.evaluate("one => one.currentTime")

    page.keyboard.press("j")
    until("one => one.currentTime > 3.9")
    assert second() == pytest.approx(4.0, abs=0.06)
    expect(page.locator(".film-strip li[aria-current]")).to_contain_text("0:04")
    page.keyboard.press("f")
    assert second() == pytest.approx(4.15, abs=0.06)
    page.keyboard.press("b")
    page.keyboard.press("b")
    assert second() == pytest.approx(3.95, abs=0.06)
    page.keyboard.press("]")
    page.keyboard.press("]")
    expect(page.locator("[data-speed]")).to_have_text("1.5×")
    assert video.evaluate("one => one.playbackRate") == 1.5
    page.keyboard.press("m")
    assert video.evaluate("one => one.muted") is False
    page.keyboard.press("p")
    until("one => one.currentTime > 4.4")
    page.keyboard.press("p")
    assert video.evaluate("one => one.paused")
    page.get_by_role("button", name="0:02", exact=False).click()
    assert second() == pytest.approx(2.0, abs=0.06)
    # An address that ended is asked for again, and one goes on where one was.
    video.evaluate("one => { one.src = one.src.replace(/sig=[^&]*/, 'sig=gone'); one.load(); }")
    until("one => one.readyState > 0 && !one.error && !one.src.endsWith('gone')")
    sari.expect_complaint("404")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="To the next hit")).to_be_visible()
    page.keyboard.press("Escape")
    screens(page, "film")


def test_sari_sees_only_scenes_of_what_no_browser_plays_and_veils_over_what_may_hurt(at_desk, screens):
    pictures = [scene(1, SIZE), scene(2, SIZE), with_words(scene(4, SIZE), WORDS)]
    made = film(lambda number: pictures[min(number // 20, 2)], 60, rate=10, kind="matroska")
    page = at_desk("lead").open(
        "/reviews/" + review_of(come_in("short_video", "Look", data=made, media_type="video/x-matroska"))
    )
    expect(page.get_by_text("Browsers do not open this kind of file. Here are its scenes.")).to_be_visible()
    expect(page.locator("video")).to_have_count(0)
    expect(page.locator(".film-strip .veil")).to_have_count(3)
    expect(page.locator(".film-strip li").nth(1)).to_contain_text("adult 0.61")
    screens(page, "film-strip-alone")


def test_sari_watches_a_livestream_warns_and_sees_it_die(at_desk, screens, origin, settings):
    settings.PRIVATE_TARGETS = True
    origin.add(still(1))
    origin.add(piece(lambda _: with_words(scene(4), WORDS)))
    item = come_in("livestream", "Live from the stall", {"kind": "stream", "url": origin.address}, viewers=120)
    watch = LiveWatch.objects.get(address=origin.address)
    look(watch)
    judge(item)
    sari = at_desk("lead")
    page = sari.open("/reviews/" + review_of(item))
    expect(page.locator(".live .chip")).to_have_text("Live")
    expect(page.locator(".live .film-strip li")).to_have_count(2)
    newest = page.locator(".live-newest img").get_attribute("src")
    # It renews itself when the worker has looked again.
    origin.add(still(5))
    look(watch)
    expect(page.locator(".live .film-strip li")).to_have_count(3)
    assert page.locator(".live-newest img").get_attribute("src") != newest
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Cut C")).to_be_visible()
    screens(page, "livestream")
    # It stalls, and then it is gone.
    LiveWatch.objects.filter(id=watch.id).update(state="stalled", looked_at=now() + timedelta(hours=1))
    expect(page.locator(".live-state")).to_contain_text("No frame for")
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Cut now, no undo")).to_be_enabled()
    expect(page.get_by_text("We ended your livestream")).to_be_visible()
    screens(page, "livestream-cut")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    expect(page.get_by_text("It stays as it is. Nothing is taken away.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Undo,", exact=False).first).to_be_visible()
    for _ in range(200):  # it is sent behind her back
        if made := decided.of_items([uuid.UUID(item)], now=now()).get(uuid.UUID(item)):
            break
        page.wait_for_timeout(50)
    [made] = made
    assert (made.outcome, made.restrictions) == ("warn", ())
    LiveWatch.objects.filter(id=watch.id).update(state="ended", reason="gone", next_at=None)
    page = sari.open("/reviews/" + review_of(item))
    expect(page.locator(".live .chip")).to_have_text("Gone")
    expect(page.get_by_text("Nothing has come from it for ten minutes.")).to_be_visible()
    screens(page, "livestream-gone")
