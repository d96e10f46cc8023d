"""Triggers for tests."""

from datetime import timedelta

from trustdesk.kernel.ledger import outbox
from trustdesk.macros import actions as macros
from trustdesk.macros.rules import Macro
from trustdesk.support import queries as cases
from trustdesk.triggers import actions, queries
from trustdesk.triggers.models import Run
from trustdesk.triggers.rules import Doing, Written

HEARD = ["triggers.hear"]
SECOND = timedelta(seconds=1)


def trigger(name="Refunds first", event="opened", condition="", *steps, **more):
    done = [Doing(*step) for step in (steps or (("add_tag", "refund"),))]
    return Written(name=name, event=event, condition=condition, steps=done, **more)


def tried(trigger_id, by, now, days=7):
    trial = actions.try_on_past(actor=by, trigger_id=trigger_id, days=days, now=now)
    while actions.go_on(trial_id=trial, now=now):
        pass
    return queries.trial(by, trial)


def in_force(by, now, *given, **more):
    made = actions.write(actor=by, written=trigger(*given, **more), now=now)
    tried(made, by, now)
    actions.put_in_force(actor=by, trigger_id=made, number=1, now=now)
    return made


def hear(now):
    return outbox.deliver_all(now=now + SECOND, reactors=HEARD)


def runs(trigger_id):
    return list(Run.objects.filter(trigger_id=trigger_id).order_by("id"))


def notes(case_id):
    return [one.text for one in cases.conversation(case_id) if one.direction == "note"]


def reply(
    by, now, text="Hello {{requester.first_name|there}}, we look into “{{case.subject}}”.", name="Receipt", **more
):
    return str(macros.begin(actor=by, macro=Macro(name=name, texts={"en": text}, **more), shared=True, now=now))
