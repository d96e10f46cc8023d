"""What reviews do when facts arrive."""

from datetime import datetime

from trustdesk.content.facts import ItemWithdrawn
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.review import actions
from trustdesk.screening.facts import ItemScreened


@reacts_to(ItemScreened)
def follow_verdict(*, fact: ItemScreened, envelope: Envelope, now: datetime) -> None:
    """A verdict that asks for a person opens a review; one that does not closes what is open unseen."""
    if fact.again:  # what stands open may stand in another queue: a rule that wants a person asks in its own
        _close(fact.item, "more is known of it", now)
    if fact.outcome == "review" or fact.after_removal:
        because = "unscreened" if fact.unscreened else ("after_removal" if fact.outcome != "review" else "rule")
        actions.open_review(
            actor=SYSTEM,
            item_id=fact.item,
            version=fact.version,
            verdict=fact.verdict,
            because=because,
            hits=fact.hits,
            undecided=fact.undecided,
            screened_at=envelope.at,
            now=now,
        )
        return
    if fact.version > 1:
        _close(fact.item, "a newer version was judged without a person", now)


@reacts_to(ItemWithdrawn)
def close_withdrawn(*, fact: ItemWithdrawn, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    _close(fact.item, f"withdrawn ({fact.reason})", now)


def _close(item: object, reason: str, now: datetime) -> None:
    try:
        actions.close_unseen(actor=SYSTEM, item_id=item, reason=reason, now=now)  # type: ignore[arg-type]
    except NotFound:
        return  # nothing is open: nothing to do
