"""Decisions that the register must hear of: ads of a market under the DSA."""

from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.content.actions import AccountEntry
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.screening import actions as screening
from trustdesk.screening.actions import Submission

PHONE = "Hardly used. Call me on +62 812 0000 1234 any time."
FINE = "Hardly used, new tyres, pick up at the station."


def ads(*, now: datetime, count: int = 1, mark: str = "a", body: str = PHONE, market: str = "DE") -> list[UUID]:
    """As many ads of Budi's, screened and delivered; their items."""
    made = screening.receive(
        actor=SYSTEM,
        submissions=[
            Submission(
                external_id=f"bike-{mark}-{number}",
                kind="ad",
                account=AccountEntry(
                    external_id=f"budi-{mark}-{number}",
                    name="Budi Santoso",
                    kind="private",
                    language="en",
                    registered_at=now - timedelta(days=2),
                ),
                fields={"title": f"Folding bicycle {number}", "body": body, "price": 100 + number, "currency": "EUR"},
                market=market,
                language="en",
            )
            for number in range(count)
        ],
        now=now,
    )
    settle(now)
    return [one.item for one in made]


def settle(now: datetime) -> None:
    sequencer.sequence()
    outbox.deliver_all(now=now, reactors=reactor_names())
