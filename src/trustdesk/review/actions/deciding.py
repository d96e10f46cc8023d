"""Deciding, and taking it back; notes."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.decisions import actions as decisions
from trustdesk.decisions import queries as decided
from trustdesk.decisions.actions import Ground
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.actions import ClaimLost
from trustdesk.policy import queries as policy
from trustdesk.review import golden, second
from trustdesk.review.actions.taking import DoneAndTakenBack, find
from trustdesk.review.facts import ReviewDecided, ReviewUndone
from trustdesk.review.models import Review
from trustdesk.review.queries import hits_in_words

OUTCOMES = ("approve", "remove", "limit", "hold", "warn")
# While a livestream is not cut, its harm runs: there is no time in which that could be taken back.
CUT_WINDOW = timedelta(0)


@dataclass(frozen=True)
class Decided:
    """A decision just made, or a judgement that another person's must follow, and until when it can be undone."""

    decision: UUID
    review: UUID
    outcome: str
    undo_until: datetime
    golden_told: bool = False  # it was a golden item, and what was expected is told now


@action(right="notes.write")
def note(*, actor: Actor, review_id: UUID, about: str, text: str, now: datetime) -> None:
    """Pin a note to the item under review, its account, or a phone, e-mail or address (`about`: item | account |
    phone:+62… | email:… | address:…). Raises Invalid."""
    item = next(iter(content.items([find(review_id).item_id]).values()))
    subject, _colon, value = about.partition(":")
    if subject in {"account", "item"}:
        value = str(item.account if subject == "account" else item.id)
    content_actions.pin_note(actor=actor, subject=subject, value=value, text=text, now=now)


def decide(*, actor: Actor, review_id: UUID, now: datetime, key: UUID | None = None, **what: Any) -> Decided:
    """Decide a claimed review about the version that was seen; it can be undone for ten seconds, or the `window` given.

    `what`: version, outcome, clauses, labels, rationale, author_note, changed, window. `warn`: the author is told, and it goes
    on. `cut=True` ends a livestream, which is removed at once, without a window. One transaction: decision with restriction,
    statement and letter, work done, review decided. Sent twice with one `key` (made by whoever decides), it is decided
    once and answered alike. Raises NotFound, Invalid, ClaimLost (names who has it now), ItemChanged, IncompleteStatement:
    then nothing is written; DoneAndTakenBack for a key whose decision was undone meanwhile.
    """
    actor.require("review.decide")
    before = _done_before(review_id, key, now=now)
    if before is not None:
        return before
    try:
        return _decide(actor=actor, review_id=review_id, now=now, key=key, **what)
    except ClaimLost:
        # The first post of the same decision may have been on its way at the same moment.
        before = _done_before(review_id, key, now=now)
        if before is None:
            raise
        return before


def _done_before(review_id: UUID, key: UUID | None, *, now: datetime) -> Decided | None:
    if key is None:
        return None
    review = find(review_id)
    if review.last_key != key:
        return None
    made = decided.by_id(review.decision, now=now) if review.decision else None
    kept = second.kept(review) or golden.kept(review) if made is None else None
    if kept is not None:
        return Decided(decision=kept.id, review=review_id, outcome=kept.outcome, undo_until=kept.effective_at)
    if made is None:
        raise DoneAndTakenBack
    return Decided(decision=made.id, review=review_id, outcome=made.outcome, undo_until=made.effective_at)


