"""Problems with their cases."""

from datetime import timedelta

from trustdesk.kernel.people.queries import actor_for
from trustdesk.problems import actions
from trustdesk.support.tests import makers as support
from trustdesk.support.tests.makers import asked
from trustdesk.web.tests import makers

wrote, sent, seen, case = support.wrote, support.sent, support.seen, support.case


def person(role="lead", name="Jonas"):
    return actor_for(makers.staff(role, name=name))


def codes(now, count=3, start=0, **given):
    """Cases of people whose code does not arrive."""
    return [
        asked(
            now,
            **(
                {
                    "subject": "The code does not arrive",
                    "text": "I wait for the login code since this morning.",
                    "address": f"amara{start + n}@example.com",
                }
                | given
            ),
        ).id
        for n in range(count)
    ]


def begun(by, cases, now, **given):
    return actions.begin(actor=by, title="Codes by text message do not arrive", cases=cases, now=now, **given)


LATER = timedelta(seconds=20)
