"""Bytes come in, are judged, shown and refused."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from trustdesk.files import queries, storing
from trustdesk.files.actions import EmptyFile, store_file
from trustdesk.files.models import StoredFile
from trustdesk.files.tests.makers import (
    APP,
    animation,
    photo_with_place,
    picture,
    png_bomb,
    png_text_bomb,
    told_everything,
    with_archive,
)
from trustdesk.kernel.base.refusal import Forbidden, NotFound
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


def bring(data, now, declared="image/jpeg", actor=APP):
    return store_file(actor=actor, source=data, declared_type=declared, now=now)


def facts():
    return list(FactRow.objects.order_by("id").values_list("kind", flat=True))


def test_budis_photo_is_shown_upright_and_without_place_or_camera(now):
    view = bring(photo_with_place(), now)
    assert (view.state, view.media_type, view.width, view.height) == ("ready", "image/jpeg", 480, 640)
    for rendition in ("shown", "thumb"):
        data = queries.rendition(view.id, rendition)
        shown = Image.open(BytesIO(data))
        assert shown.format == "WEBP"
        assert not shown.getexif()
        assert b"Camera of Budi" not in data
        assert b"Taken at home" not in data
        assert shown.height > shown.width
    with queries.open_original(view.id) as original:
        assert original.read() == photo_with_place(), "the original is kept untouched as evidence"
    assert facts() == ["files.stored"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_that_a_picture_tells_beside_itself_is_shown(kind, now):
    """EXIF with GPS, XMP, comments and PNG texts stay with the original, which is never shown."""
    given = told_everything(kind)
    with Image.open(BytesIO(given)) as before:
        assert before.getexif().get_ifd(0x8825), "the picture does say where it was taken"
    view = store_file(actor=APP, source=given, declared_type="", now=now)
    assert view.ready
    for name in view.renditions:
        shown = queries.rendition(view.id, name)
        with Image.open(BytesIO(shown)) as picture:
            assert not picture.getexif()
            assert not picture.getexif().get_ifd(0x8825)
            assert set(picture.info) <= {"loop", "background", "timestamp", "duration"}
        for word in (b"Budi", b"EXIF", b"Exif", b"XMP ", b"xmpmeta", b"GPS", b"Melati", b"ICCP"):
            assert word not in shown


def test_the_same_bytes_are_the_same_file(now, folder):
    first = bring(picture(), now)
    second = bring([picture()[:100], picture()[100:]], now, declared="")
    assert first.id == second.id
    assert StoredFile.objects.count() == 1
    assert facts() == ["files.stored", "files.stored"]
    assert list((folder / "incoming").iterdir()) == [], "a working file was left behind"


def test_large_pictures_are_shown_small(now):
    view = bring(picture(size=(4000, 1000)), now)
    assert (view.width, view.height) == (4000, 1000)
    assert Image.open(BytesIO(queries.rendition(view.id, "shown"))).size == (1600, 400)
    assert max(Image.open(BytesIO(queries.rendition(view.id, "thumb"))).size) == 320


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_every_kind_of_picture_a_phone_sends_is_shown(kind, now):
    assert bring(picture(kind), now, declared="").is_picture


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_colour_mode_is_shown(mode, now):
    colour = {"LA": (120, 200), "RGBA": (1, 2, 3, 40), "I;16": 40_000, "1": 1}.get(mode, 120)
    view = bring(picture("PNG", mode=mode, colour=colour), now, declared="image/png")
    assert view.is_picture
    if mode == "I;16":
        grey = Image.open(BytesIO(queries.rendition(view.id, "thumb"))).convert("L").getpixel((5, 5))
        assert 150 <= grey <= 162, "sixteen bits are scaled, not cut"


def test_an_animation_shows_what_its_middle_holds(now):
    view = bring(animation(), now, declared="image/gif")
    assert view.frames == 12
    assert view.renditions == ("shown", "thumb", "frames")
    assert Image.open(BytesIO(queries.rendition(view.id, "frames"))).size == (960, 960)


@pytest.mark.parametrize(
    ("make", "declared", "reason"),
    [
        (png_bomb, "image/png", "too_many_pixels"),
        (png_text_bomb, "image/png", "broken"),
        (lambda: picture("PNG", (7000, 6000)), "image/png", "too_many_pixels"),
        (lambda: picture()[:-400], "image/jpeg", "broken"),
        (lambda: picture("PNG")[:-20], "image/png", "broken"),
        (lambda: picture("WEBP", colour="red", quality=100)[:-30], "image/webp", "broken"),
        (lambda: with_archive(picture()), "image/jpeg", "polyglot"),
        (lambda: with_archive(picture("PNG")), "image/png", "polyglot"),
        (lambda: picture() + b"<script>alert(1)</script>", "image/jpeg", "polyglot"),
        (lambda: picture(comment=b"%PDF-1.7"), "image/jpeg", "polyglot"),
        (lambda: b"<html><script>alert(1)</script>", "image/jpeg", "not_what_it_says"),
        (lambda: b"<svg onload='alert(1)'/>", "", "dangerous_type"),
        (lambda: b"MZ" + bytes(400), "", "dangerous_type"),
        (lambda: b"\xff\xd8\xff" + bytes(4000), "image/jpeg", "broken"),
        (lambda: b"just words", "", "unknown_type"),
    ],
)
def test_hostile_bytes_are_refused_with_a_reason(make, declared, reason, now):
    view = bring(make(), now, declared=declared)
    assert (view.state, view.reason) == ("refused", reason)
    assert len(view.reason_words) > 20
    assert not view.renditions
    assert facts() == ["files.refused"]


def test_a_decoder_out_of_memory_or_time_is_a_refusal(now, monkeypatch):
    from trustdesk.files import inspecting

    monkeypatch.setattr(inspecting, "WALL_SECONDS", 0.01)
    assert bring(picture(), now).reason == "too_costly"


def test_films_and_papers_are_kept_but_not_opened(now):
    view = bring(b"\0\0\0\x20ftypisom\0\0\2\0" + bytes(100), now, declared="video/mp4")
    assert (view.state, view.media_type, view.renditions) == ("ready", "video/mp4", ())


def test_too_large_and_empty_leave_nothing_behind(now, settings, folder):
    settings.UPLOAD_LIMIT = 1000
    with pytest.raises(storing.FileTooLarge):
        bring(iter([bytes(600), bytes(600)]), now)
    with pytest.raises(EmptyFile):
        bring(b"", now)
    assert list((folder / "incoming").iterdir()) == []
    assert facts() == []


def test_bytes_without_the_right_are_refused(now):
    with pytest.raises(Forbidden):
        bring(picture(), now, actor=Actor(kind="key", id="stranger"))


def test_lost_bytes_come_back_with_the_next_upload(now):
    view = bring(picture(), now)
    place = storing.store()._place(view.hash)
    place.unlink()
    assert bring(picture(), now).id == view.id
    assert place.exists()


def test_an_address_is_for_one_rendition_and_ends(now):
    view = bring(picture(), now)
    url = queries.signed_url(view.id, "shown", now=now)
    query = dict(part.split("=", 1) for part in url.partition("?")[2].split("&"))

    def check(rendition="shown", later=0, **changed):
        given = {"until": query["until"], "signature": query["sig"], **changed}
        queries.check_address(view.id, rendition, now=now + timedelta(seconds=later), **given)

    check()
    check(later=539)
    for wrong in (
        {"rendition": "original"},
        {"until": str(int(query["until"]) + 1)},
        {"signature": query["sig"][:-1]},
        {"until": "²"},
        {"until": ""},
    ):
        with pytest.raises(NotFound):
            check(**wrong)
    with pytest.raises(queries.AddressExpired):
        check(later=601)


def test_lists_cost_one_query(now, django_assert_num_queries):
    ids = [bring(picture(colour=colour), now).id for colour in ("red", "blue", "green")]
    with django_assert_num_queries(1):
        assert set(queries.views_of(ids)) == set(ids)


def test_working_files_of_a_killed_process_are_swept(now, folder):
    import os

    left = storing.store().scratch() / "in-old"
    left.write_bytes(b"x")
    os.utime(left, (1, 1))
    fresh = storing.store().scratch() / "in-new"
    fresh.write_bytes(b"x")
    assert storing.sweep(older_than=100) == 1
    assert fresh.exists()


def test_keys_cannot_leave_the_folder(folder):
    with pytest.raises(ValueError, match="not a key"):
        storing.store().open("../../etc/passwd")
