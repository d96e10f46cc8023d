import json
import threading
from contextlib import suppress
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.macros import actions as macros
from trustdesk.macros import queries as known
from trustdesk.macros.actions import Macro
from trustdesk.support import actions, bulking, queries, refusals, rules
from trustdesk.support.actions import turning
from trustdesk.support.bulking import Chosen
from trustdesk.support.models import Bulk, BulkTurn
from trustdesk.support.rules import Changes
from trustdesk.support.tests.makers import asked, case, staff, wrote
from trustdesk.web.tests import makers

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def chosen(*ids):
    return [Chosen(one, case(one).version, case(one).messages) for one in ids]


def begun(actor, ids, now, **changes):
    return actions.begin_bulk(actor=actor, chosen=chosen(*ids), changes=Changes(**changes), now=now)


def run(bulk, now):
    bulking.run(bulk_id=bulk, clock=lambda: now)


def became(bulk):
    return [(turn.state, turn.code) for turn in bulking.turns(bulk)]


def saved_reply(actor, now, text="Hello {{requester.first_name}}, it is on its way."):
    macro = Macro(name="On its way", texts={"en": text}, steps=(), sends=False)
    return known.one(actor, macros.begin(actor=actor, macro=macro, shared=False, now=now))


@pytest.mark.django_db
def test_everything_is_changed_and_told_once_in_each_case(now):
    sari = staff("Sari", now)
    ids = [asked(now, tags=["old", "kept"]).id for _ in range(3)]
    until = (now + timedelta(days=1)).isoformat()
    told = {"status": "open", "priority": "high", "category": "delivery", "until": until, "to": sari.id}
    told |= {"add_tags": ("storm",), "remove_tags": ("old",)}
    bulk = begun(sari, ids, now, **told)
    run(bulk, now)
    for one in map(case, ids):
        assert (one.priority, one.category, one.tags) == ("high", "delivery", ("kept", "storm"))
        assert one.snoozed_until is not None
        lines = [fact for fact in of_subject(one.id) if fact.kind == "case.changed_in_bulk"]
        assert [(fact.payload["others"], fact.payload["bulk"]) for fact in lines] == [(2, str(bulk))]
    view = bulking.view_of(bulk, actor=sari, now=now)
    assert (view.state, view.counts, view.percent, view.again) == ("done", {"done": 3}, 100, 0)
    assert bulking.view_of(bulk, actor=staff("Jonas", now), now=now) is None
    # Run again by a job that came back, nothing happens; nothing is left to do a second time.
    run(bulk, now)
    run(again := begun(sari, ids, now, priority="high"), now)
    assert became(again) == [("skipped", "already_so")] * 3


