"""What the desk tells the public of a month: counted two ways, held against itself, frozen when it is published."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.stories.conftest import ad
from tests.stories.test_second import cast, clause_of, decide, rifle, take, terms
from tests.stories.test_spine import PHONE
from trustdesk.config import cli
from trustdesk.config import desk as desk_room
from trustdesk.decisions import actions as decisions
from trustdesk.kernel.base.refusal import Forbidden, Invalid
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.queries import actor_for
from trustdesk.review import golden
from trustdesk.transparency import actions, gathering, queries

__all__ = ["cast", "terms"]  # fixtures
DAY = date(2026, 3, 10)


def figures(drawn):
    return {one.name: one.value for one in drawn.figures}


def test_a_day_is_told_in_figures_that_add_up(desk, cast, terms, now, moment):
    def after(seconds):
        moment.forward(timedelta(seconds=seconds))
        desk.deliver(moment.now())
        return moment.now()

    # Machines remove three; Sari gives one of them back.
    taken = [desk.post("/items", ad(f"p-{n}", "Folding bicycle", PHONE)).json() for n in range(2)]
    taken.append(desk.post("/items", ad("p-9", "Folding bicycle", PHONE, market="SG", language="en")).json())
    assert {one["status"] for one in taken} == {"rejected"}
    decisions.decide(actor=desk.sari, item_id=UUID(taken[0]["id"]), version=1, outcome="approve", now=now)
    # One decision is undone and counts nowhere.
    undone = decisions.decide(actor=desk.sari, item_id=UUID(taken[1]["id"]), version=1, outcome="approve", now=now)
    decisions.undo(actor=desk.sari, decision_id=undone.id, now=now)
    at = after(11)
    # Two judge a rifle apart: Sari would leave it, Rina and Jonas remove it, three hours after it came.
    terms(double=1.0)
    rifle(desk, at)
    moment.forward(timedelta(hours=3))
    clauses = []
    for name, outcome in (("Sari", "approve"), ("Rina", "remove"), ("Jonas", "remove")):
        review = take(cast[name], moment.now())
        clauses = [clause_of(review, desk.sari, now)]
        decide(cast[name], review, moment.now(), outcome, clauses=clauses if outcome == "remove" else [])
        at = after(11)
    golden.make(actor=actor_for(cast["Jonas"]), review_id=review, explanation="Needs a licence.", now=at)
    terms()

    drawn = queries.draw(first=DAY, last=DAY, now=at)
    told = figures(drawn)
    assert drawn.unfinished
    # One more than decisions: a strike limits the account, too.
    assert (told["actions.all"], told["restrictions.all"], told["decisions.all"]) == (4, 5, 5)
    assert (told["actions.all.decided_by.rule"], told["actions.all.outcome.remove"]) == (3, 4)
    assert (told["actions.all.market.ID"], told["actions.all.market.SG"]) == (3, 1)
    assert (told["automation.restricted_alone"], told["automation.share_restricted_alone"]) == (3, 0.75)
    assert told["automation.overturned_by_people"] == 1
    assert (told["actions.own_initiative"], told["actions.on_notice"], told["notices.received"]) == (4, 0, 0)
    assert (told["appeals.received"], told["appeals.median_hours"], told["orders.received"]) == (0, None, None)
    # Of what both samples know to be a breach, machines had left the rifle to people: recall 0, and no precision of none.
    for sample in ("golden", "double_review"):
        assert told[f"automation.missed.sample.{sample}"] == 1
        assert told[f"automation.recall.sample.{sample}"] == 0
        assert told[f"automation.precision.sample.{sample}"] is None
        assert told[f"automation.accuracy.sample.{sample}"] is None
    assert (told["people.missed.sample.double_review"], told["people.cases.sample.golden"]) == (1, 0)
    assert told["people.median_hours"] == pytest.approx(3.0, abs=0.02)
    assert told["people.reviews_decided"] == 1

    # The day before there was nothing, which is not the same as not measured.
    told = figures(queries.draw(first=DAY - timedelta(days=1), last=DAY - timedelta(days=1), now=at))
    assert (told["actions.all"], told["automation.share_restricted_alone"], told["people.median_hours"]) == (
        0,
        None,
        None,
    )

    # Impossible days are refused by name.
    for first, last, field in (
        (DAY, DAY + timedelta(days=1), "to"),
        (DAY, DAY - timedelta(days=1), "to"),
        (date(1970, 1, 1), DAY, "from"),
        (DAY - timedelta(days=1100), DAY, "to"),
    ):
        with pytest.raises(Invalid) as refused:
            queries.draw(first=first, last=last, now=at)
        assert field in refused.value.fields

    # A report is published by who may, of days that are over, and stays as it was published.
    jonas = actor_for(cast["Jonas"])
    with pytest.raises(Forbidden):
        actions.publish(actor=desk.sari, first=DAY, last=DAY, now=at + timedelta(days=1))
    with pytest.raises(Invalid):
        actions.publish(actor=jonas, first=DAY, last=DAY, now=at)
    first = actions.publish(actor=jonas, first=DAY, last=DAY, now=at + timedelta(days=1))
    kept = queries.published(DAY, DAY)
    assert (kept.id, kept.edition, queries.digest(kept.csv)) == (first, 1, kept.sha256)
    assert FactRow.objects.get(kind="transparency.published").payload["sha256"] == kept.sha256
    actions.publish(actor=jonas, first=DAY, last=DAY, now=at + timedelta(days=2))
    assert queries.published(DAY, DAY).edition == 2
    assert queries.published(DAY, DAY, 1).csv == kept.csv
    assert [one.edition for one in queries.editions()] == [2]


def test_what_does_not_add_up_is_told_loudly_and_goes_nowhere(desk, cast, now, monkeypatch, capsys, tmp_path):
    desk.post("/items", ad("p-1", "Folding bicycle", PHONE))
    monkeypatch.setattr(desk_room, "connect", lambda: None)
    out = tmp_path / "day.csv"
    command = ["export", "transparency", "--from", "2026-03-10", "--to", "2026-03-10", "--output", str(out)]
    assert cli.main(command) == 0
    assert "is not over" in capsys.readouterr().err
    lines = out.read_text().splitlines()
    assert lines[0] == "section,measure,by,key,unit,value,measured"
    assert "actions,all,,,count,1,yes" in lines
    out.unlink()

    counted = gathering.decisions.counting.how_many_acted
    monkeypatch.setattr(gathering.decisions.counting, "how_many_acted", lambda **asked: counted(**asked) + 1)
    assert cli.main(command) == 1
    said = capsys.readouterr()
    assert "parts by market add up to 1, the whole is 2" in said.err
    assert not out.exists()
    assert not said.out
    jonas, later = actor_for(cast["Jonas"]), now + timedelta(days=1)
    with pytest.raises(queries.DoesNotAddUp):
        actions.publish(actor=jonas, first=DAY, last=DAY, now=later)
    assert queries.newest() is None
    for first, last, says in (
        ("2026-03-10", "2026-03-09", "to: Must not lie before the first day."),
        ("2026-03-10", "2026-03-11", "to: That day has not come yet."),
        ("1999-12-31", "2026-03-10", "from: Not before 2000-01-01."),
    ):
        assert cli.main([*command[:2], "--from", first, "--to", last]) == 1
        assert says in capsys.readouterr().err
    with pytest.raises(SystemExit):  # a report is of all markets, and tells each
        cli.main([*command, "--market", "EL"])
    assert "unrecognized arguments: --market EL" in capsys.readouterr().err
    for wrong in ("2026-02-30", "2026-13-01", "31.03.2026", "20260310"):
        with pytest.raises(SystemExit) as stopped:
            cli.main([*command[:3], wrong, *command[4:]])
        assert stopped.value.code == 2
        assert "a date that exists, written as 2026-03-31" in capsys.readouterr().err


def test_a_report_costs_the_same_queries_for_two_and_for_twenty(desk, now):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as seen:
            queries.draw(first=DAY, last=DAY, now=now)
        return len(seen)

    for n in range(2):
        desk.post("/items", ad(f"q-{n}", "Folding bicycle", PHONE))
    few = cost()
    for n in range(2, 20):
        desk.post("/items", ad(f"q-{n}", "Folding bicycle", PHONE))
    assert cost() == few
