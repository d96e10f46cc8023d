"""What a score can promise, from labels somebody brought; and a model of the desk's own, from what its people decided."""

import json
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.stories.conftest import Desk
from trustdesk.config import desk as connected
from trustdesk.config.cli import main
from trustdesk.content.models import Item
from trustdesk.decisions import actions as decisions
from trustdesk.decisions.actions import Ground
from trustdesk.engine import SCORE
from trustdesk.kernel.base.timesource import source as time_source
from trustdesk.kernel.ledger import sequencer
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Staff
from trustdesk.learning import jobs as learning_jobs
from trustdesk.learning import queries, shadowing
from trustdesk.learning.models import LabelFile, Study
from trustdesk.policy.tests import makers
from trustdesk.screening import jobs
from trustdesk.screening.models import Verdict
from trustdesk.signals import owned, registry
from trustdesk.signals.queries import score_version, thresholds

pytestmark = pytest.mark.real

POLICY = """\
---
code: advance
title: Paying before seeing
labels: [fraud.off_platform_payment]
applies_to: [listing]
reason: Your {kind} asks for money before anybody has seen the thing.
rules:
  - name: sure
    clause: "1"
    when: RULE
    then: reject
    if_unknown: review
examples:
  - text: "A sofa"
    expect: approve
---
## 1 Money first

Nobody pays before they have seen it.
"""
BY_BAND = 'score(item.text, "fraud") > band("fraud", precision=0.9)'
BY_HALF = 'score(item.text, "fraud") > 0.5'

THINGS = [
    "sofa",
    "table",
    "lamp",
    "bicycle",
    "fridge",
    "camera",
    "guitar",
    "bed",
    "shelf",
    "mirror",
    "kettle",
    "desk",
    "chair",
    "carpet",
    "stroller",
]
PLACES = ["Bandung", "Solo", "Medan", "Malang", "Bogor", "Depok", "Cirebon", "Padang"]
BAD = [
    "Transfer a {fee} first, my agent brings the {thing} after.",
    "I am abroad; send the {fee} to my cousin and the courier leaves with the {thing}.",
    "Pay the {fee} by voucher today, viewing of the {thing} is not possible.",
    "The {thing} is reserved for who sends the {fee} before noon.",
]
GOOD = [
    "Used {thing}, pick up in {place}, cash when you have seen it.",
    "Selling my {thing}, small scratch, come and look in {place}.",
    "{thing}, two years old, we are moving away from {place}.",
    "Nearly new {thing}, I can show it any evening in {place}. No {fee} needed.",
]


def words(bad, rng):
    told = rng.choice(BAD if bad else GOOD)
    fee = rng.choice(["deposit", "advance", "deposit", "booking money"])
    text = told.format(fee=fee, thing=rng.choice(THINGS), place=rng.choice(PLACES))
    return f"{text} Lot {rng.randrange(10**6)}."


class Shipped:
    """The model that ships, planted: it knows one word, and is sure only of what it sees with it."""

    def __init__(self, sharp):
        self.sharp = sharp

    def __call__(self, questions):
        return [self.score(question["text"]) for question in questions]

    def score(self, text):
        noise = random.Random(text).random()
        if self.sharp:
            bad = any(part in text for part in ("agent", "cousin", "voucher", "reserved"))
            return 0.6 + 0.4 * noise if bad else 0.7 * noise * noise
        return (0.3 if "deposit" in text else 0.05) + 0.3 * noise


def planted(monkeypatch, *, sharp):
    signal = replace(SCORE, version="shipped-1", timeout=30.0)
    declared = registry.Declared(signal, owned.before(Shipped(sharp)), owned.edition)
    monkeypatch.setitem(registry._declared, "score", declared)
    monkeypatch.setattr(connected, "connect", lambda **_: None)
    owned.own_heads.stale()


@pytest.fixture
def make_desk(real_db, tmp_path, now, monkeypatch):
    def make(rule, *, sharp):
        planted(monkeypatch, sharp=sharp)
        text = POLICY.replace("RULE", rule)
        folder = makers.make_folder(tmp_path / "pack", policies={"advance.md": text})
        from trustdesk.policy.actions import import_pack

        assert import_pack(actor=SYSTEM, path=folder, now=now) is not None
        scopes = ["items:write", "decisions:read"]
        key = people.make_key(actor=SYSTEM, name="Bazaar", scopes=scopes, source="bazaar", now=now).secret
        sari = makers.make_person("Sari", "reviewer", now=now)
        makers.make_person("Dewi", "policy_owner", now=now)
        makers.make_person("Jonas", "lead", now=now)
        return Desk(key=key, sari=sari, client=Client())

    yield make
    owned.own_heads.stale()