@pytest.mark.django_db
def test_what_changed_meanwhile_is_left_and_tried_again_but_never_written_over(now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    one, other, closed, nobody = asked(now), asked(now), asked(now), asked(now, address="")
    macro = saved_reply(sari, now)
    told = {"macro": str(macro.id), "macro_number": macro.number, "status": "pending"}
    bulk = begun(sari, [one.id, other.id, closed.id, nobody.id], now, **told)
    wrote(one.id, now + SECOND, text="Wait, something else!")
    actions.set_status(actor=jonas, case_id=closed.id, status="closed", now=now)
    run(bulk, now + 15 * SECOND)
    assert became(bulk) == [
        ("skipped", "changed_meanwhile"),
        ("done", ""),
        ("skipped", "case_closed"),
        ("skipped", "no_way_to_reach"),
    ]
    (said,) = [each for each in queries.conversation(other.id) if each.direction == "out"]
    assert (said.text, said.state, said.then_status) == ("Hello Amara, it is on its way.", "sending", "pending")
    actions.send_due(now=now + 30 * SECOND)
    assert case(other.id).status == "pending"
    # Again: what came in counts as unread, whatever the case looks like now.
    second = actions.retry_bulk(actor=sari, bulk_id=bulk, now=now + MINUTE)
    run(second, now + 2 * MINUTE)
    assert became(second) == [("skipped", "stale"), ("skipped", "case_closed"), ("skipped", "no_way_to_reach")]
    assert not [each for each in queries.conversation(one.id) if each.direction == "out"]
    # A saved reply that somebody changed is not sent as what it is now; a missing field leaves a case whole.
    third = begun(sari, [one.id], now, macro=str(macro.id), macro_number=macro.number + 1, priority="urgent")
    run(third, now + MINUTE)
    assert became(third) == [("skipped", "changed_meanwhile")]
    assert case(one.id).priority == "normal"


@pytest.mark.django_db
def test_it_can_be_taken_back_stopped_and_is_bounded(now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    ids = [asked(now).id for _ in range(4)]
    macro = saved_reply(sari, now)
    bulk = begun(sari, ids, now, macro=str(macro.id), macro_number=macro.number)
    assert bulking.view_of(bulk, actor=sari, now=now + 14 * SECOND).waits
    with pytest.raises(refusals.NoSuchBulk):
        actions.cancel_bulk(actor=jonas, bulk_id=bulk, now=now)
    actions.cancel_bulk(actor=sari, bulk_id=bulk, now=now + 14 * SECOND)
    run(bulk, now + MINUTE)
    assert became(bulk) == [("stopped", "")] * 4
    assert not [each for one in ids for each in queries.conversation(one) if each.direction == "out"]
    with pytest.raises(refusals.BulkOver):
        actions.cancel_bulk(actor=sari, bulk_id=bulk, now=now)
    for wrong, field in (
        ({}, "status"),
        ({"status": "gone"}, "status"),
        ({"add_tags": ("no spaces!",)}, "add_tags"),
        ({"queue": "nowhere"}, "queue"),
        ({"to": str(uuid4())}, "to"),
        ({"until": now.isoformat()}, "until"),
        ({"until": (now + MINUTE).isoformat(), "status": "closed"}, "until"),
    ):
        with pytest.raises(Invalid) as refused:
            begun(sari, ids, now, **wrong)
        assert field in refused.value.fields
    with pytest.raises(Invalid):
        actions.begin_bulk(actor=sari, chosen=[Chosen(uuid4(), 1, 1)], changes=Changes(status="open"), now=now)


@pytest.mark.django_db
def test_the_pages_bound_and_read_what_is_sent(now, monkeypatch):
    sari = makers.staff("reviewer", name="Sari")
    client = Client()
    client.force_login(sari, settings.AUTHENTICATION_BACKENDS[0])
    ids = [asked(now).id for _ in range(3)]
    value = " ".join(f"{one}:{case(one).version}:{case(one).messages}" for one in ids)
    for bad in ("", "x", "a:b:c", f"{ids[0]}:1", f"{ids[0]}:-1:1", f"{ids[0]}:{2**40}:1", f"{uuid4()}:1:1", "\0:1:1"):
        assert client.post("/cases/bulk", {"chosen": bad}).status_code == 422, bad
    many = " ".join(f"{uuid4()}:1:1" for _ in range(rules.MOST_AT_ONCE + 1))
    refused = client.post("/cases/bulk", {"chosen": many})
    assert refused.status_code == 422
    assert "Narrow the list down" in refused.content.decode()
    assert "Change 3 cases" in client.post("/cases/bulk", {"which": "all", "query": "status=new"}).content.decode()
    monkeypatch.setattr(rules, "MOST_AT_ONCE", 2)
    assert client.post("/cases/bulk", {"which": "all", "query": ""}).status_code == 422
    assert "More than 2" in client.get("/cases/bulk/all").content.decode()
    monkeypatch.undo()
    assert "All 3 of this list" in client.get("/cases/bulk/all").content.decode()
    assert client.post("/cases/bulk/begin", {"chosen": value}).status_code == 422
    assert client.post("/cases/bulk/begin", {"chosen": value, "queue": "nowhere"}).status_code == 422
    went = client.post("/cases/bulk/begin", {"chosen": value, "priority": "high", "add_tags": "A b, c"})
    assert went.status_code == 303
    bulk = UUID(went["Location"].rpartition("/")[2])
    assert json.dumps(Bulk.objects.get(id=bulk).changes["add_tags"]) == '["a-b", "c"]'
    run(bulk, now)
    shown = client.get(went["Location"]).content.decode()
    assert "3 changed" in shown
    assert client.get(f"/cases/bulk/{bulk}/progress")["HX-Refresh"] == "true"
    assert client.get(f"/cases/bulk/{uuid4()}").status_code == 404
    assert client.post(f"/cases/bulk/{bulk}/again").status_code == 422


@pytest.mark.real
def test_two_workers_and_a_lost_one_give_every_case_one_turn(real_db, now, monkeypatch):
    sari = staff("Sari", now)
    ids = [asked(now).id for _ in range(12)]
    bulk = begun(sari, ids, now, priority="high")
    # The connection of the first worker is lost in the middle of a case.
    real, calls = turning.set_priority, []

    def breaks(**told):
        calls.append(told["case_id"])
        real(**told)
        if len(calls) == 4:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(turning, "set_priority", breaks)
    with pytest.raises(OperationalError):
        run(bulk, now)
    connection.close()
    assert bulking.view_of(bulk, actor=sari, now=now).counts == {"done": 3, "waiting": 9}
    assert case(calls[3]).priority == "normal"
    monkeypatch.undo()
    start = threading.Barrier(2)

    def work():
        start.wait()
        try:
            run(bulk, now)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert bulking.view_of(bulk, actor=sari, now=now).counts == {"done": 12}
    assert FactRow.objects.filter(kind="case.changed_in_bulk").count() == 12
    assert FactRow.objects.filter(kind="case.priority_set").count() == 12
    assert FactRow.objects.filter(kind="case.bulk_ended").count() == 1


@pytest.mark.real
def test_stopping_and_working_at_once_leaves_nothing_half_done(real_db, now):
    sari = staff("Sari", now)
    ids = [asked(now).id for _ in range(8)]
    bulk = begun(sari, ids, now, priority="low")
    worker = threading.Thread(target=lambda: (run(bulk, now), connection.close()))
    worker.start()
    with suppress(refusals.BulkOver):  # the worker was faster
        actions.cancel_bulk(actor=sari, bulk_id=bulk, now=now)
    worker.join()
    states = dict(BulkTurn.objects.filter(bulk_id=bulk).values_list("case_id", "state"))
    assert set(states.values()) <= {"done", "stopped"}
    assert {one for one in ids if case(one).priority == "low"} == {one for one in ids if states[one] == "done"}
