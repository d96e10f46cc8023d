"""Every stored verdict can be given again from its ruleset, its version and the inputs it kept: bit for bit."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.stories.conftest import ad
from trustdesk.content.actions import AccountEntry
from trustdesk.content.models import ItemVersion
from trustdesk.engine import Argument, Signal
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.tests import makers
from trustdesk.sample import catalog
from trustdesk.screening import actions as screening
from trustdesk.screening import queries
from trustdesk.screening.models import Verdict
from trustdesk.signals import registry

MODEL_POLICY = """\
---
code: model
title: What the model finds
labels: [fraud.off_platform_payment]
applies_to: [listing]
reason: Your {kind} was found to be unkind.
rules:
  - name: unkind
    clause: "1"
    when: unkindness(item.text) >= 0.8 and account.followers < 500
    then: reject
    if_unknown: hold
  - name: eager
    clause: "1"
    when: rate("items", by=account, per=hours(1)) > 3
    then: review
examples:
  - text: "A sofa"
    expect: approve
---
## 1 Unkind words

None.
"""


def replayed():
    """Every stored verdict given again; those that differ, with the words of how."""
    every = {one: queries.replay(one) for one in Verdict.objects.order_by("id").values_list("id", flat=True)}
    assert [(one.external_id, one.differences) for one in every.values() if not one.equal] == []
    assert [one.external_id for one in every.values() if not one.agrees] == []
    return every


def test_a_days_items_are_judged_again_to_the_letter(desk, now, moment):
    items = [{k: v for k, v in item.items() if k != "media"} for item in catalog.items(now)]
    sent = items[::4]
    told = desk.post("/items/batch", sent).json()
    assert {result["item"]["status"] for result in told["results"]} >= {"live", "rejected", "in_review"}
    moment.forward(timedelta(hours=2))
    # Edited, moved to another market and language, with an address of its own; the item has the new ones only.
    edits = []
    for item in sent[:20]:
        market = "SG" if item["market"] != "SG" else "ID"
        words = {"title": "WhatsApp me on +62 812 3456 7890", "body": item["fields"].get("body", "")}
        edits.append(
            {
                **item,
                "market": market,
                "language": "en",
                "url": f"https://elsewhere.example/{item['external_id']}",
                "fields": {**item["fields"], **words},
                "posted_at": (now + timedelta(hours=1)).isoformat(),
            }
        )
    desk.post("/items/batch", edits)
    every = replayed()
    assert len(every) == Verdict.objects.count() >= len(sent) + 15
    assert any(hit["evidence"] for one in every.values() for hit in one.hits)
    assert {one.state for one in every.values()} == {"final", "overtaken"}
    older = queries.replay(queries.verdict_of(every[next(iter(every))].item, 1))
    assert (older.version, older.state) == (1, "overtaken")
    in_scope = {rule.state for one in every.values() for rule in one.trace.rules}
    assert in_scope >= {"true", "false", "missing", "out of scope"}


def test_what_a_replay_stands_on_does_not_change(desk):
    desk.post("/items", ad("r-1", "A sofa", "Pick up in Bandung."))
    for table, change in (
        ("content_itemversion", "title = 'Other'"),
        ("screening_verdict", "inputs = '{}'"),
        ("screening_verdict", "state = 'pending', patience_until = now()"),
    ):
        with pytest.raises(DatabaseError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {change}")


def test_what_differs_is_said(desk):
    desk.post("/items", ad("r-1", "Call me", "WhatsApp +62 812 3456 7890."))
    row = Verdict.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # who owns the server can get round a trigger
        Verdict.objects.update(outcome="limit", inputs={**row.inputs, "account.age": 10**9})
        cursor.execute("SET LOCAL session_replication_role = origin")
    told = queries.replay(row.id)
    assert {each.what for each in told.differences} >= {"outcome"}
    assert not told.equal
    assert ItemVersion.objects.get().market == "ID"


class Model:
    broken = False

    def __call__(self, questions):
        if self.broken:
            raise RuntimeError("gone")
        return [0.9 if "unkind" in question["value"] else 0.1 for question in questions]


@pytest.fixture
def model():
    planted = Model()
    registry.declare(Signal("unkindness", (Argument("value", "text"),), cost="model", version="1"), planted)
    yield planted
    registry.forget("unkindness")


@pytest.mark.django_db
def test_verdicts_that_waited_and_verdicts_that_never_heard_are_given_again(db, model, tmp_path, now):
    from trustdesk.kernel.people.queries import sources
    from trustdesk.policy.actions import import_pack

    import_pack(actor=SYSTEM, path=makers.make_folder(tmp_path / "pack", policies={"model.md": MODEL_POLICY}), now=now)
    source = next(iter(sources()))

    def submit(name, title, **account):
        screening.receive(
            actor=SYSTEM,
            source=source,
            submissions=[
                screening.Submission(
                    external_id=name,
                    kind="listing",
                    market="ID",
                    account=AccountEntry(external_id="budi", **account),
                    fields={"title": title, "body": "Pick-up in Bandung."},
                )
            ],
            now=now,
        )
        return Verdict.objects.exclude(state="overtaken").get(item__external_id=name)

    answered = [submit(f"a-{n}", "An unkind sofa" if n % 2 else "A sofa", followers=10) for n in range(5)]
    assert {row.state for row in answered} == {"pending"}
    replayed()  # while they wait, too
    for row in answered:
        assert screening.settle(verdict_id=row.id, now=now + timedelta(seconds=5)) == "final"
    model.broken = True
    silent = [submit(f"s-{n}", "An unkind lamp", followers=20) for n in range(3)]
    overtaken = submit("s-0", "A lamp", followers=20)
    for row in [*silent[1:], overtaken]:
        assert screening.settle(verdict_id=row.id, now=now + timedelta(minutes=20)) == "final"
    every = replayed()
    assert [every[row.id].outcome for row in silent] == ["", "hold", "hold"]
    assert every[silent[0].id].state == "overtaken"
    assert {rest["signal"] for rest in every[overtaken.id].undecided} == {"unkindness"}


def test_the_command_shows_the_trace_and_says_what_differs(desk, monkeypatch, capsys):
    import json

    from trustdesk.config import desk as command_desk
    from trustdesk.config.cli import main

    monkeypatch.setattr(command_desk, "connect", lambda **_: None)
    desk.post("/items", ad("r-9", "iPhone 15", "WhatsApp me on +62 812 3456 7890 before you come."))
    assert main(["policy", "replay", "r-9"]) == 0
    told = capsys.readouterr().out
    assert "The same as stored, to the letter." in told
    assert "HIT" in told
    assert "evidence: body" in told
    assert main(["policy", "replay", "r-9", "--version", "1", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["equal"]
    assert data["trace_agrees"]
    assert {rule["state"] for rule in data["trace"]} >= {"true", "false"}
    assert main(["policy", "replay", "nothing-here"]) == 2
    assert main(["policy", "replay", "r-9", "--version", "7"]) == 1
    row = Verdict.objects.get()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Verdict.objects.update(hits=[])
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert main(["policy", "replay", str(row.item_id)]) == 1
    assert "DIFFERS in hits: stored []" in capsys.readouterr().out
