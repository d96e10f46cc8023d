"""Items whose answer is known, for those who measure how often machines and people were right."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from trustdesk.review.models import Golden, GoldenAnswer, Judgement, Review


class Known(NamedTuple):
    """One version with what it is known to be: `answer` is the outcome that stands in the end."""

    item: UUID
    version: int
    answer: str


class Chosen(NamedTuple):
    """What one person chose, not knowing the `answer`."""

    answer: str
    chosen: str


def golden(*, since: datetime, until: datetime) -> list[Known]:
    """Golden items made in this time: leads chose them, so they are no random sample."""
    rows = Golden.objects.filter(made_at__gte=since, made_at__lt=until).order_by("id")
    return [Known(*row) for row in rows.values_list("item_id", "version_no", "outcome")]


def golden_answers(*, since: datetime, until: datetime) -> list[Chosen]:
    """What people made of golden items in this time."""
    rows = GoldenAnswer.objects.filter(made_at__gte=since, made_at__lt=until, withdrawn_at=None).order_by("id")
    return [Chosen(*row) for row in rows.values_list("golden__outcome", "outcome")]


def double(*, since: datetime, until: datetime) -> list[tuple[Known, Chosen]]:
    """Reviews that people judged apart and that ended in this time: what came out, and what the first person had chosen.

    Policies draw them by a keyed hash (`second.in_share`): a random sample of what reaches people.
    """
    rows = Judgement.objects.filter(
        withdrawn_at=None,
        review__state=Review.State.DECIDED,
        review__golden=None,
    ).order_by("review_id", "no")
    found: dict[UUID, list[tuple[Any, ...]]] = {}
    wanted = rows.values_list("review_id", "review__item_id", "version_no", "outcome", "decision", "made_at")
    for review, *rest in wanted.iterator(chunk_size=5_000):
        found.setdefault(review, []).append(tuple(rest))
    ended = [each for each in found.values() if len(each) > 1 and _ended(each, since, until)]
    return [
        (
            Known(item=each[-1][0], version=each[-1][1], answer=each[-1][2]),
            Chosen(answer=each[-1][2], chosen=each[0][2]),
        )
        for each in ended
        if each[0][1] == each[-1][1]  # of one version: an edit in between makes two questions of it
    ]


def _ended(each: Sequence[tuple[Any, ...]], since: datetime, until: datetime) -> bool:
    *_, decision, at = each[-1]
    return decision is not None and since <= at < until


def opened(*, before: datetime) -> dict[UUID, datetime]:
    """Decision → when its review was put before people, for reviews opened before this time; golden items are none."""
    rows = Review.objects.filter(state=Review.State.DECIDED, golden=None, opened_at__lt=before)
    return {
        decision: at
        for decision, at in rows.values_list("decision", "opened_at").order_by().iterator(chunk_size=5_000)
        if decision is not None
    }
