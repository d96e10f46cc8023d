"""Golden items: decided items with a known answer, dealt again among ordinary work to see how people judge.

A golden item waits, counts and is claimed like any other; only what follows from it differs: nothing leaves the desk.
It is never dealt to who judged the original or made it one, nor twice to a person within `APART`.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import F
from django.utils.translation import gettext

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.actions import Ground, TooLate
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.models import Claim
from trustdesk.policy import queries as policy
from trustdesk.review import routing
from trustdesk.review.facts import (
    GoldenAnswered,
    GoldenAnswerTakenBack,
    GoldenDealt,
    GoldenMade,
    GoldenRead,
    GoldenRetired,
    GoldenShareSet,
    GoldenWithdrawn,
)
from trustdesk.review.models import Golden, GoldenAnswer, GoldenShare, Judgement, Review
from trustdesk.review.second import in_share, policies_of

APART = timedelta(days=90)
UNTAKEN = timedelta(hours=24)
LEAST_LANE = 2  # what saves a life or meets the law never waits behind a golden item
_SHARES = "review.golden_shares"
_CANDIDATES = 5


@action(right="golden.manage")
def make(*, actor: Actor, review_id: UUID, explanation: str, now: datetime) -> UUID:
    """Make a golden item of a decided review: its content is copied, the decision that stands is the known answer.

    Raises NotFound, Invalid (explanation; not decided, withdrawn, made one already).
    """
    review = Review.objects.filter(id=review_id, golden=None).first()
    decision = decisions.by_id(review.decision, now=now) if review is not None and review.decision else None
    if review is None or decision is None:
        raise NotFound("There is no decided review with this id.")
    if decision.state != "effective":
        raise Invalid("Only a decision that has taken effect and still stands is a known answer.")
    if not explanation.strip() or len(explanation) > 1000:
        raise Invalid(fields={"explanation": "Say why this is the answer, in at most 1,000 characters."})
    if Golden.objects.filter(decision=decision.id).exists():
        raise Invalid("There is a golden item of this decision already.")
    version = next((one for one in content.versions(review.item_id) if one.no == decision.version), None)
    if version is None:
        raise NotFound("There is no such version.")
    first = decision.clauses[0] if decision.clauses and decision.outcome != "approve" else {}
    judged = Judgement.objects.filter(review=review).values_list("staff_id", flat=True)
    decided = [UUID(decision.actor.partition(":")[2])] if decision.actor.startswith("staff:") else []
    row = Golden.objects.create(
        item_id=review.item_id,
        version_no=version.no,
        decision=decision.id,
        content={
            "title": version.title,
            "body": version.body,
            "price": None if version.price is None else str(version.price),
            "currency": version.currency,
            "category": version.category,
            "fields": version.fields,
            "media": [str(medium.id) for medium in version.media],
        },
        hits=review.hits,
        screened_at=review.screened_at,
        queue=work_queries.views_of([review.work_id])[review.work_id].queue,
        outcome=decision.outcome,
        policy=str(first.get("policy", "")),
        clause=str(first.get("clause", "")),
        explanation=explanation.strip(),
        judges=sorted({*judged, *decided}),
        made_by_id=UUID(actor.id),
        made_at=now,
    )
    record(GoldenMade(golden=row.id, outcome=row.outcome), actor=actor, at=now)
    return row.id


@action(right="golden.manage")
def retire(*, actor: Actor, golden_id: UUID, now: datetime) -> None:
    """Deal it no more; where it waits just now, it is taken away. Raises NotFound."""
    if not Golden.objects.filter(id=golden_id, retired_at=None).update(retired_at=now):
        raise NotFound("There is no such golden item in use.")
    for review in Review.objects.filter(golden=golden_id, state=Review.State.OPEN):
        _take_away(actor=actor, review=review, golden=golden_id, now=now)
    record(GoldenRetired(golden=golden_id), actor=actor, at=now)


@action(right="golden.manage")
def set_share(*, actor: Actor, queue: str, share: float, now: datetime) -> None:
    """How many of a queue's reviews bring a golden item along: 0 to 0.2. Raises Invalid (queue, share)."""
    if not 0 <= share <= policy.MOST_GOLDEN:
        told = gettext("From 0 to %(n)s %%.") % {"n": f"{policy.MOST_GOLDEN * 100:g}"}
        raise Invalid(fields={"share": told})
    if queue not in {one.code for one in work_queries.queues()}:
        raise Invalid(fields={"queue": gettext("There is no queue “%(queue)s”.") % {"queue": queue}})
    GoldenShare.objects.update_or_create(queue=queue, defaults={"share": share})
    cache.delete(_SHARES)
    record(GoldenShareSet(queue=queue, share=share), actor=actor, at=now)


