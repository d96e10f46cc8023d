"""Asking banks: look up in memory, write down what was found, stop what floods."""

from collections import Counter as Tally
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from trustdesk.engine import MISSING, UNKNOWN
from trustdesk.kernel.base.ids import uuid7
from trustdesk.signals.actions.banks import HOUR, MATCHES, NotStopped, key_of_entry, quarantine
from trustdesk.signals.actions.remembering import count
from trustdesk.signals.likeness import PICTURE, TEXT, Signature
from trustdesk.signals.memory import Near, memory
from trustdesk.signals.models import BankMatch
from trustdesk.signals.queries.looks import picture_signatures
from trustdesk.signals.queries.velocity import RateQuestion, rates
from trustdesk.signals.rules import floods

_WEEK = 7 * 86400.0
_SHOWN = 500

# Conflict: this content of this owner was found before; it is not counted again.
_KEEP = """
INSERT INTO signals_bankmatch (id, entry_id, owner, text, digest, distance, counted, at, judged, judged_by)
SELECT id, entry, owner, text, digest, distance, counted, %(now)s, '', ''
FROM unnest(%(ids)s::uuid[], %(entries)s::uuid[], %(owners)s::text[], %(texts)s::text[], %(digests)s::bytea[],
            %(distances)s::int[], %(counted)s::bool[]) AS m(id, entry, owner, text, digest, distance, counted)
ON CONFLICT (entry_id, owner, digest) DO NOTHING RETURNING id
"""
# In the order of the entries' ids, so that two batches never wait for each other in a circle; and no lock that the keys of
# the matches just written would have to wait for.
_ADD = """
WITH mine AS (
  SELECT e.id, q.n FROM signals_bankentry e JOIN unnest(%s::uuid[], %s::int[]) AS q(id, n) ON q.id = e.id
  ORDER BY e.id FOR NO KEY UPDATE OF e
)
UPDATE signals_bankentry e SET matches = e.matches + mine.n, matched_at = %s FROM mine WHERE e.id = mine.id
"""


@dataclass(frozen=True)
class BankQuestion:
    """Is one of these texts (of a bank of pictures: digests of files) in the bank? `owner`: whose they are, in the asker's
    words."""

    bank: str
    values: tuple[str, ...]
    owner: str


@dataclass(frozen=True)
class _Found:
    question: int
    near: Near
    text: str
    id: UUID
    medium: bool  # `text` is the digest of a file

    @property
    def digest(self) -> bytes:
        return bytes.fromhex(self.text) if self.medium else TEXT.signature(self.text).digest


@dataclass
class Matched:
    """The answer to a question, and which of its values were found: value → entry and distance of the nearest."""

    answer: Any
    found: dict[str, tuple[UUID, int]] = field(default_factory=dict)


def match(*, questions: Sequence[BankQuestion], now: datetime) -> list[Any]:
    """True or False for each, in order; UNKNOWN where there is no such bank, MISSING where there is nothing to look up.
    Of pictures: UNKNOWN where one was not looked into and no other is found."""
    return [one.answer for one in matched(questions=questions, now=now)]


def matched(*, questions: Sequence[BankQuestion], now: datetime) -> list[Matched]:
    """As `match`, with what was found.

    What is found is written down once, with the entry, and counted. An entry that floods stops at its limit: exactly
    the matches beyond it do not count, whoever asks at the same moment.
    """
    answers: list[Matched] = []
    found: list[_Found] = []
    for place, question in enumerate(questions):
        values = [value for value in question.values if value.strip()]
        kind = memory.kind_of(question.bank)
        signatures: dict[str, Signature | None] = {}
        if kind is None:
            near: list[list[Near]] = []
        elif kind is PICTURE:
            signatures = picture_signatures(values)
            asked = [signature for signature in signatures.values() if signature is not None]
            near = memory.near(question.bank, asked, now=now) or []
            values = [value for value, signature in signatures.items() if signature is not None]
        else:
            near = memory.like(question.bank, values, now=now) or []
        unseen = kind is PICTURE and len(signatures) < len(set(question.values))
        answers.append(Matched(UNKNOWN if kind is None or unseen else False if question.values else MISSING))
        if not values and kind is not PICTURE:
            answers[-1].answer = MISSING
        for value, entries in zip(values, near, strict=False):
            found += [_Found(place, entry, value, uuid7(), kind is PICTURE) for entry in entries]
    if not found:
        return answers
    beyond = _note(questions, found, now=now)
    for one in found:
        if one.near.active and one.id not in beyond:
            mine = answers[one.question]
            mine.answer = True
            if one.text not in mine.found or one.near.distance < mine.found[one.text][1]:
                mine.found[one.text] = (one.near.entry, one.near.distance)
    return answers


def _note(questions: Sequence[BankQuestion], found: Sequence[_Found], *, now: datetime) -> set[UUID]:
    """Keep and count what is new; returns those of `found` that lie beyond their entry's limit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "now": now,
                "ids": [one.id for one in found],
                "entries": [one.near.entry for one in found],
                "owners": [questions[one.question].owner[:300] for one in found],
                "texts": [one.text[:_SHOWN].replace("\0", "\ufffd") for one in found],
                "digests": [one.digest for one in found],
                "distances": [one.near.distance for one in found],
                "counted": [one.near.active for one in found],
            },
        )
        kept = {row[0] for row in cursor.fetchall()}
        new = [one for one in found if one.id in kept]
        if new:
            times = sorted(Tally(one.near.entry for one in new).items())
            cursor.execute(_ADD, [[entry for entry, _ in times], [n for _, n in times], now])
    if not new:
        return set()
    places = count(submissions=[[(MATCHES, _key(one))] for one in new], now=now)
    asked = [(one, place[MATCHES, _key(one)]) for one, place in zip(new, places, strict=True)]
    hours = rates([RateQuestion(MATCHES, _key(one), HOUR, now, place) for one, place in asked])
    many = [(one, place, hour) for (one, place), hour in zip(asked, hours, strict=True) if hour > one.near.flood_limit]
    weeks = rates([RateQuestion(MATCHES, _key(one), _WEEK, now, place) for one, place, _ in many])
    beyond: set[UUID] = set()
    stopped: set[UUID] = set()
    for (one, _, hour), week in zip(many, weeks, strict=True):
        if not floods(hour=hour, week=week, limit=one.near.flood_limit):
            continue
        beyond.add(one.id)
        if one.near.active and one.near.entry not in stopped:
            stopped.add(one.near.entry)
            with suppress(NotStopped):  # somebody else's match was the one too many
                quarantine(entry_id=one.near.entry, hour=hour, now=now)
    if beyond:
        BankMatch.objects.filter(id__in=beyond).update(counted=False)
    return beyond


def _key(one: _Found) -> str:
    return key_of_entry(one.near.entry)
