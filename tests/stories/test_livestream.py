"""Budi goes live: the desk watches while it runs, warns, cuts, and keeps what was seen (filming.py)."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.stories.conftest import Desk
from tests.stories.filming import film_desk, judged, look, page_of, submit
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decided
from trustdesk.decisions.actions import Ground, TooLate
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.review import actions as reviewing
from trustdesk.review import queries as reviews
from trustdesk.screening.actions.media import tidy_streams
from trustdesk.signals import queries as signals
from trustdesk.signals.actions.watching import LEASE, look_once, wake_forgotten
from trustdesk.signals.streams import LiveFrame, LiveWatch
from trustdesk.signals.video.tests.makers import scene, with_words
from trustdesk.signals.video.tests.origin import Origin, piece, still


@pytest.fixture
def desk(db, tmp_path, now, moment, monkeypatch) -> Desk:
    return film_desk(tmp_path, now, monkeypatch)


@pytest.fixture
def origin():
    made = Origin()
    yield made
    made.close()


def rounds(stream_id, now, count=1, *, seconds=5.0):
    for _ in range(count):
        now += timedelta(seconds=seconds)
        assert look_once(watch_id=stream_id, now=now)
    return now


def test_a_livestream_is_watched_and_its_item_judged_as_it_goes(desk, now, origin, settings):
    settings.PRIVATE_TARGETS = True  # the stream's server is this machine
    for seed in (1, 3):
        origin.add(still(seed))
    item = submit(desk, "l1", {"kind": "video", "url": origin.address})
    assert item["status"] == "pending"
    verdict = look(item, now)
    assert verdict.state == "pending"  # nothing seen yet
    [owner] = [str(medium.id) for medium in _media(item)]
    stream = signals.streams([owner])[owner]
    assert ProcrastinateJob.objects.filter(task_name="signals.watch_stream").exists()
    at = rounds(stream.id, now)
    desk.deliver(at)
    assert judged(item, at).outcome == "approve"
    stream = signals.streams([owner])[owner]
    assert (stream.state, stream.lag, stream.looked) == ("live", 0.0, 2)
    assert len(signals.strip(owner)) == 2
    # A caption with a number comes, and later what a rule rejects: each time the item is judged anew.
    origin.add(piece(lambda _: with_words(scene(4), "Call me")))
    at = rounds(stream.id, at)
    desk.deliver(at)
    assert ProcrastinateJob.objects.filter(task_name="screening.judge_again").exists()
    verdict = judged(item, at)
    assert verdict.outcome == "review"
    desk.deliver(at)
    page = page_of(desk, item)
    assert "Looked 0 s ago, 0 s behind." in page
    assert page.count(f"/streams/1/{signals.strip(owner)[0].id}") == 2  # large, and first of the strip
    assert 5 <= verdict.hits[0]["evidence"][0]["at"] <= 10
    origin.add(still(2))
    at = rounds(stream.id, at)
    verdict = judged(item, at)
    assert verdict.outcome == "reject"
    assert any(span["field"] == "adult" and 10 <= span["at"] <= 15 for hit in verdict.hits for span in hit["evidence"])
    newest = signals.strip(owner)[0]
    assert newest.adult == 0.9
    Image.open(BytesIO(signals.stream_frame(owner, newest.id))).verify()
    desk.deliver(at)
    # It stalls, comes back, and ends; nothing is looked at any more.
    at = rounds(stream.id, at, seconds=12)
    assert signals.streams([owner])[owner].state == "stalled"
    origin.ended = True
    at = rounds(stream.id, at)
    stream = signals.streams([owner])[owner]
    assert stream.over
    assert not look_once(watch_id=stream.id, now=at + timedelta(minutes=1))
    told = [row.payload["state"] for row in FactRow.objects.filter(kind="live.changed").order_by("id")]
    assert told == ["live", "live", "live", "stalled", "ended"]


def _media(item: dict):
    return content.newest_versions([UUID(item["id"])])[UUID(item["id"])].media


def test_one_worker_looks_at_a_stream_and_another_takes_over(desk, now, origin, settings):
    settings.PRIVATE_TARGETS = True
    origin.add(still(1))
    item = submit(desk, "l2", {"kind": "stream", "url": origin.address})
    look(item, now)
    watch = LiveWatch.objects.get()
    # A worker took the lease and is gone.
    LiveWatch.objects.update(lease_until=now + timedelta(seconds=LEASE), leased_by="lost")
    assert not look_once(watch_id=watch.id, now=now + timedelta(seconds=30))
    before = ProcrastinateJob.objects.filter(task_name="signals.watch_stream").count()
    wake_forgotten(now=now + timedelta(seconds=30))
    assert ProcrastinateJob.objects.filter(task_name="signals.watch_stream").count() == before
    later = now + timedelta(seconds=LEASE + 5)
    wake_forgotten(now=later)
    assert ProcrastinateJob.objects.filter(task_name="signals.watch_stream").count() == before + 1
    assert look_once(watch_id=watch.id, now=later)
    assert LiveWatch.objects.get().looked == 1
    assert not look_once(watch_id=watch.id, now=later + timedelta(seconds=1))  # before its time
    # A new version of the item goes on with what was seen; an item that is taken back is not watched any more.
    told = submit(desk, "l2", {"kind": "stream", "url": origin.address})
    assert told["version"] == 2
    look(told, later)
    [watch] = LiveWatch.objects.all()
    assert (watch.looked, watch.owner) == (1, str(_media(told)[0].id))
    assert judged(told, later).state == "final"
    desk.post(f"/items/{told['id']}/withdraw", {"reason": "sold"})
    desk.deliver(later)
    assert LiveWatch.objects.get().reason == "stopped"


def test_a_stream_cannot_lead_the_desk_to_private_machines(desk, now, origin):
    """Without the setting for trying things on one machine, this machine is not called."""
    origin.add(still(1))
    verdict = look(submit(desk, "l3", {"kind": "stream", "url": origin.address}), now)
    stream = LiveWatch.objects.get()
    rounds(stream.id, now)
    stream.refresh_from_db()
    assert (stream.state, stream.reason) == ("refused", "private")
    assert origin.asked == []
    assert not LiveFrame.objects.exists()
    verdict = judged({"id": str(verdict.item_id)}, now)
    assert verdict.outcome == "review"  # a person is asked, and told why
    assert any(span.get("reason") == "private" for hit in verdict.hits for span in hit["evidence"])


def test_a_streamer_is_warned_then_cut_and_what_was_seen_is_kept(desk, now, origin, settings):
    settings.PRIVATE_TARGETS = True
    captioned = piece(lambda _: with_words(scene(4), "Call me"))
    origin.add(captioned)
    origin.add(still(1))
    item = submit(desk, "l4", {"kind": "stream", "url": origin.address})
    look(item, now)
    watch = LiveWatch.objects.get()
    at = rounds(watch.id, now)
    desk.deliver(at)
    assert judged(item, at).outcome == "review"
    desk.deliver(at)
    review = reviews.of_items([UUID(item["id"])])[UUID(item["id"])]
    ground = Ground("film", 1, "1", "contact")
    reviewing.claim_this(actor=desk.sari, review_id=review.id, now=at)
    page = page_of(desk, item)
    assert 'data-sheet="warn"' in page
    assert 'data-sheet="cut"' in page
    with pytest.raises(Invalid):
        reviewing.decide(
            actor=desk.sari, review_id=review.id, version=1, outcome="limit", cut=True, clauses=[ground], now=at
        )
    # A warning: the streamer is told, after the time to undo; the stream goes on and is looked at as before.
    warned = reviewing.decide(actor=desk.sari, review_id=review.id, version=1, outcome="warn", clauses=[ground], now=at)
    assert warned.undo_until == at + timedelta(seconds=10)
    assert content.items([UUID(item["id"])])[UUID(item["id"])].status == "in_review"
    at += timedelta(seconds=11)
    desk.deliver(at)
    assert content.items([UUID(item["id"])])[UUID(item["id"])].status == "live"
    letter = decided.statement(warned.decision, now=at)
    assert letter.readable
    assert "A warning about your listing" in letter.text
    assert "It stays as it is. Nothing is taken away." in letter.text
    told = FactRow.objects.filter(kind="decision.made").latest("id").payload
    assert (told["outcome"], told["restrictions"], told["status"]) == ("warn", [], "live")
    # What comes after a warning is judged: it now does what a rule wants a person for.
    LiveWatch.objects.update(state="looping")
    assert judged(item, at).outcome == "review"
    desk.deliver(at)
    again = reviews.of_items([UUID(item["id"])])[UUID(item["id"])]
    assert (again.state, again.id != review.id) == ("open", True)
    reviewing.claim_this(actor=desk.sari, review_id=again.id, now=at)
    cut = reviewing.decide(
        actor=desk.sari, review_id=again.id, version=1, outcome="remove", cut=True, clauses=[ground], now=at
    )
    # Cut: in force at once, for the platform too, and without a way back.
    assert cut.undo_until == at
    assert content.items([UUID(item["id"])])[UUID(item["id"])].status == "rejected"
    with pytest.raises(TooLate):
        reviewing.undo(actor=desk.sari, review_id=again.id, now=at)
    desk.deliver(at)
    # A stream that dies is over after a while; a month later the frames that told something are left, as evidence.
    origin.files.clear()
    at = rounds(watch.id, at, 2, seconds=400)
    assert signals.streams([watch.owner])[watch.owner].reason == "gone"
    assert "Nothing has come from it for ten minutes." in page_of(desk, item)
    assert {frame.news for frame in signals.strip(watch.owner)} == {True, False}
    assert tidy_streams(now=at + timedelta(days=29)) == 0
    assert tidy_streams(now=at + timedelta(days=31)) == 1
    assert {frame.news for frame in signals.strip(watch.owner)} == {True}
    assert tidy_streams(now=at + timedelta(days=31)) == 0


def test_a_stream_that_nobody_acted_on_is_forgotten(desk, now, origin, settings):
    settings.PRIVATE_TARGETS = True
    origin.add(still(1))
    item = submit(desk, "l5", {"kind": "stream", "url": origin.address})
    look(item, now)
    origin.ended = True
    at = rounds(LiveWatch.objects.get().id, now)
    assert LiveWatch.objects.get().state == "ended"
    assert tidy_streams(now=at + timedelta(days=31)) == 1
    assert not LiveWatch.objects.exists()
    assert not LiveFrame.objects.exists()