def at_the_desk(name):
    hands = Client()
    hands.force_login(Staff.objects.get(name=name), settings.AUTHENTICATION_BACKENDS[0])
    return hands


def listing(name, text, kind="listing"):
    title, _, body = text.partition(" ")
    fields = {"title": title, "body": body}
    return {"external_id": name, "kind": kind, "market": "ID", "language": "id",
            "account": {"external_id": name}, "fields": fields}  # fmt: skip


def submit(desk, name, text):
    """The item as it stands once the worker has looked at it."""
    told = desk.post("/items?wait=0", listing(name, text)).json()
    for verdict in Verdict.objects.filter(item_id=told["id"], state="pending"):
        jobs.second_pass(verdict=str(verdict.id))
    return desk.get(f"/items/{told['id']}").json()


def labels_csv(path, rows, seed=1):
    rng = random.Random(seed)
    lines = ["text,label,language,market"]
    for place in range(rows):
        bad = place % 3 == 0
        lines.append(f'"{words(bad, rng)}",{"scam" if bad else "fine"},{"id" if place % 2 else "en"},ID')
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run_waiting():
    """What the worker would do."""
    for job in ProcrastinateJob.objects.filter(task_name="learning.run", status="todo"):
        learning_jobs.run_study(**job.args)
        ProcrastinateJob.objects.filter(id=job.id).delete()


def test_labels_become_a_curve_a_threshold_and_a_rule_that_acts(make_desk, tmp_path, now, capsys):
    desk = make_desk(BY_BAND, sharp=True)
    rng = random.Random(99)
    certain = next(text for text in (words(True, rng) for _ in range(200)) if Shipped(True).score(text) > 0.97)
    doubtful = next(text for text in (words(False, rng) for _ in range(200)) if 0.4 < Shipped(True).score(text) < 0.55)

    assert submit(desk, "before", certain)["status"] == "pending", "no threshold: the rule cannot be answered"

    few = labels_csv(tmp_path / "few.csv", 45)
    told = ["learn", "thresholds", str(few), "--label", "fraud", "--positive", "scam", "--precision", "0.9"]
    assert main(told) == 1, "too few labels promise nothing"
    said = capsys.readouterr().out
    assert "too few labels; about" in said
    assert "Nothing was put in force." in said
    assert thresholds("fraud", "shipped-1") == []

    page = at_the_desk("Dewi")
    with labels_csv(tmp_path / "labels.csv", 900).open("rb") as file:
        sent = page.post("/models/bring", {"label": "fraud", "file": file, "positive": "scam"})
    assert sent.status_code == 303, sent.content.decode()
    assert LabelFile.objects.get(name="labels.csv").rows > 850
    assert "Waits for the worker" in page.get(sent["Location"]).content.decode()
    run_waiting()
    shown = page.get(sent["Location"] + "?error=10&missed=20")
    text = shown.content.decode()
    assert shown.status_code == 200
    assert "<polyline" in text
    assert "style=" not in text
    balance = shown.context["balance"]
    assert balance.acts.low >= 0.9
    assert balance.shows.low >= 0.8
    assert balance.workload.items_a_day > 0
    assert [place for place, _, _ in shown.context["places"]] == [
        ("", ""),
        ("", "en"),
        ("", "id"),
        ("ID", "en"),
        ("ID", "id"),
    ]
    points = page.get(sent["Location"] + "points.csv").content.decode().splitlines()
    assert points[0].startswith("score,precision,precision_low")
    assert len(points) > 20

    used = page.post(sent["Location"] + "use")
    assert used.status_code == 303
    kept = {(row.target, row.share, row.market, row.language): row for row in thresholds("fraud", "shipped-1")}
    mine = kept["precision", 0.9, "", ""]
    assert mine.low >= 0.9
    assert (mine.source, mine.confidence) == ("labels.csv", 0.95)
    assert mine.samples >= 40

    assert submit(desk, "sure", certain.replace("Lot", "Number"))["status"] in {"rejected", "live"}
    sure, unsure = submit(desk, "sure-2", certain), submit(desk, "unsure", doubtful)
    assert (sure["status"], unsure["status"]) == ("rejected", "live")
    assert sure["verdict"]["hits"][0]["rule"] == "sure"
    kinds = set(FactRow.objects.values_list("kind", flat=True))
    assert {"learning.labels_brought", "learning.asked", "learning.measured", "signal.thresholds_set"} <= kinds