@action(right="review.decide")
def _decide(
    *,
    actor: Actor,
    review_id: UUID,
    version: int,
    outcome: str,
    now: datetime,
    clauses: Sequence[Ground] = (),
    labels: Sequence[str] = (),
    rationale: str = "",
    author_note: str = "",
    changed: Mapping[str, Any] | None = None,
    window: timedelta = decisions.UNDO_WINDOW,
    key: UUID | None = None,
    cut: bool = False,
) -> Decided:
    review = find(review_id)
    item = content.items([review.item_id])[review.item_id]
    place = work_queries.views_of([review.work_id])[review.work_id]
    actor.require("review.decide", market=item.market, queue=place.queue)
    unknown = [label for label in labels if label not in policy.labels()]
    if unknown:
        raise Invalid("There is no such label.", fields={"labels": ", ".join(unknown)})
    if outcome not in OUTCOMES:
        raise Invalid(
            "Choose what to do.",
            fields={"outcome": gettext("Must be one of %(options)s.") % {"options": ", ".join(OUTCOMES)}},
        )
    # First the claim: who lost it learns that, whatever else is wrong.
    work.complete(actor=actor, work_id=review.work_id, now=now)
    if review.golden_id is not None:
        told = golden.answer(
            actor=actor,
            review=review,
            golden_id=review.golden_id,
            outcome=outcome,
            clauses=clauses,
            now=now,
            window=window,
            key=key,
        )
        return Decided(
            decision=told.id,
            review=review_id,
            outcome=outcome,
            undo_until=told.effective_at,
            golden_told=told.told,
        )
    turn = second.turn_of(review=review, staff=UUID(actor.id), lane=place.lane, outcome=outcome, clauses=clauses)
    judged = content.newest_versions([review.item_id])[review.item_id]
    if cut and (outcome != "remove" or not any(medium.kind == "stream" for medium in judged.media)):
        raise Invalid("Only a livestream can be cut.", fields={"outcome": "Only a livestream can be cut."})
    hits = hits_in_words(review.hits, judged) if judged.no == review.version_no else ()
    chosen = {ground.policy for ground in clauses}
    edit: list[dict[str, Any]] = []
    if changed is not None:
        if turn is not None:
            raise Invalid("Two people judge this apart, so it cannot be edited here: approve or reject it.")
        version, edit = _edited(review, judged, actor=actor, version=version, changed=changed, now=now)
    labels = list(dict.fromkeys([*_labels(hits, chosen), *labels]))
    make = partial(
        decisions.decide,
        actor=actor,
        item_id=review.item_id,
        version=version,
        outcome=outcome,
        now=now,
        grounds=clauses,
        labels=labels,
        evidence=[
            {**span, "policy": hit["policy"]} for hit in hits if hit["policy"] in chosen for span in hit["evidence"]
        ],
        automated_detection=bool(hits),
        noticed_at=datetime.fromisoformat(review.noticed["first_at"]) if review.noticed else review.screened_at,
        notified=bool(review.noticed),
        verdict=review.verdict,
        rationale=rationale,
        author_note=author_note,
        edit=edit,
        window=CUT_WINDOW if cut else window,
    )
    if turn is not None:
        keep = partial(
            second.keep,
            actor=actor,
            turn=turn,
            version=version,
            outcome=outcome,
            now=now,
            window=window,
            clauses=clauses,
            labels=labels,
            rationale=rationale,
            author_note=author_note,
        )
        if not turn.final:
            second.possible(make)
            kept = keep()
            Review.objects.filter(id=review_id).update(last_key=key)
            return Decided(decision=kept.id, review=review_id, outcome=outcome, undo_until=kept.effective_at)
    made = make()
    if turn is not None:
        keep(decision=made.id)
    moved = Review.objects.filter(id=review_id, state=Review.State.OPEN).update(
        state=Review.State.DECIDED, decision=made.id, last_key=key, version_no=version
    )
    if not moved:
        raise NotFound("This review was closed while you had it open.")
    # What two people must agree on is a hold until another has confirmed it.
    record(
        ReviewDecided(item=review.item_id, review=review_id, decision=made.id, outcome=made.outcome),
        actor=actor,
        at=now,
    )
    return Decided(decision=made.id, review=review_id, outcome=made.outcome, undo_until=made.effective_at)


def edit_and_approve(
    *, actor: Actor, review_id: UUID, version: int, changed: Mapping[str, Any], now: datetime, **more: Any
) -> Decided:
    """Mend an ad, listing or product instead of rejecting it: a version made at the desk, approved, its author told what was
    changed, the platform by webhook. `changed`: fields with their new values (title, body, price, category); `more` as for
    `decide`. Can be undone as any decision. Raises what `decide` raises."""
    try:
        return decide(
            actor=actor, review_id=review_id, version=version, outcome="approve", changed=changed, now=now, **more
        )
    except Stale as newer:
        raise decisions.ItemChanged from newer


def _edited(
    review: Review,
    judged: content.VersionView,
    *,
    actor: Actor,
    version: int,
    changed: Mapping[str, Any],
    now: datetime,
) -> tuple[int, list[dict[str, Any]]]:
    """Make the version that reads as it should; its number, and what changed: [{field, before, after}]."""
    made = content_actions.edit(actor=actor, item_id=review.item_id, version=version, changed=changed, now=now)
    return made, [
        {"field": name, "before": plain_value(getattr(judged, name)), "after": plain_value(value)}
        for name, value in changed.items()
        if value != getattr(judged, name)
    ]


def plain_value(value: Any) -> Any:
    """A field's value as JSON and people carry it: a price without needless zeros."""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


@action(right="review.decide")
def undo(*, actor: Actor, review_id: UUID, now: datetime) -> None:
    """Take one's own decision back within its window: the review is in the same person's hands again.

    Raises NotFound, Forbidden, TooLate.
    """
    review = find(review_id)
    if review.golden_id is not None:
        golden.undo(actor=actor, review=review, now=now)
        return
    if review.state == Review.State.OPEN:
        second.undo(actor=actor, review=review, now=now)
        return
    if review.decision is None:
        raise NotFound("There is no decided review with this id.")
    decision = review.decision
    made = decided.by_id(decision, now=now)
    decisions.undo(actor=actor, decision_id=decision, now=now)
    with suppress(NotFound):  # one person judged this
        second.undo_final(actor=actor, decision=decision, now=now)
    version = review.version_no
    if made is not None and made.edit:
        version = content_actions.take_back_edit(actor=actor, item_id=review.item_id, version=made.version, now=now)
    Review.objects.filter(id=review_id, decision=decision).update(
        state=Review.State.OPEN, decision=None, version_no=version
    )
    work.give_back(actor=actor, work_id=review.work_id, now=now)
    record(ReviewUndone(item=review.item_id, review=review_id, decision=decision), actor=actor, at=now)


def _labels(hits: Sequence[Mapping[str, Any]], policies: set[str]) -> list[str]:
    return list(dict.fromkeys(label for hit in hits if hit["policy"] in policies for label in hit["labels"]))
