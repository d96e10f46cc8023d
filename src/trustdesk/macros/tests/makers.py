"""Macros for tests."""

from trustdesk.kernel.people.queries import actor_for
from trustdesk.macros import actions
from trustdesk.macros.rules import Macro, Step
from trustdesk.web.tests import makers


def person(name, *roles):
    return actor_for(makers.staff(*(roles or ("reviewer",)), name=name))


def macro(name="Parcel is late", text="Hello {{requester.first_name|there}}, your parcel is late.", *steps, **more):
    done = [Step(*step) for step in steps]
    return Macro(name=name, texts={"en": text} if text else {}, steps=done, **more)


def kept(who, now, *given, shared=False, **more):
    return actions.begin(actor=who, macro=macro(*given, **more), shared=shared, now=now)
