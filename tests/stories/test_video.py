"""Budi posts a short video, and goes live. What the desk sees in either, and when, from the front door to the verdict.

Frames go through a stand-in for the image models (they have tests of their own): it calls one scene adult and reads a
caption from white bars. Decoding, fetching, the server of the stream, jobs and rules are real.
"""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.stories.conftest import Desk
from trustdesk.content import queries as content
from trustdesk.files import queries as files
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.policy.tests import makers
from trustdesk.review import queries as reviews
from trustdesk.screening import actions as screening
from trustdesk.screening.actions.again import try_again
from trustdesk.screening.actions.media import look_into_media
from trustdesk.screening.models import Verdict
from trustdesk.screening.replaying import replay
from trustdesk.signals import queries as signals
from trustdesk.signals.actions.watching import LEASE, look_once, wake_forgotten
from trustdesk.signals.images.looking import Box, Code, Look, Text
from trustdesk.signals.images.pdq import hash_picture, to_hex
from trustdesk.signals.streams import LiveFrame, LiveWatch
from trustdesk.signals.video import looking, sampling
from trustdesk.signals.video.tests.makers import cover_song, cuts, film, scene, with_words
from trustdesk.signals.video.tests.origin import Origin, piece, still

FILM_POLICY = """\
---
code: film
title: What films show
labels: [fraud.off_platform_payment]
applies_to: [listing]
reason: Your {kind} shows what it must not.
rules:
  - name: adult
    clause: "1"
    when: item.adult >= 0.8
    then: reject
    if_unknown: review
  - name: contact
    clause: "1"
    when: has_any(item.image_text, list("contact-words")) and item.video_seconds > 1
    then: review
    if_unknown: review
  - name: not-live
    clause: "1"
    when: item.stream in ["looping", "lying"]
    then: review
  - name: unopened
    clause: "1"
    when: item.unseen_media > 0
    then: review
examples:
  - text: "A sofa"
    expect: approve
---
## 1 What is not shown

None of it.
"""

_WHERE = Box(0.1, 0.6, 0.5, 0.2)


def stand_in(rgb, *, want):
    hashed = hash_picture(rgb)
    grey = abs(rgb.astype(int) - scene(2)).mean() < 12
    white = rgb[80:, 100:].mean() > 180
    return Look(
        pdq=to_hex(hashed.hashes[0]),
        quality=hashed.quality,
        adult=0.9 if grey else 0.1,
        texts=(Text("Call me: 0812 3456", _WHERE, 0.95, "stand-in"),) if white else (),
        codes=(Code("QRCode", "https://pay.example/x", _WHERE),) if white else (),
        versions={"adult": "1"},
    )


@pytest.fixture
def desk(db, tmp_path, now, moment, monkeypatch) -> Desk:
    from trustdesk.policy.actions import import_pack

    for front in (looking.look_video, sampling.sample):
        monkeypatch.setitem(front.__kwdefaults__, "look", stand_in)
    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path / "files")
    made = makers.make_folder(tmp_path / "pack", policies={"film.md": FILM_POLICY})
    assert import_pack(actor=SYSTEM, path=made, now=now) is not None
    scopes = ["items:write", "decisions:read"]
    key = people.make_key(actor=SYSTEM, name="Bazaar", scopes=scopes, source="bazaar", now=now).secret
    sari = people.add_staff(
        actor=SYSTEM,
        email="sari@example.com",
        name="Sari",
        password="correct horse battery",
        roles=["reviewer"],
        languages=["en"],
        markets=["ID"],
        now=now,
    )
    return Desk(key=key, sari=actor_by_id(sari), client=Client())


def page_of(desk: Desk, item: dict) -> str:
    """The review page as Sari sees it."""
    hands = Client()
    hands.force_login(Staff.objects.get(id=desk.sari.id), settings.AUTHENTICATION_BACKENDS[0])
    answer = hands.get(f"/reviews/{reviews.of_items([UUID(item['id'])])[UUID(item['id'])].id}")
    assert answer.status_code == 200
    return answer.content.decode()


def upload(desk: Desk, data: bytes, kind: str = "video/mp4") -> dict:
    headers = {"Authorization": f"Bearer {desk.key}"}
    told = desk.client.post("/api/v1/files", data, content_type=kind, headers=headers)
    assert told.status_code == 201, told.content
    return told.json()


