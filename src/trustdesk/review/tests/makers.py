"""Reviews for tests: ads that a rule of the pack wants a person for."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from trustdesk.content.actions import AccountEntry
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger import outbox, sequencer
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy import queries as policy
from trustdesk.policy.actions import import_pack
from trustdesk.review import queries as reviews
from trustdesk.screening import actions as screening
from trustdesk.screening.actions import Submission

ASKS = "Linen, hardly used. Write to budi@mail.example.com."


def ad(number: int, mark: str, *, body: str = ASKS, now: datetime) -> Submission:
    return Submission(
        external_id=f"sofa-{number}-{mark}",
        kind="ad",
        account=AccountEntry(
            external_id=f"budi-{mark}", name="Budi", language="en", registered_at=now - timedelta(days=800)
        ),
        fields={"title": f"Sofa number {number}", "body": body, "price": 100 + number, "currency": "EUR"},
        market="ID",
        language="en",
    )


def settle(now: datetime) -> None:
    sequencer.sequence()
    outbox.deliver_all(now=now, reactors=reactor_names())


def ads(count: int, *, now: datetime, mark: str = "") -> list[UUID]:
    """As many reviews in the queue of listings; their ids, in the order of the ads."""
    try:
        policy.live_content()
    except Exception:
        import_pack(actor=SYSTEM, path=settings.PACK, now=now)
    mark = mark or uuid7().hex[-8:]
    made = screening.receive(actor=SYSTEM, submissions=[ad(number, mark, now=now) for number in range(count)], now=now)
    settle(now)
    known = reviews.of_items([one.item for one in made])
    return [known[one.item].id for one in made]
