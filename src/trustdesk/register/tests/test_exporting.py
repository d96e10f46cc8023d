"""The way of a decision into the register's files: derived, checked, in batches, once."""

import csv
import json
from datetime import timedelta
from threading import Thread

import pytest

from trustdesk.content import queries as content
from trustdesk.content.models import Account
from trustdesk.decisions import actions as decisions
from trustdesk.decisions.models import Decision
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.register import actions, deriving, exporting, queries, rules, scan, schema
from trustdesk.register.models import Batch, Entry
from trustdesk.register.tests import standin
from trustdesk.register.tests.makers import FINE, ads, settle


def run(folder, now):
    settle(now)
    return exporting.export(actor=SYSTEM, folder=folder, now=now)


def statements(folder):
    return [one for path in sorted(folder.glob("*.json")) for one in json.loads(path.read_text())["statements"]]


def test_every_kind_of_restriction_has_a_name_there():
    from trustdesk.decisions.rules import RESTRICTION_KINDS

    assert set(RESTRICTION_KINDS) <= deriving.KINDS


def test_a_rules_removal_arrives_whole_and_once(packed_db, now, tmp_path, monkeypatch):
    assert actions.MOST_IN_A_BATCH == 100
    monkeypatch.setattr(actions, "MOST_IN_A_BATCH", 4)
    items = ads(now=now, count=6)
    ads(now=now, mark="elsewhere", market="ID")
    ads(now=now, mark="fine", body=FINE)
    done = run(tmp_path, now)
    assert (done.entries, done.refused) == (6, [])
    assert [path.name for path in done.batches] == ["dsa-pasar-000001.json", "dsa-pasar-000002.json"]
    told = statements(tmp_path)
    assert len({one["puid"] for one in told}) == len(told) == 6
    decided = Decision.objects.get(item_id=items[0])
    first = next(one for one in told if one["puid"] == str(decided.id))
    assert first["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
    assert first["decision_ground"] == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
    assert (first["automated_detection"], first["automated_decision"]) == ("Yes", "AUTOMATED_DECISION_FULLY")
    assert (first["source_type"], first["account_type"]) == ("SOURCE_VOLUNTARY", "ACCOUNT_TYPE_PRIVATE")
    assert first["territorial_scope"] == list(schema.EEA30)
    assert first["content_type_other"] == "Classified advertisement"
    assert "812" not in json.dumps(told)
    assert "Budi" not in json.dumps(told)
    for one in told:
        assert rules.check(one).normalised == one, "in the register's own order"
        assert standin.refuses(standin.facts(), one) == set()

    rows = list(csv.DictReader(done.days[0].read_text(encoding="utf-8").splitlines()))
    assert tuple(rows[0]) == schema.COLUMNS
    assert [row["platform_uid"] for row in rows] == [one["puid"] for one in told]
    assert json.loads(rows[0]["territorial_scope"]) == list(schema.EEA30)
    assert rows[0]["platform_name"] == "Pasar Contoh"

    again = run(tmp_path, now + timedelta(hours=1))
    assert (again.entries, again.batches, again.days) == (0, [], [])


def test_a_run_cut_off_anywhere_goes_on_and_doubles_nothing(packed_db, now, tmp_path, monkeypatch):
    ads(now=now, count=5)
    for where in ("make_batch", "wrote"):
        with monkeypatch.context() as patch:
            patch.setattr(actions, where, _cut)
            with pytest.raises(KeyboardInterrupt):
                run(tmp_path, now)
    assert Batch.objects.count() == 1, "the second run took up what the first had read"
    before = [path.read_bytes() for path in tmp_path.glob("*.json")]
    done = run(tmp_path, now)
    assert [path.read_bytes() for path in done.batches] == before, "the same bytes again"
    assert len({one["puid"] for one in statements(tmp_path)}) == 5
    assert not list(tmp_path.glob(".*")), "nothing half written is left"


def _cut(**given):
    raise KeyboardInterrupt


def test_what_can_still_be_undone_waits_and_what_was_undone_never_goes(packed_db, now, tmp_path):
    item = ads(now=now, body=FINE)[0]
    ground = _a_ground()
    for seconds, undone in ((0, True), (20, False)):
        at = now + timedelta(seconds=seconds)
        made = decisions.decide(
            actor=SYSTEM, item_id=item, version=1, outcome="remove", grounds=[ground], author_note=NOTE, now=at
        )
        assert run(tmp_path, at + timedelta(seconds=5)).entries == 0
        if undone:
            decisions.undo(actor=SYSTEM, decision_id=made.id, now=at + timedelta(seconds=6))
    assert run(tmp_path, now + timedelta(seconds=31)).entries == 1
    told = statements(tmp_path)[0]
    assert told["puid"] == str(made.id)
    assert told["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"
    assert told["automated_detection"] == "No"
    assert "[name]" in told["decision_facts"]
    assert "[phone]" in told["decision_facts"]
    assert scan.personal(told) == {}


NOTE = "Budi Santoso, you were told so on +62 812 0000 1234 before."


def _a_ground():
    from trustdesk.policy import queries as policy

    entry = policy.live_content().policies[0]
    return decisions.Ground(policy=entry.code, version=entry.version)


def test_what_is_refused_is_told_by_field_and_goes_when_it_is_mended(packed_db, now, tmp_path, monkeypatch):
    ads(now=now, count=2)
    old = deriving.payload

    def greece(case):
        return old(case) | {"territorial_scope": ["EL"], "decision_facts": "Ask budi@mail.example.com"}

    with monkeypatch.context() as patch:
        patch.setattr(deriving, "payload", greece)
        done = run(tmp_path, now)
        assert (done.entries, done.batches) == (2, [])
        assert {name: len(found) for name, found in exporting.refusals(done.refused).items()} == {
            "territorial_scope": 2
        }
        patch.setattr(deriving, "payload", lambda case: old(case) | {"decision_facts": "Ask budi@mail.example.com"})
        assert set(exporting.refusals(run(tmp_path, now).refused)) == {"decision_facts"}
    done = run(tmp_path, now)
    assert (done.mended, done.refused, len(done.batches)) == (2, [], 1)
    assert queries.counts() == queries.Counts(waiting=0, refused=0, written=2, taken=0)


def test_orders_of_authorities_make_none(packed_db, now, tmp_path):
    items = ads(now=now, count=2)
    Decision.objects.filter(item_id=items[0]).update(ground="order", legal_ground="Order of an authority")
    assert run(tmp_path, now).entries == 1
    assert statements(tmp_path)[0]["puid"] == str(Decision.objects.get(item_id=items[1]).id)


def test_two_runs_at_once_share_the_work(packed_db, now, tmp_path):
    ads(now=now, count=7)
    settle(now)
    failed = []

    def work():
        from django.db import connection

        try:
            exporting.export(actor=SYSTEM, folder=tmp_path, now=now)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    told = statements(tmp_path)
    assert len({one["puid"] for one in told}) == len(told) == 7 == Entry.objects.count()


def test_an_account_is_told_of_by_its_country_and_what_it_may_not_do(packed_db, now, tmp_path):
    item = ads(now=now, body=FINE)[0]
    account = content.items([item])[item].account
    Account.objects.filter(id=account).update(country="EL", kind="business")
    decisions.decide_account(
        actor=SYSTEM,
        account_id=account,
        outcome="limit",
        grounds=[_a_ground()],
        restrictions=[
            decisions.RestrictionSpec("suspend_account", seconds=3 * 86400),
            decisions.RestrictionSpec("ban_sell", markets=("DE", "ID"), seconds=86400),
            decisions.RestrictionSpec("demonetise"),
        ],
        window=timedelta(0),
        now=now,
    )
    assert run(tmp_path, now + timedelta(seconds=1)).refused == []
    told = statements(tmp_path)[0]
    assert told["decision_account"] == "DECISION_ACCOUNT_SUSPENDED"
    assert told["end_date_account_restriction"] == "2026-03-13"
    assert told["decision_provision"] == "DECISION_PROVISION_PARTIAL_SUSPENSION"
    assert told["decision_monetary"] == "DECISION_MONETARY_TERMINATION"
    assert "end_date_monetary_restriction" not in told, "what holds for good has no end"
    assert (told["account_type"], told["content_type_other"]) == ("ACCOUNT_TYPE_BUSINESS", "User account")
    assert "GR" in told["territorial_scope"]
    assert standin.refuses(standin.facts(), told) == set()