def submit(desk: Desk, external_id: str, *media: dict) -> dict:
    told = desk.post(
        "/items?wait=0",
        {
            "external_id": external_id,
            "kind": "listing",
            "market": "ID",
            "account": {"external_id": "budi"},
            "fields": {"title": f"A sofa {external_id}", "body": "Pick-up in Bandung."},
            "media": list(media),
        },
    )
    assert told.status_code == 201, told.content
    return told.json()


def look(item: dict, now) -> Verdict:
    """What the media worker and then the second pass do."""
    version = content.newest_versions([UUID(item["id"])])[UUID(item["id"])]
    look_into_media(version_id=version.id, now=now)
    return judged(item, now)


def judged(item: dict, now) -> Verdict:
    row = Verdict.objects.exclude(state="overtaken").get(item_id=item["id"])
    if row.state == "pending":
        screening.settle(verdict_id=row.id, now=now)
    else:
        try_again(verdict_id=row.id, now=now)
    return Verdict.objects.exclude(state="overtaken").get(item_id=item["id"])


@pytest.mark.slow
def test_a_short_video_is_judged_by_what_it_shows_and_when(desk, now):
    captioned = with_words(scene(3), "Call me")
    pictures = [scene(1), scene(3), captioned]
    stored = upload(desk, film(lambda number: pictures[min(number // 15, 2)], 45, rate=5))
    assert (stored["state"], stored["media_type"]) == ("ready", "video/mp4")
    item = submit(desk, "v1", {"kind": "video", "file_id": stored["file_id"]})
    assert item["status"] == "pending"  # nobody has looked yet, and a rule asks
    verdict = look(item, now)
    assert (verdict.state, verdict.outcome) == ("final", "review")
    [hit] = verdict.hits
    [span] = hit["evidence"]
    assert (hit["rule"], span["field"], span["at"], span["picture"]) == ("contact", "image_text", 6.0, 1)
    assert "seconds" in verdict.inputs["pictures"][0]
    assert not replay(verdict.id).differences
    # What people see of it without playing it: the strip, with a box in the frame where the words stand.
    desk.deliver(now)
    page = page_of(desk, item)
    assert "In film 1 at 0:06: “Call me" in page
    *before, last = page.partition("film-strip")[2].partition("</ol>")[0].split("<li>")[1:]
    assert [cell.count("<rect") for cell in (*before, last)] == [0, 0, 1]
    assert "0:06" in last
    view = files.view_of(UUID(stored["file_id"]))
    assert view.strip == (("frame01", 0.0), ("frame02", 3.0), ("frame03", 6.0))
    assert view.seconds == pytest.approx(8.8, abs=0.2)
    for name in ("shown", "thumb", "frames", "frame02"):
        address = files.signed_url(view.id, name, now=now)
        answer = desk.client.get(address)
        assert answer["Content-Type"] == "image/webp"
        Image.open(BytesIO(answer.content)).verify()
        assert desk.client.get(address.partition("?")[0]).status_code == 404
    # The same bytes again are not opened a second time; the next item knows at once.
    again = submit(desk, "v2", {"kind": "video", "file_id": upload(desk, _bytes(view))["file_id"]})
    assert again["status"] == "in_review"


def _bytes(view) -> bytes:
    with files.open_original(view.id) as handle:
        return handle.read()


def test_an_adult_scene_rejects_and_says_when(desk, now):
    stored = upload(desk, film(cuts([1, 2, 3], each=10), 30, rate=5, kind="webm", codec="libvpx"), "video/webm")
    verdict = look(submit(desk, "v3", {"kind": "video", "file_id": stored["file_id"]}), now)
    assert verdict.outcome == "reject"
    [span] = [span for hit in verdict.hits for span in hit["evidence"]]
    assert (span["field"], span["score"], span["at"]) == ("adult", 0.9, 2.0)


def test_what_cannot_be_opened_goes_to_a_person_with_its_reason(desk, now):
    for number, (data, reason) in enumerate(
        [(cover_song(), "no_video"), (film(cuts([1], each=4), 4)[:900], "video_broken")]
    ):
        stored = upload(desk, data)
        verdict = look(submit(desk, f"b{number}", {"kind": "video", "file_id": stored["file_id"]}), now)
        assert verdict.outcome == "review"
        view = files.view_of(UUID(stored["file_id"]))
        assert (view.state, view.reason) == ("refused", reason)
        assert view.reason_words != reason
        assert any(span.get("reason") == reason for hit in verdict.hits for span in hit["evidence"])
    lists = upload(desk, b"#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1/\n", "application/octet-stream")
    assert lists["state"] == "refused"


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
    assert "Livestream: live, 0 s behind" in page
    assert page.count("data:image/webp;base64,") == 3
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