def shares() -> dict[str, float]:
    """The share by queue, where one is set; kept for ten seconds, since every review asks."""
    kept: dict[str, float] | None = cache.get(_SHARES)
    if kept is None:
        kept = dict(GoldenShare.objects.values_list("queue", "share"))
        cache.set(_SHARES, kept, 10)
    return kept


def bring(*, actor: Actor, review: Review, queue: str, lane: int, now: datetime) -> UUID | None:
    """A review was opened: does it bring a golden item along? Returns the review of that, if so."""
    terms = policy.review_terms(policies_of(review.hits))
    share = max(terms.golden, shares().get(queue, 0.0))
    if lane < LEAST_LANE or not in_share(review.id, share, "golden"):
        return None
    waiting = Review.objects.filter(state=Review.State.OPEN, golden__isnull=False).values("golden_id")
    rows = Golden.objects.select_for_update(skip_locked=True).filter(queue=queue, retired_at=None)
    candidates = rows.exclude(id__in=waiting).order_by(F("dealt_at").asc(nulls_first=True), "id")[:_CANDIDATES]
    judging = {one.id for one in people.staff_with("review.decide")} if candidates else set()
    for golden in candidates:
        barred = _barred(golden, now=now)
        if judging - barred.keys():
            return _deal(actor=actor, golden=golden, barred=barred, now=now)
    return None


def _barred(golden: Golden, *, now: datetime) -> dict[UUID, str]:
    works = Review.objects.filter(golden=golden).values("work_id")
    had = Claim.objects.filter(work_id__in=works, since__gt=now - APART).values_list("staff_id", flat=True)
    return dict.fromkeys({*golden.judges, golden.made_by_id, *had}, "it is not for you")


@action(right="-")
def _deal(*, actor: Actor, golden: Golden, barred: dict[UUID, str], now: datetime) -> UUID:
    item = content.items([golden.item_id])[golden.item_id]
    found = routing.place(item, hits=golden.hits, unscreened=False)
    place = replace(found, queue=golden.queue, lane=max(found.lane, LEAST_LANE))
    work_id = work.open_work(
        actor=actor,
        kind="review",
        queue=golden.queue,
        lane=place.lane,
        score=place.score,
        score_parts=place.parts,
        now=now,
        subject_line=golden.content["title"] or item.external_id,
        category=item.kind,
        language=item.language,
        market=item.market,
        harm=place.harm,
        weight=place.weight,
        tags=sorted({label for hit in golden.hits for label in hit["labels"]}),
        barred=barred,
    )
    routing.start_clock(actor=actor, work_id=work_id, place=place, now=now)
    review = Review.objects.create(
        work_id=work_id,
        item_id=golden.item_id,
        golden=golden,
        version_no=golden.version_no,
        verdict=golden.decision,
        hits=golden.hits,
        screened_at=now,
        because=Review.Because.RULE,
        opened_at=now,
    )
    Golden.objects.filter(id=golden.id).update(dealt_at=now)
    record(GoldenDealt(golden=golden.id, review=review.id, work=work_id), actor=actor, at=now)
    return review.id


@action(right="-")
def answer(
    *,
    actor: Actor,
    review: Review,
    golden_id: UUID,
    outcome: str,
    now: datetime,
    window: timedelta,
    key: UUID | None = None,
    clauses: Sequence[Ground] = (),
) -> GoldenAnswer:
    """Keep what a person made of a golden item: nothing else follows from it. Raises Invalid (no clause)."""
    if outcome != "approve" and not clauses:
        missing = "Choose the clause this decision rests on."
        raise Invalid("The decision could not be made.", fields={"clause": missing})
    golden = Golden.objects.get(id=golden_id)
    told = policy.review_terms(policies_of(golden.hits) | ({golden.policy} if golden.policy else set())).golden_told
    first = clauses[0] if clauses and outcome != "approve" else Ground(policy="", version=0)
    row = GoldenAnswer.objects.create(
        golden=golden,
        review=review,
        staff_id=UUID(actor.id),
        outcome=outcome,
        clauses=[asdict(ground) for ground in clauses],
        fits=outcome == golden.outcome,
        clause_fits=(first.policy, first.clause) == (golden.policy, golden.clause),
        told=told,
        made_at=now,
        # Who is told the answer cannot answer again.
        effective_at=now if told else now + window,
    )
    Review.objects.filter(id=review.id).update(state=Review.State.DECIDED, decision=row.id, last_key=key)
    record(GoldenAnswered(golden=golden.id, review=review.id), actor=actor, at=now)
    return row


