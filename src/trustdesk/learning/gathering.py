"""Labelled texts to measure on: those somebody brought, or what the desk's people decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.decisions import queries as decisions
from trustdesk.learning.models import LabelledText
from trustdesk.learning.packing import Place
from trustdesk.learning.rules import MOST_DECISIONS, MOST_DRAWN, truth_of
from trustdesk.screening import queries as screening
from trustdesk.signals import actions as signals


@dataclass(frozen=True)
class Row:
    """One labelled text. Rows of one `group` are one look. `at`: when it was decided."""

    text: str
    truth: bool
    place: Place
    weight: float
    group: str
    at: datetime | None = None


@dataclass(frozen=True)
class Gathered:
    """`drawn`: texts of contents drawn at random, to weigh what people saw; None where the rows are such a draw."""

    rows: list[Row]
    drawn: list[screening.Words] | None = None


def of_file(file_id: UUID) -> Gathered:
    """All texts of a file, each a look of its own unless the file names groups."""
    rows = LabelledText.objects.filter(file_id=file_id).order_by("id")
    return Gathered(
        [
            Row(row.text, row.truth, (row.market, row.language), row.weight, row.group or f"#{row.id}")
            for row in rows.iterator(5_000)
        ]
    )


def of_desk(*, counts: Sequence[str], since: datetime, now: datetime) -> Gathered:
    """What people decided since then, of whatever they were shown: their final judgement of each version, what they
    overturned included, what rules did alone not. One account's items, and the same text by many, are one look."""
    rows = decided_rows(counts=counts, since=since, now=now)
    ids = screening.drawn(since=since, until=now, limit=MOST_DRAWN, seed=f"{since:%Y-%m-%d}")
    drawn = screening.words_of(ids)
    return Gathered(rows, [drawn[each] for each in ids if each in drawn])


def decided_rows(*, counts: Sequence[str], since: datetime, now: datetime) -> list[Row]:
    """Oldest first."""
    judged = decisions.judged(since=since, until=now, now=now, limit=MOST_DECISIONS)
    words = screening.words_of([one.version for one in judged])
    told = []
    for one in judged:
        truth = truth_of(outcome=one.outcome, labels=one.labels, counts=counts)
        word = words.get(one.version)
        if truth is None or word is None or not word.text.strip():
            continue
        told.append((word, truth, str(one.account), one.at))
    groups = _groups([account for _, _, account, _ in told], [word.text for word, _, _, _ in told])
    return [
        Row(word.text, truth, (word.market, word.language), 1.0, group, at)
        for (word, truth, _, at), group in zip(told, groups, strict=True)
    ]


def _groups(accounts: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Who shares an account, or the same folded text, directly or through others, is one group."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for account, text in zip(accounts, texts, strict=True):
        parent[root(account)] = root(signals.digest_of(text).hex())
    return [root(account) for account in accounts]