def decided_by_sari(desk, now, count, *, start=0):
    """Messages that Sari judged, each of an account of its own. No rule asks a score of messages: they are quick."""
    rng = random.Random(5 + start)
    rows = [(f"d-{start + place}", place % 2 == 0) for place in range(count)]
    for first in range(0, count, 90):
        sent = [listing(name, words(bad, rng), "message") for name, bad in rows[first : first + 90]]
        answer = desk.post("/items/batch", sent)
        assert answer.status_code == 200, answer.content
    version = policy_version()
    for place, (name, bad) in enumerate(rows):
        at = now + timedelta(minutes=start + place)
        decisions.decide(
            actor=desk.sari,
            item_id=Item.objects.get(external_id=name).id,
            version=1,
            outcome="remove" if bad else "approve",
            grounds=[Ground("advance", version, "1")] if bad else [],
            labels=["fraud.off_platform_payment"] if bad else [],
            now=at,
        )


def policy_version():
    from trustdesk.policy.queries import source_of

    return source_of("advance")[0].number


@pytest.mark.slow
@pytest.mark.timeout(600)  # training loads what it needs
def test_people_decide_the_desk_learns_a_second_person_releases_and_rolls_back(make_desk, now, capsys):
    desk = make_desk(BY_HALF, sharp=False)
    with time_source.fixed(now) as clock:
        # A person judges one at the desk itself; the others go the same way, quicker.
        decided_by_sari(desk, now, 160)
        clock.forward(timedelta(hours=5))

        tricky = "Reserved for who sends the booking money before noon, my cousin brings the lamp. Lot 77."
        assert submit(desk, "trick-1", tricky)["status"] == "live", "the shipped model knows one word only"

        assert main(["learn", "fraud", "--from", "2026-03-01", "--by", "dewi@desk.example", "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["model"] == "desk-1"
        assert told["report"]["comparison"]["verdict"] == "better"
        assert told["report"]["comparison"]["gain"]["low"] > 0
        assert told["report"]["trained"] + told["report"]["held_out"] + told["report"]["left_out"] == 160
        [model] = queries.models_of("fraud")
        assert (model.state, model.against, score_version("fraud")) == ("candidate", "shipped-1", "shipped-1")

        dewi, jonas = at_the_desk("Dewi"), at_the_desk("Jonas")
        path = f"/models/versions/{model.id}/"
        assert jonas.post(path + "release").status_code == 409, "not before it ran in shadow"
        sequencer.sequence()
        assert dewi.post(path + "shadow").status_code == 303
        rng = random.Random(8)
        sent = [listing(f"s-{place}", words(place % 5 == 0, rng), "message") for place in range(104)]
        assert desk.post("/items/batch", sent).status_code == 200
        before = dict(Item.objects.values_list("external_id", "status"))
        sequencer.sequence()
        while shadowing.follow(now=clock.now()):
            pass
        assert dict(Item.objects.values_list("external_id", "status")) == before, "a shadow has no effect"
        shown = jonas.get(path)
        assert shown.context["view"].shadow.items >= 104
        assert shown.context["view"].shadow.disagreements > 0
        assert "On different sides" in shown.content.decode()

        assert dewi.post(path + "release").status_code == 403, "who proposed it does not release it"
        assert jonas.post(path + "release").status_code == 303
        assert score_version("fraud") == "desk-1"
        assert submit(desk, "trick-2", tricky)["status"] == "rejected"
        assert {row.version for row in thresholds("fraud", "desk-1")} <= {"desk-1"}

        assert jonas.post("/models/label/fraud/roll-back", {"why": ""}).status_code == 422
        assert jonas.post("/models/label/fraud/roll-back", {"why": "Too many honest sellers"}).status_code == 303
        assert score_version("fraud") == "shipped-1"
        assert submit(desk, "trick-3", tricky)["status"] == "live"
    kinds = list(FactRow.objects.filter(kind__startswith="model.").order_by("id").values_list("kind", flat=True))
    assert kinds == ["model.proposed", "model.shadowed", "model.released", "model.rolled_back"]


@pytest.mark.slow
@pytest.mark.timeout(600)  # training loads what it needs
def test_one_that_is_not_at_least_as_good_is_not_proposed(make_desk, now, capsys):
    desk = make_desk(BY_HALF, sharp=True)
    with time_source.fixed(now) as clock:
        decided_by_sari(desk, now, 100)
        clock.forward(timedelta(hours=5))
        assert main(["learn", "fraud", "--from", "2026-03-01"]) == 1
        said = capsys.readouterr().out
        assert "at least 40" in said, "too few to learn from"
        assert queries.models_of("fraud") == []
        [study] = Study.objects.filter(kind="learn")
        assert (study.state, FactRow.objects.filter(kind="learning.failed").count()) == ("refused", 1)
