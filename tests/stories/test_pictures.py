"""Pictures at the front door: what is written in them, what their codes hold, which bank knows them, what cannot be opened."""

import hashlib
from datetime import timedelta
from uuid import UUID

import cv2
import numpy as np
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.stories.conftest import Desk, ad
from trustdesk.files.tests.makers import photo_with_place, png_bomb
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.policy.tests import makers as policies
from trustdesk.review import queries as reviews
from trustdesk.screening import jobs, replaying
from trustdesk.screening.models import Verdict
from trustdesk.signals import actions as signals
from trustdesk.signals import queries
from trustdesk.signals.images.tests.makers import jpeg, png, scene
from trustdesk.signals.sights import MediaLook
from trustdesk.signals.tests import seeing

# Jobs that ran, by database: each runs once.
DONE: dict[str, set[int]] = {}
BOX = [0.1, 0.4, 0.6, 0.1]


@pytest.fixture
def told():
    with seeing.told() as told:
        yield told


def upload(desk: Desk, data: bytes, kind: str = "image/png") -> str:
    answer = desk.client.post("/api/v1/files", data, content_type=kind, headers={"Authorization": f"Bearer {desk.key}"})
    assert answer.status_code == 201, answer.content
    return answer.json()["file_id"]


def seen(told, data: bytes, **what) -> bytes:
    told[hashlib.sha256(data).hexdigest()] = what
    return data


def sell(desk: Desk, number: str, *pictures: str, **more):
    shown = [{"file_id": picture, "kind": "image"} for picture in pictures]
    answer = desk.post("/items", ad(number, "Wooden chair", "A chair made of oak, hardly used.", media=shown, **more))
    assert answer.status_code in {200, 201}, answer.content
    return answer.json()


def work(now) -> None:
    """What the workers do: deliver facts, run the jobs that are due."""
    run = {job.name: job for job in (jobs.look_into_media, jobs.second_pass, jobs.judge_again, jobs.recheck_bank)}
    done = DONE.setdefault(connection.settings_dict["NAME"], set())
    for _round in range(20):
        outbox.deliver_all(now=now, reactors=reactor_names())
        waiting = [job for job in ProcrastinateJob.objects.order_by("id") if job.id not in done]
        if not waiting:
            return
        for job in waiting:
            done.add(job.id)
            if job.task_name in run and job.scheduled_at is None:
                run[job.task_name](**job.args)


def after(desk: Desk, item) -> dict:
    return desk.get(f"/items/{item['id']}").json()


def review_of(item) -> reviews.ReviewView:
    return reviews.of_items([UUID(item["id"])])[UUID(item["id"])]


