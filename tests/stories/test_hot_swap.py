"""Policies change while ads stream in, over HTTP, on connections of their own: nothing is dropped, nobody waits, each
verdict names a ruleset that was in force; and two people who publish at once."""

import json
import threading
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connections
from django.test import Client

from tests.stories.conftest import ad, set_up
from tests.stories.test_brake import RULE
from tests.stories.test_policy_changes import _person
from trustdesk.content.models import Item
from trustdesk.kernel.base.timesource import now as wall
from trustdesk.kernel.people.models import Staff
from trustdesk.policy import actions, queries
from trustdesk.policy.actions import publishing
from trustdesk.policy.models import Ruleset
from trustdesk.policy.queries.plans import PUBLISHED
from trustdesk.policy.queries.rulesets import plans
from trustdesk.screening.models import Verdict

pytestmark = pytest.mark.real


def _approved(text, translations, author, approver):
    made = actions.draft(actor=author, text=text, translations=translations, now=wall())
    actions.check(actor=author, version_id=made.id, now=wall())
    actions.approve(actor=approver, version_id=made.id, now=wall())
    return made


def test_ads_stream_in_while_policies_are_published(real_db):
    key, _ = set_up(wall())
    dewi, jonas = _person("Dewi", "policy_owner", wall()), _person("Jonas", "lead", wall())
    queries.live_plan()
    stop, answers, errors = threading.Event(), {}, []

    def send(who):
        client, sent = Client(), 0
        try:
            while not stop.is_set():
                one = ad(
                    f"{who}-{sent}", f"Blue zorkmid {who} {sent}", f"Hardly used, lot {who} {sent}, pick up in Solo."
                )
                one["account"]["external_id"] = f"budi-{who}-{sent}"
                began = time.monotonic()
                told = client.post(
                    "/api/v1/items",
                    json.dumps(one),
                    content_type="application/json",
                    headers={"Authorization": f"Bearer {key}"},
                )
                answers[one["external_id"]] = (told.status_code, time.monotonic() - began, told.json())
                sent += 1
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(who,)) for who in "ab"]
    for thread in threads:
        thread.start()
    _, first, translations = queries.source_of("spam")
    for n in range(2):
        rule = RULE.replace("zorkmids", f"zorkmids-{n}").replace('"zorkmid"', f'"zorkmid {n}"')
        made = _approved(first.replace("rules:\n", f"rules:\n{rule}", 1), translations, dewi, jonas)
        actions.publish(actor=jonas, versions=[made.id], now=wall())
        plans.forget(queries.newest().hash)  # as if another process had published
        time.sleep(0.3)
    actions.roll_back(actor=jonas, code="spam", reason="Enough zorkmids", now=wall())
    last = Ruleset.objects.order_by("-number").first()
    until = time.monotonic() + 30
    while last.hash not in {body["verdict"]["policy_version"] for _, _, body in answers.values()}:
        assert time.monotonic() < until, "the roll-back never took effect"
        time.sleep(0.1)
    stop.set()
    for thread in threads:
        thread.join(60)

    assert errors == []
    assert len(answers) > 10
    assert {status for status, _, _ in answers.values()} == {201}
    assert set(Item.objects.values_list("external_id", flat=True)) == set(answers), "each is stored, once"
    verdicts = list(Verdict.objects.exclude(state="overtaken"))
    assert len(verdicts) == len(answers)
    assert {verdict.state for verdict in verdicts} == {"final"}
    rulesets = list(Ruleset.objects.order_by("number"))
    assert [row.number for row in rulesets] == [1, 2, 3, 4]
    begins = {row.hash: row.made_at for row in rulesets}
    ends = {row.hash: later.made_at for row, later in pairwise(rulesets)}
    ends.pop(last.hash, None)
    slack = timedelta(seconds=PUBLISHED + 1)  # how long a process may go on with the ruleset before
    for verdict in verdicts:
        assert begins[verdict.ruleset] <= verdict.made_at or verdict.ruleset == last.hash
        assert verdict.made_at <= ends.get(verdict.ruleset, verdict.made_at) + slack
        assert queries.ruleset(verdict.ruleset).plan.hash == verdict.plan
    assert len({verdict.ruleset for verdict in verdicts}) >= 3
    for _, _, body in answers.values():
        assert Verdict.objects.filter(item=body["id"], ruleset=body["verdict"]["policy_version"]).exists()


def test_of_people_who_publish_at_once_one_wins_and_the_others_are_told(real_db, monkeypatch):
    set_up(wall())
    dewi, jonas = _person("Dewi", "policy_owner", wall()), _person("Jonas", "lead", wall())
    codes = ["spam", *[entry.code for entry in queries.live_content().policies if entry.code != "spam"]][:2]
    made = {}
    for code in codes:
        _, text, translations = queries.source_of(code)
        made[code] = _approved(text.replace("examples:\n", "# seen again\nexamples:\n", 1), translations, dewi, jonas)
    together, commit = threading.Barrier(2), publishing.commit

    def at_once(**given):
        together.wait(30)
        return commit(**given)

    monkeypatch.setattr(publishing, "commit", at_once)
    answers = {}

    def go(code):
        client = Client()
        client.force_login(Staff.objects.get(id=jonas.id))
        try:
            answers[code] = client.post(f"/policies/{code}/{made[code].number}/publish/")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go, args=(code,)) for code in codes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    statuses = sorted(answer.status_code for answer in answers.values())
    assert statuses == [303, 409], [answer.content[:300] for answer in answers.values()]
    (winner,) = [code for code, answer in answers.items() if answer.status_code == 303]
    assert b"Someone else published" in next(a.content for a in answers.values() if a.status_code == 409)
    row = Ruleset.objects.order_by("-number").first()
    assert row.number == 2
    assert made[winner].id in row.policies
    monkeypatch.undo()
    for code in codes:  # told, they try again, one after the other
        if code != winner:
            actions.publish(actor=jonas, versions=[made[code].id], now=wall())
    row = Ruleset.objects.order_by("-number").first()
    assert row.number == 3
    assert {made[code].id for code in codes} <= set(row.policies)
