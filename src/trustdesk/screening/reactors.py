"""What screening does when facts arrive."""

from datetime import datetime
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.content.facts import ItemWithdrawn
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.screening import asking
from trustdesk.screening.actions.media import let_judge, stop_watching
from trustdesk.signals import queries as signals
from trustdesk.signals.facts import EntriesAdded, LiveChanged, SignalReturned


@reacts_to(SignalReturned)
def wake_waiting(*, fact: SignalReturned, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """What waited for a signal need not wait for its turn."""
    asking.for_return(fact.signal)


@reacts_to(LiveChanged)
def judge_stream(*, fact: LiveChanged, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """Something new was seen in a livestream, or it is up to something else: its item is judged with that."""
    let_judge(UUID(fact.about))


@reacts_to(ItemWithdrawn)
def stop_streams(*, fact: ItemWithdrawn, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    """What its author took back is not watched any more."""
    media = content.newest_versions([fact.item])[fact.item].media
    stop_watching([str(medium.id) for medium in media if medium.kind == "stream"], now=now)


@reacts_to(EntriesAdded)
def recheck_pictures(*, fact: EntriesAdded, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    """What is known now may have been let pass before."""
    if fact.count and not fact.negative and signals.bank(fact.code).kind == "image":
        asking.for_recheck(fact.code)