def page_of(desk: Desk, item) -> str:
    hands = Client()
    hands.force_login(Staff.objects.get(id=desk.sari.id), settings.AUTHENTICATION_BACKENDS[0])
    answer = hands.get(f"/reviews/{review_of(item).id}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_words_in_a_picture_are_read_by_the_rules_for_texts_and_pointed_at(desk, told, now):
    words = {"text": "WhatsApp +62 812 0000 1234", "box": BOX, "score": 0.99}
    guess = {"text": "weapon", "box": BOX, "score": 0.4}
    chair = upload(desk, png(scene(1)))
    item = sell(desk, "chair-1", chair, upload(desk, seen(told, png(scene(2)), texts=(guess, words))))
    assert item["status"] == "live", "no rule here needs to wait for pictures"
    work(now)
    found = after(desk, item)
    assert found["status"] == "rejected"
    [spoken] = [span for hit in found["verdict"]["hits"][:1] for span in hit["evidence"] if "812" in span["text"]]
    assert (spoken["field"], spoken["picture"], spoken["box"]) == ("image_text", 2, BOX)
    assert words["text"][spoken["start"] : spoken["end"]] == spoken["text"]
    statement = Client().get(found["decision"]["statement_url"]).content.decode()
    assert "812 0000 1234" in statement
    assert "in picture 2" in statement
    for verdict in Verdict.objects.filter(item_id=item["id"]):
        assert replaying.replay(verdict.id).equal
    again = sell(desk, "chair-2", chair, upload(desk, png(scene(2))))
    assert again["status"] == "rejected", "what was seen once is known at once"
    assert len(seeing.LOOKED) == 2


def test_what_a_code_holds_is_an_address_like_any_other(desk, told, now):
    code = {"text": "https://t.me/cheap_deals", "box": BOX, "format": "QRCode"}
    item = sell(desk, "chair-3", upload(desk, seen(told, png(scene(3)), codes=(code,))))
    work(now)
    found = after(desk, item)
    assert found["status"] == "rejected"
    [span] = [span for hit in found["verdict"]["hits"] for span in hit["evidence"]][:1]
    assert (span["field"], span["picture"], "t.me/" in span["text"]) == ("codes", 1, True)


@pytest.mark.parametrize(
    ("make", "why"), [(png_bomb, "too many pixels"), (lambda: jpeg(scene(4))[:3000], "damaged or cut short")]
)
def test_what_cannot_be_opened_goes_to_a_person_with_the_reason(desk, told, now, make, why):
    item = sell(desk, "chair-4", upload(desk, make(), "application/octet-stream"))
    assert item["status"] == "in_review", "the upload was refused at once; nobody need wait"
    work(now)
    page = page_of(desk, item)
    assert why in page
    assert "could not be looked into" in page


def test_a_look_that_breaks_or_ends_its_worker_is_tried_again_and_given_up(desk, told, now, moment):
    data = png(scene(5))
    told[hashlib.sha256(data).hexdigest()] = MemoryError("no room")
    item = sell(desk, "chair-5", upload(desk, data))
    work(now)
    assert MediaLook.objects.get().state == "looking", "nothing is lost: it is tried again"
    version = Verdict.objects.get(item_id=item["id"]).version_id
    for _ in range(4):
        moment.forward(timedelta(minutes=3))
        jobs.look_into_media(version=str(version))
    work(moment.now())
    assert (MediaLook.objects.get().refusal, after(desk, item)["status"]) == ("ends_its_worker", "in_review")
    assert "ended the process that opened it" in page_of(desk, item)


def test_a_machine_that_is_off_is_said_and_a_person_looks(desk, told, now):
    off = seeing.Part("picture.texts", "told-1", "wrong_checksum", 0.0)
    item = sell(desk, "chair-6", upload(desk, seen(told, png(scene(6)), parts=(off,))))
    work(now)
    assert after(desk, item)["status"] == "in_review"
    assert "wrong checksum" in page_of(desk, item)
    [row] = [row for row in queries.health() if row.signal == "picture.texts"]
    assert (row.error, row.broken_since is not None) == ("wrong_checksum", True)


def test_the_reviewer_sees_boxes_and_a_veil_and_many_pictures_cost_the_queries_of_one(desk, told, now):
    words = {"text": "contact us at budi at gmail dot com", "box": BOX, "score": 0.99}
    pictures = [
        upload(desk, seen(told, png(scene(n)), texts=(words,), adult=0.9, faces=({"box": [0.2, 0.2, 0.1, 0.2]},)))
        for n in range(20, 26)
    ]
    item = sell(desk, "chair-7", *pictures)
    work(now)
    assert after(desk, item)["status"] == "in_review"
    with CaptureQueriesContext(connection) as many:
        page = page_of(desk, item)
    single = sell(desk, "chair-9", pictures[0])
    work(now)
    with CaptureQueriesContext(connection) as one:
        page_of(desk, single)
    assert len(many) <= len(one) + 1  # the item came second: its account has an earlier decision or none
    assert page.count('<svg class="marks"') == 6
    assert 'x="48' in page, "the box in pixels of the picture"
    assert page.count('class="veil"') == 6
    assert "Blur faces" in page
    assert "style=" not in page
    assert "In picture 1: “budi at gmail dot com”" in page


@pytest.mark.slow
def test_with_the_real_machines(desk, now):
    written = np.full((240, 900, 3), 245, np.uint8)
    cv2.putText(written, "WhatsApp +62 812 0000 1234", (20, 130), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (20, 20, 90), 3)
    item = sell(desk, "chair-8", upload(desk, png(written)), upload(desk, photo_with_place(), "image/jpeg"))
    work(now)
    assert after(desk, item)["status"] == "rejected"
    [look] = [look for look in MediaLook.objects.all() if look.texts]
    assert (look.state, look.failed) == ("seen", {})


POLICY = """\
---
code: known-pictures
title: Known pictures
labels: [fraud.off_platform_payment]
applies_to: [listing]
reason: A picture of your {kind} is known to belong to somebody else.
rules:
  - name: known
    clause: "1"
    when: in_bank(item.images, "stolen")
    then: reject
examples:
  - text: "A sofa"
    expect: approve
  - text: "Pay the fee"
    item: {images: ["somewhere"]}
    lookups: {in_bank: true}
    expect: reject
---
## 1 Pictures

None.
"""


@pytest.fixture
def bazaar(real_db, tmp_path, now, moment) -> Desk:
    from trustdesk.kernel.people import actions as people
    from trustdesk.policy.actions import import_pack

    signals.make_bank(actor=SYSTEM, code="stolen", title="Stolen pictures", kind="image", now=now)
    import_pack(
        actor=SYSTEM, path=policies.make_folder(tmp_path / "pack", policies={"known-pictures.md": POLICY}), now=now
    )
    scopes = ["items:write", "banks:write"]
    key = people.make_key(actor=SYSTEM, name="Bazaar", scopes=scopes, source="bazaar", now=now).secret
    return Desk(key=key, sari=None, client=Client())


def offer(desk: Desk, number: str, *pictures: bytes) -> dict:
    shown = [{"file_id": upload(desk, picture), "kind": "image"} for picture in pictures]
    told = ad(number, "Wooden chair", "A chair made of oak, hardly used.", media=shown)
    answer = desk.post("/items", {**told, "kind": "listing"})
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.mark.real
def test_a_bank_of_pictures_waits_for_looks_knows_turned_ones_and_looks_back(bazaar, told, now, moment):
    stolen, other = scene(7), scene(8)
    early = offer(bazaar, "early", png(stolen))
    assert early["status"] == "pending", "this rule cannot be answered without a look"
    work(now)
    assert after(bazaar, early)["status"] == "live"

    added = bazaar.post(
        "/banks/stolen/entries",
        {"file_ids": [upload(bazaar, jpeg(stolen, 60), "image/jpeg")], "why": "reported by its owner"},
    )
    assert added.status_code == 201, added.content
    told_of = bazaar.post("/banks/stolen/try", {"file_id": upload(bazaar, png(np.ascontiguousarray(stolen[:, ::-1])))})
    assert told_of.json()["inside"], "mirrored"
    assert not bazaar.post("/banks/stolen/try", {"file_id": upload(bazaar, png(other))}).json()["inside"]

    moment.forward(timedelta(seconds=3))
    turned = offer(bazaar, "late", png(other), png(np.ascontiguousarray(np.rot90(stolen))))
    work(moment.now())
    found = after(bazaar, turned)
    assert found["status"] == "rejected"
    [span] = found["verdict"]["hits"][0]["evidence"]
    assert (span["field"], span["picture"], span["bank"]) == ("images", 2, "stolen")
    assert span["distance"] <= 31

    was = after(bazaar, early)
    assert was["status"] == "in_review", "a person is asked; nothing is removed that was let pass"
    assert was["verdict"]["hits"][0]["then"]["verb"] == "review"
    for verdict in Verdict.objects.exclude(decided_at=None):
        assert replaying.replay(verdict.id).equal

    listed = bazaar.get("/banks/stolen/hashes")
    assert listed.content.decode().startswith("hash,quality,source\n")
    twice = bazaar.client.post(
        "/api/v1/banks/stolen/hashes?why=exchange",
        listed.content,
        content_type="text/csv",
        headers={"Authorization": f"Bearer {bazaar.key}"},
    )
    assert twice.json() == {"added": [], "known": 1, "flat": 0}
