"""The ground of the stories of films and streams.

Frames go through a stand-in for the image models (they have tests of their own): it calls one scene adult and reads a
caption from white bars. Decoding, fetching, the server of the stream, jobs and rules are real.
"""

from uuid import UUID

from django.conf import settings
from django.test import Client

from tests.stories.conftest import Desk
from trustdesk.content import queries as content
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
from trustdesk.signals.images.looking import Box, Code, Look, Text
from trustdesk.signals.images.pdq import hash_picture, to_hex
from trustdesk.signals.video import looking, sampling
from trustdesk.signals.video.tests.makers import scene

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


def film_desk(tmp_path, now, monkeypatch) -> Desk:
    """A desk with a policy for films and the stand-in in the place of the image models."""
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
            "language": "en",
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
