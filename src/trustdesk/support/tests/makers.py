"""Cases to work on, as channels would open them."""

from datetime import datetime, timedelta

from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work.tests.makers import staff
from trustdesk.support import actions, queries

__all__ = ["asked", "case", "seen", "sent", "staff", "wrote"]


def asked(now: datetime, text: str = "Where is my parcel?", **given):
    told = {"subject": "A parcel", "name": "Amara", "address": "amara@example.com", "channel": "mail"} | given
    return actions.open_case(actor=SYSTEM, text=text, now=now, **told)


def case(case_id):
    found = queries.by_id(case_id)
    assert found is not None
    return found


def seen(case_id) -> int:
    return case(case_id).messages


def wrote(case_id, now: datetime, text: str = "Any news?", **given):
    return actions.receive(actor=SYSTEM, case_id=case_id, text=text, now=now, **given)


def sent(case_id, by, now: datetime, text: str = "It is on its way.", **given):
    """A reply whose time to undo is over."""
    message = actions.reply(actor=by, case_id=case_id, text=text, seen=seen(case_id), now=now, **given)
    actions.send_due(now=now + timedelta(seconds=15))
    return message
