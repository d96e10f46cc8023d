"""`POST /files` and the signed addresses, through the front door."""

import asyncio
import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from trustdesk.files import queries
from trustdesk.files.models import StoredFile
from trustdesk.files.tests.makers import photo_with_place, picture
from trustdesk.kernel.base.timesource import now as present
from trustdesk.kernel.base.timesource import source
from trustdesk.web.bodies import BodyLimit
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db
URL = "/api/v1/files"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


@pytest.fixture
def app():
    """The app's server, with a key that may submit content."""
    return Client(headers={"Authorization": f"Bearer {makers.key('items:write')}"})


def raw(app, data, kind="image/jpeg", **headers):
    return app.post(URL, data, content_type=kind, headers=headers)


def test_bytes_sent_raw_are_stored_and_described(app):
    answer = raw(app, photo_with_place())
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["reason"], told["media_type"]) == ("ready", "", "image/jpeg")
    assert (told["width"], told["height"], told["size"]) == (480, 640, len(photo_with_place()))
    assert StoredFile.objects.get().id.hex == told["file_id"].replace("-", "")


def test_a_form_with_one_file_is_stored(app, folder):
    answer = app.post(URL, {"note": "hi", "file": SimpleUploadedFile("a.png", picture("PNG"), "image/png")})
    assert answer.status_code == 201, answer.content
    assert answer.json()["media_type"] == "image/png"
    assert list((folder / "incoming").iterdir()) == []


def test_a_refused_picture_says_why(app):
    told = raw(app, b"<html>").json()
    assert (told["state"], told["reason"]) == ("refused", "not_what_it_says")


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"", "image/jpeg", 422, "empty_file"),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=", 422, "invalid"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422, "invalid"),
    ],
)
def test_what_is_not_a_file_is_refused(app, data, kind, status, code):
    answer = raw(app, data, kind)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_two_files_in_one_form_are_refused_and_leave_nothing(app, folder):
    two = [SimpleUploadedFile("a.png", picture("PNG"), "image/png"), SimpleUploadedFile("b.gif", picture("GIF"))]
    answer = app.post(URL, {"a": two[0], "b": two[1]})
    assert answer.status_code == 422
    assert "one file" in answer.json()["fields"]["file"]
    assert not StoredFile.objects.exists()
    assert list((folder / "incoming").iterdir()) == []


@pytest.mark.parametrize("form", [True, False])
def test_too_large_is_413_and_leaves_nothing(app, settings, folder, form):
    settings.UPLOAD_LIMIT = 1000
    big = bytes(5000)
    answer = app.post(URL, {"file": SimpleUploadedFile("a.jpg", big)}) if form else raw(app, big)
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "too_large"
    assert list((folder / "incoming").iterdir()) == []


def test_a_key_without_the_right_is_refused():
    stranger = Client(headers={"Authorization": f"Bearer {makers.key('decisions:read')}"})
    assert raw(stranger, picture()).status_code == 403
    assert raw(Client(), picture()).status_code == 401


def test_an_upload_sent_twice_with_one_key_happens_once(app):
    first = raw(app, picture(), **{"Idempotency-Key": "k1"})
    second = raw(app, picture(), **{"Idempotency-Key": "k1"})
    assert first.json() == second.json()


def get(view, rendition, **headers):
    return Client(headers=headers).get(queries.signed_url(view, rendition, now=present()))


def test_renditions_are_shown_and_originals_only_handed_out(app):
    file_id = raw(app, photo_with_place()).json()["file_id"]
    shown = get(file_id, "shown")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    assert Image.open(BytesIO(shown.content)).size == (480, 640)
    original = get(file_id, "original")
    assert b"".join(original) == photo_with_place()
    assert original["Content-Type"] == "application/octet-stream"
    assert re.fullmatch(r'attachment; filename="[0-9a-f]{16}\.bin"', original["Content-Disposition"])
    original.close()
    for answer in (shown, original):
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "private" in answer["Cache-Control"]


def test_a_refused_file_is_never_shown(app):
    file_id = raw(app, b"<html><script>alert(1)</script>").json()["file_id"]
    assert get(file_id, "shown").status_code == 404
    original = get(file_id, "original")
    assert original["Content-Type"] == "application/octet-stream"
    assert original["Content-Disposition"].startswith("attachment")
    original.close()


def test_addresses_that_are_changed_or_old_show_nothing(app, now):
    file_id = raw(app, picture()).json()["file_id"]
    url = queries.signed_url(file_id, "shown", now=present())
    other = raw(app, picture("PNG")).json()["file_id"]
    for wrong in (url.replace("shown", "original"), url.replace(file_id, other), url[:-2], url.partition("?")[0]):
        assert Client().get(wrong).status_code == 404
    old = queries.signed_url(file_id, "shown", now=now)
    answer = Client().get(old)
    assert answer.status_code == 410
    assert b"ten minutes" in answer.content
    with source.fixed(now):
        assert Client().get(old).status_code == 200
    assert Client().post(url).status_code == 405


def asgi(*chunks, headers=(), limit=100, path="/x", larger=None):
    """What a client sees of an application that reads everything and then answers."""
    sent, read = [], []

    async def application(scope, receive, send):
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            read.append(message["body"])
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    waiting = list(chunks)

    async def receive():
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": list(headers)}
    asyncio.run(BodyLimit(application, limit=limit, larger=larger or {})(scope, receive, send))
    return sent[0]["status"], b"".join(read)


def test_the_desk_stops_reading_where_its_limit_lies():
    assert asgi(b"x" * 60, b"x" * 40) == (200, b"x" * 100)
    assert asgi(b"x" * 60, b"x" * 41, b"never asked for") == (413, b"x" * 60)
    assert asgi(b"x", headers=[(b"content-length", b"101")]) == (413, b"")
    assert asgi(b"x" * 150, path="/files/", larger={"/files": 200}) == (200, b"x" * 150)
