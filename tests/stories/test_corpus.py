"""A thousand real texts come in through `feed`: none crashes it, none is lost, and the desk works on behind it."""

import json
import os
from datetime import UTC, datetime

import pytest
from django.conf import settings

from trustdesk.config import desk as desk_of_commands
from trustdesk.config.cli import main
from trustdesk.content.models import Item
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.models import Delivery, FactRow
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.actions import import_pack
from trustdesk.review.models import Review
from trustdesk.screening.models import Verdict

pytestmark = [pytest.mark.corpus, pytest.mark.real]

ROWS = 400 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 150  # of each file
# File, kind and column of the words: docs/corpus.md shows the same.
FILES = (
    ("jobs", "ad", "body"),
    ("listings", "listing", "title"),
    ("reviews", "review", "body"),
    ("spam", "message", "body"),
    ("tickets", "message", "body"),
    ("toxicity_en", "comment", "body"),
    ("toxicity_multi", "comment", "body"),
)


def test_a_thousand_real_texts_come_in_and_none_is_lost(corpus, real_db, monkeypatch, capsys):
    monkeypatch.setattr(desk_of_commands, "connect", lambda **_: None)
    import_pack(actor=SYSTEM, path=settings.PACK, now=datetime.now(UTC))
    summaries = {}
    for file, kind, column in FILES:
        path = corpus / "text" / f"{file}.csv.gz"
        maps = ["--map", f"{column}=text", "--map", "external_id=id", "--account-field", "id"]
        code = main(["feed", str(path), *maps, "--kind", kind, "--market", "SG", "--limit", str(ROWS), "--json"])
        told = summaries[file] = json.loads(capsys.readouterr().out)
        assert told["read"] == ROWS
        assert told["taken"] + told["bad"] == ROWS
        assert sum(told["outcomes"].values()) == sum(told["statuses"].values()) == told["taken"]
        assert sum(error["lines"] for error in told["errors"]) == told["bad"]
        assert {error["code"] for error in told["errors"]} <= {"invalid_item", "invalid"}
        assert code == (1 if told["bad"] else 0)
        assert told["bad"] <= ROWS // 50, told["errors"]
    taken = sum(told["taken"] for told in summaries.values())
    assert Verdict.objects.count() == FactRow.objects.filter(kind="item.received").count() == taken
    assert Verdict.objects.filter(state="final").count() == taken
    assert Item.objects.count() <= taken, "a known id makes a version"

    outbox.deliver_all(now=datetime.now(UTC), reactors=reactor_names())
    assert not Delivery.objects.filter(tries__gt=0, done_at=None).exists(), "no reactor failed on real words"
    waiting = Item.objects.filter(verdict="review", status="in_review").count()
    assert Review.objects.filter(state="open").count() == waiting
    with capsys.disabled():
        print(f"\n{table(summaries)}")  # pytest -s shows nothing more: docs/corpus.md keeps it


def table(summaries) -> str:
    """The summary as docs/corpus.md keeps it."""
    outcomes = ("approve", "limit", "review", "hold", "reject")
    lines = [
        f"| file | items | bad | {' | '.join(outcomes)} | commonest rule |",
        f"|---|{'---|' * (len(outcomes) + 3)}",
    ]
    for file, told in summaries.items():
        first = next((f"{rule['policy']} / {rule['rule']} ({rule['items']})" for rule in told["rules"]), "–")
        counts = " | ".join(str(told["outcomes"].get(outcome, 0)) for outcome in outcomes)
        lines.append(f"| {file} | {told['read']} | {told['bad']} | {counts} | {first} |")
    return "\n".join(lines)
