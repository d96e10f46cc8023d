"""A desk at which something of each kind has happened: a page without anything on it hides what is wrong with it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

from tests.browser.reviewing import ads, reviewer
from trustdesk.appeals import actions as appeals
from trustdesk.calls.tests.makers import Exchange
from trustdesk.decisions.actions import Ground
from trustdesk.escalations import actions as escalations
from trustdesk.escalations.actions import Gathered
from trustdesk.experts import actions as experts
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people import queries as people_known
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import actor_for
from trustdesk.knowledge.tests import makers as knowledge
from trustdesk.macros.tests import makers as macros
from trustdesk.notices.tests import makers as notices
from trustdesk.post import receiving
from trustdesk.post.models import Letter
from trustdesk.problems.tests import makers as problems
from trustdesk.procedures.tests import makers as procedures
from trustdesk.review import actions as review
from trustdesk.review import queries as reviews
from trustdesk.sides import actions as sides
from trustdesk.support import actions as cases
from trustdesk.support.tests import makers as support
from trustdesk.surveys import actions as surveys
from trustdesk.triggers.tests import makers as triggers
from trustdesk.web.tests import makers
from trustdesk.webhooks import actions as webhooks

LINK = re.compile(r"https?://[^/\s]+(/(?:[a-z]|help|chat|report)/[^\s<>\"]+)")
HTML = "<h1>My <b>shop</b></h1><p>See <a href='https://other.example/x'>https://pasar.example/shop</a></p><img src='https://track.example/p.gif'>"


def furnish(where: str) -> None:
    """Everybody wrote, rang, reported, appealed, was asked and answered; what follows from it has happened."""
    lead, sari = _person("lead", "Jonas"), _person("reviewer", "Sari")
    at = now() - timedelta(hours=30)
    article = knowledge.published(at)
    assert article
    macros.kept(lead, at, shared=True)
    triggers.in_force(lead, at)
    _mail()
    for n in range(2):
        opened = support.asked(at, address=f"wayan{n}@example.com", name="Wayan", channel="form", language="en")
        support.sent(opened.id, sari, at, then_status="resolved")
    _happened(at + timedelta(minutes=1))
    surveys.ask_due(now=now())
    told = problems.codes(now())
    problems.begun(lead, told, now())
    procedures.started(sari, now())
    _beside(support.asked(now(), text="My parcel never came. Who pays?").id, lead)
    exchange = Exchange()
    exchange.tell("ringing", "c1")
    exchange.tell("ended", "c1")
    webhooks.add_endpoint(
        actor=SYSTEM, target=webhooks.Target("https://hooks.example/desk"), events=["*"], now=now(), description="Shop"
    )
    _asked(sari)
    _reported(where)
    _appealed(where)
    _happened(now())


def letters() -> Iterator[str]:
    """The addresses in all letters: pages of those who are no colleagues."""
    for letter in Letter.objects.order_by("id"):
        yield from (found.group(1) for found in LINK.finditer(letter.text))


def _person(role: str, name: str) -> Actor:
    return actor_for(makers.staff(role, name=name))


def _happened(by) -> None:
    sequencer.sequence()
    outbox.deliver_all(now=by, reactors=reactor_names())


def _mail() -> None:
    """A mail with markup and a file, as strangers send them."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Made <made@example.com>", "help@desk.example", "My shop"
    mail["Message-ID"] = "<walk@example.com>"
    mail.set_content("My shop. See https://pasar.example/shop")
    mail.add_alternative(HTML, subtype="html")
    mail.add_attachment(
        b"<svg xmlns='http://www.w3.org/2000/svg'/>", maintype="image", subtype="svg+xml", filename="logo.svg"
    )
    receiving.take(raw=mail.as_bytes(), sender="made@example.com", recipients=["help@desk.example"], now=now())
    receiving.handle_due(now=now())


def _beside(case, lead: Actor) -> None:
    """A case that went to a team, and about which a department was asked."""
    expert = makers.staff("specialist", name="Rina")
    people.set_team(actor=SYSTEM, staff_id=expert.id, team="legal", name="Legal", now=now())
    sides.set_department(
        actor=_person("admin", "Ada"), name="Warehouse", address="warehouse@example.com", language="en", now=now()
    )
    sides.open_side(
        actor=lead, case_id=case, department="warehouse", subject="A parcel", text="Has it left?", now=now()
    )
    claimed = cases.take(actor=lead, case_id=case, now=now())
    escalations.escalate(
        actor=lead,
        about=claimed.work,
        team="legal",
        severity="high",
        reason="May we name the sender?",
        gathered=[Gathered("Channel", "mail")],
        link=f"/cases/{case}",
        now=now(),
    )


def _asked(sari: Actor) -> None:
    """An expert was asked twice, and has answered once."""
    expert = makers.staff("specialist", name="Wei")
    people.set_team(actor=SYSTEM, staff_id=expert.id, team="fraud", name="Fraud", now=now())
    team = next(one for one, name in people_known.teams() if name == "Fraud")
    field = experts.set_field(actor=SYSTEM, name="Payments", team=team, minutes=60, now=now())
    for text in ("May a seller ask for a transfer?", "Who pays for the parcel back?"):
        asked = experts.ask(actor=sari, field=field, text=text, now=now())
    told = experts.Told("Who pays for a parcel back?", "The seller does.")
    experts.answer(actor=actor_for(expert), question_id=asked, told=told, now=now(), today=now().date())


def _reported(where: str) -> None:
    item = notices.listing(now=now(), market=where)
    notices.report(item, now=now())


def _appealed(where: str) -> None:
    """An ad that was removed, whose author was told."""
    who = actor_for(reviewer("Sari", where))
    ads("Carved", where=where)
    opened = review.claim_next(actor=who, now=now())
    hit = reviews.sheet(opened, actor=who, now=now()).verdict.hits[0]
    made = review.decide(
        actor=who,
        review_id=opened,
        version=1,
        outcome="remove",
        clauses=[Ground(hit["policy"], hit["version"], "1")],
        window=timedelta(0),
        now=now(),
    )
    _happened(now())
    appeals.open_appeal(actor=SYSTEM, decision_id=made.decision, text="It is a toy of wood.", now=now(), via="portal")
