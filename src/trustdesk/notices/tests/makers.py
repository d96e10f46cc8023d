"""Notices for tests: Amara reports, Budi sells."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trustdesk.content.actions import AccountEntry
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.notices import actions
from trustdesk.notices.actions import Received, Sender, Submission
from trustdesk.screening import actions as screening
from trustdesk.screening.actions import Submission as Posted

REASON = "The seller asks for the money first and then never writes back."


def settle(now: datetime) -> None:
    sequencer.sequence()
    outbox.deliver_all(now=now, reactors=reactor_names())


def listing(*, now: datetime, title: str = "Walnut desk", body: str = "Solid, with two drawers.", **more: Any) -> UUID:
    """A listing of Budi's that no rule objects to: it is live. The pack is in force (fixture `packed_db`)."""
    mark = uuid7().hex[-8:]
    given: dict[str, Any] = {"market": "DE", "language": "en", "url": f"https://pasar.example/i/desk-{mark}", **more}
    posted = Posted(
        external_id=f"desk-{mark}",
        kind="listing",
        account=AccountEntry(
            external_id=f"budi-{mark}", name="Budi", language="en", registered_at=now - timedelta(800)
        ),
        fields={"title": title, "body": body, "price": 120, "currency": "EUR", "condition": "used"},
        **given,
    )
    made = screening.receive(actor=SYSTEM, submissions=[posted], now=now)[0]
    settle(now)
    return made.item  # type: ignore[union-attr]


def report(
    item: UUID | None, *, now: datetime, who: str = "amara", category: str = "fraud", reason: str = "", **more: Any
) -> Received:
    """A notice of somebody's; told in their own words unless they are given."""
    given: dict[str, Any] = {
        "category": category,
        "reason": reason or f"{REASON} So says {who}.",
        "good_faith": True,
        "channel": "portal",
        "sender": Sender(email=f"{who}@mail.example", name=who.title()),
        "items": (item,) if item else (),
        **more,
    }
    return actions.receive(actor=SYSTEM, submission=Submission(**given), now=now)
