"""Budi posts a short video: what the desk sees in it and when, from the front door to the verdict (filming.py)."""

from io import BytesIO
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient
from PIL import Image

from tests.stories.conftest import Desk
from tests.stories.filming import film_desk, look, page_of, submit, upload
from trustdesk.files import queries as files
from trustdesk.screening.replaying import replay
from trustdesk.signals.video.tests.makers import cover_song, cuts, film, scene, with_words


@pytest.fixture
def desk(db, tmp_path, now, moment, monkeypatch) -> Desk:
    return film_desk(tmp_path, now, monkeypatch)


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
    *before, last = page.partition("film-strip")[2].partition("</ol>")[0].split("<li ")[1:]
    assert [cell.count("<rect") for cell in (*before, last)] == [0, 0, 1]
    assert "0:06" in last
    assert 'data-hits="6.0"' in page
    view = files.view_of(UUID(stored["file_id"]))
    assert view.strip == (("frame01", 0.0), ("frame02", 3.0), ("frame03", 6.0))
    assert view.seconds == pytest.approx(8.8, abs=0.2)
    for name in ("shown", "thumb", "frames", "frame02"):
        address = files.signed_url(view.id, name, now=now)
        answer = desk.client.get(address)
        assert answer["Content-Type"] == "image/webp"
        Image.open(BytesIO(answer.content)).verify()
        assert desk.client.get(address.partition("?")[0]).status_code == 404
    # It can be played from its own address, in pieces; without a signature nothing is.
    address, whole = files.signed_url(view.id, "play", now=now), _bytes(view)
    for asked, status, sent in [
        ({}, 200, whole),
        ({"Range": "bytes=100-299"}, 206, whole[100:300]),
        ({"Range": "bytes=-50"}, 206, whole[-50:]),
        ({"Range": f"bytes={len(whole) - 5}-"}, 206, whole[-5:]),
        ({"Range": "bytes=0-1,5-6"}, 200, whole),  # several at once: all of it
        ({"Range": "bytes=0-9", "If-Range": '"something else"'}, 200, whole),
        ({"Range": f"bytes={len(whole)}-"}, 416, b""),
    ]:
        answer, body = played(address, asked)
        assert (answer.status_code, body) == (status, sent), asked
        assert answer.headers.get("Content-Range", "").endswith(f"/{len(whole)}") == (status != 200)
    assert desk.client.get(address.replace("/play", "/original")).status_code == 404
    # The same bytes again are not opened a second time; the next item knows at once.
    again = submit(desk, "v2", {"kind": "video", "file_id": upload(desk, _bytes(view))["file_id"]})
    assert again["status"] == "in_review"


@async_to_sync
async def played(address: str, headers: dict[str, str]):
    """What a browser's player gets."""
    answer = await AsyncClient().get(address, headers=headers)
    body = b"".join([chunk async for chunk in answer]) if answer.streaming else answer.content
    answer.close()
    return answer, body


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
