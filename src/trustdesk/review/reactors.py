"""What reviews do when facts arrive."""

from datetime import datetime

from trustdesk.content.facts import ItemWithdrawn
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work.facts import WorkCompleted, WorkGivenBack, WorkReopened, WorkWoken
from trustdesk.notices.facts import NoticePlaced, NoticeReceived
from trustdesk.review import actions, routing, second
from trustdesk.review.facts import ReviewJudged
from trustdesk.screening.facts import ItemScreened


@reacts_to(ItemScreened)
def follow_verdict(*, fact: ItemScreened, envelope: Envelope, now: datetime) -> None:
    """A verdict that asks for a person opens a review; one that does not closes what is open unseen."""
    noticed = actions.is_noticed(fact.item)
    if (
        fact.again and not noticed
    ):  # what stands open may stand in another queue: a rule that wants a person asks in its own
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
    if noticed and fact.outcome in {"approve", "limit"}:
        # What people reported is looked at by people, whatever a machine says of its next version.
        actions.follow_unasked(
            actor=SYSTEM,
            item_id=fact.item,
            version=fact.version,
            verdict=fact.verdict,
            hits=fact.hits,
            undecided=fact.undecided,
            screened_at=envelope.at,
            now=now,
        )
        return
    if fact.version > 1:
        _close(fact.item, "a newer version was judged without a person", now)


@reacts_to(NoticeReceived, NoticePlaced)
def hear_notice(*, fact: NoticeReceived | NoticePlaced, envelope: Envelope, now: datetime) -> None:
    """A notice that wants a person joins the open review of its item, or opens one."""
    if fact.asks and fact.item is not None:
        actions.join_notice(
            actor=SYSTEM,
            item_id=fact.item,
            category=fact.category,
            lane=fact.lane,
            weight=fact.weight,
            at=envelope.at,
            now=now,
        )


@reacts_to(WorkCompleted)
def stop_clock(*, fact: WorkCompleted, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    routing.settle_clock(actor=SYSTEM, work_id=fact.work, now=now)


@reacts_to(WorkGivenBack, WorkReopened)
def let_clock_run(*, fact: WorkGivenBack | WorkReopened, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    routing.settle_clock(actor=SYSTEM, work_id=fact.work, now=now)


@reacts_to(ItemWithdrawn)
def close_withdrawn(*, fact: ItemWithdrawn, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    _close(fact.item, f"withdrawn ({fact.reason})", now)


@reacts_to(WorkWoken)
def end_question(*, fact: WorkWoken, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """The author's time to answer is over: the work waits again, and a person decides."""
    actions.work_waits_again(work_id=fact.work, now=now)


@reacts_to(ReviewJudged)
def ask_another(*, fact: ReviewJudged, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    """A judgement that cannot be undone any more leads on: to another person, or to the end of the matter."""
    second.lead_on(actor=SYSTEM, judgement=fact.judgement, now=now)


def _close(item: object, reason: str, now: datetime) -> None:
    try:
        actions.close_unseen(actor=SYSTEM, item_id=item, reason=reason, now=now)  # type: ignore[arg-type]
    except NotFound:
        return  # nothing is open: nothing to do