def kept(review: Review) -> GoldenAnswer | None:
    """The answer that a golden item got; no query for what is none."""
    if review.golden_id is None:
        return None
    return GoldenAnswer.objects.filter(review=review, withdrawn_at=None).first()


@action(right="-")
def undo(*, actor: Actor, review: Review, now: datetime) -> None:
    """Take one's own answer back within its window. Raises NotFound, Forbidden, TooLate."""
    row = GoldenAnswer.objects.filter(review=review, withdrawn_at=None).first()
    if row is None:
        raise NotFound("There is no decided review with this id.")
    if str(row.staff_id) != actor.id:
        raise Forbidden("Only the person who decided can undo it.")
    if not GoldenAnswer.objects.filter(id=row.id, withdrawn_at=None, effective_at__gt=now).update(withdrawn_at=now):
        raise TooLate
    Review.objects.filter(id=review.id).update(state=Review.State.OPEN, decision=None)
    work.give_back(actor=actor, work_id=review.work_id, now=now)
    record(GoldenAnswerTakenBack(golden=row.golden_id, review=review.id), actor=actor, at=now)


@action(right="review.decide")
def read(*, actor: Actor, answer_id: UUID, now: datetime) -> None:
    """Who judged says that they read the answer: it is shown no more beside their work. Raises NotFound."""
    rows = GoldenAnswer.objects.filter(id=answer_id, staff_id=actor.id, told=True, withdrawn_at=None, seen_at=None)
    golden = rows.values_list("golden_id", flat=True).first()
    if golden is None or not rows.update(seen_at=now):
        raise NotFound("There is no answer to read.")
    record(GoldenRead(golden=golden), actor=actor, at=now)


def clear(*, now: datetime) -> int:
    """Take away golden items that nobody took for a day; returns how many. The worker calls it."""
    old = Review.objects.filter(golden__isnull=False, state=Review.State.OPEN, opened_at__lt=now - UNTAKEN)
    rows = list(old.filter(work__state="open").order_by("id")[:200])
    for review in rows:
        if review.golden_id is not None:
            _take_away(actor=SYSTEM, review=review, golden=review.golden_id, now=now)
    return len(rows)


@action(right="-")
def _take_away(*, actor: Actor, review: Review, golden: UUID, now: datetime) -> None:
    Review.objects.filter(id=review.id, state=Review.State.OPEN).update(state=Review.State.CLOSED)
    work.cancel(actor=actor, work_id=review.work_id, now=now, reason="not needed any more")
    record(GoldenWithdrawn(golden=golden, review=review.id), actor=actor, at=now)


def as_dealt(
    golden: Golden, item: content.ItemView, versions: Sequence[content.VersionView]
) -> tuple[content.ItemView, content.VersionView]:
    """Item and version as they are shown again: as they came in, before anybody had decided."""
    kept: dict[str, Any] = golden.content
    original = next((one for one in versions if one.no == golden.version_no), versions[0])
    version = replace(
        original,
        no=golden.version_no,
        title=kept["title"],
        body=kept["body"],
        price=None if kept["price"] is None else Decimal(kept["price"]),
        currency=kept["currency"],
        category=kept["category"],
        fields=kept["fields"],
        media=tuple(medium for medium in original.media if str(medium.id) in kept["media"]),
    )
    hidden = decisions.is_hidden(status="in_review", publish=policy.publish_of(item.kind))
    shown = replace(
        item,
        title=kept["title"],
        version=golden.version_no,
        status="in_review",
        hidden=hidden,
        withdrawn_at=None,
        withdrawn_reason="",
    )
    return shown, version
