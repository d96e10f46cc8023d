"""Stored verdicts as events again, a thousand at a time: what a rehearsal judges. No objects of the ORM, three statements.

A version that was screened twice counts once, by its last verdict; those that still wait are left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from trustdesk.content import queries as content
from trustdesk.engine import MISSING, UNKNOWN, Evidence
from trustdesk.screening.pictures import Picture, words_of
from trustdesk.screening.rules import all_words, back_to_fields, item_values, joined_words


@dataclass(frozen=True)
class Span:
    """Stored verdicts in the order of their ids: after `after` (None: from the first) up to and with `until`."""

    after: UUID | None
    until: UUID
    items: int


@dataclass(slots=True)
class Past:
    """A stored verdict with the event it was given on. `whole`: everything known of the account then was kept (verdicts
    older than that kept only what their plan read). `signals`: the version of each signal that answered."""

    verdict: UUID
    item: UUID
    version: UUID
    version_no: int
    kind: str
    market: str
    outcome: str
    plan: str
    ruleset: str
    hits_json: str
    undecided_json: str
    event: dict[str, Any]
    answers: dict[str, Any]
    signals: dict[str, str]
    whole: bool
    fields: dict[str, Any]
    pictures: list[Picture]

    def places(self, evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
        """Evidence of a judgement on this event in the fields it stands in, without the words."""
        item = self.event["item"]
        seen = words_of(self.pictures)
        text, segments = all_words(item.get("title", ""), item.get("body", ""), self.fields, seen)
        return [
            {"field": span["field"], "start": span["start"], "end": span["end"]}
            for piece in evidence
            for span in back_to_fields(piece.to_json(), segments, text)
        ]

    @property
    def undecided(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = orjson.loads(self.undecided_json) if self.undecided_json != "[]" else []
        return found

    @property
    def hits(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = orjson.loads(self.hits_json) if self.hits_json != "[]" else []
        return found


_LAST = """
    v.decided_at IS NOT NULL AND (v.state = 'final' OR NOT EXISTS (
        SELECT FROM screening_verdict n WHERE n.version_id = v.version_id AND n.id > v.id AND n.decided_at IS NOT NULL))
"""
_COLUMNS = (
    "v.id, v.version_id, v.version_no, v.outcome, v.plan, v.ruleset, v.hits::text, v.undecided::text, v.inputs::text"
)
_PAGE = f"""
SELECT {_COLUMNS} FROM screening_verdict v
WHERE v.id > %s AND v.id <= %s AND v.made_at >= %s AND v.made_at < %s AND {_LAST}
ORDER BY v.id LIMIT %s
"""  # noqa: S608  our own text
_BY_ID = f"SELECT {_COLUMNS} FROM screening_verdict v WHERE v.id = ANY(%s) AND {_LAST} ORDER BY v.id"  # noqa: S608
_BORDERS = f"""
SELECT id, n FROM (
    SELECT v.id, row_number() OVER (ORDER BY v.id) AS n, count(*) OVER () AS all_of_them FROM screening_verdict v
    WHERE v.id >= %s AND v.made_at >= %s AND v.made_at < %s AND {_LAST}
) t WHERE n %% %s = 0 OR n = all_of_them ORDER BY n
"""  # noqa: S608
_NEWEST = f"""
SELECT {_COLUMNS} FROM screening_verdict v WHERE v.made_at >= %s AND {_LAST} ORDER BY v.id DESC LIMIT %s
"""  # noqa: S608


def spans(*, since: datetime, until: datetime, size: int) -> list[Span]:
    """The stored verdicts of a time, cut into spans of `size`; one statement, in memory only the borders."""
    with connection.cursor() as cursor:
        cursor.execute(_BORDERS, [_floor(since), since, until, size])
        borders = cursor.fetchall()
    found: list[Span] = []
    for border, number in borders:
        before = found[-1].until if found else None
        found.append(Span(before, border, number - size * len(found)))
    return found


def past(*, after: UUID | None, until: UUID, since: datetime, before: datetime, limit: int = 1_000) -> list[Past]:
    """The next stored verdicts of a span, made in the time from `since` to `before`."""
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, [after or _floor(since), until, since, before, limit])
        return _made(cursor.fetchall())


def past_of(verdict_ids: Iterable[UUID]) -> list[Past]:
    """These stored verdicts, as far as they are settled and the last of their version."""
    with connection.cursor() as cursor:
        cursor.execute(_BY_ID, [list(verdict_ids)])
        return _made(cursor.fetchall())


def newest_past(*, since: datetime, limit: int) -> list[Past]:
    """The newest stored verdicts made since then."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [since, limit])
        return _made(cursor.fetchall())


def _floor(since: datetime) -> UUID:
    """An id no later than any verdict made since then: ids begin with the time they were made at. A day is left for
    clocks that were set back."""
    millis = max(0, int(since.timestamp() * 1000) - 86_400_000)
    return UUID(int=millis << 80)


def _made(rows: Sequence[tuple[Any, ...]]) -> list[Past]:
    versions = content.past_versions([row[1] for row in rows])
    return [_one(row, versions[row[1]]) for row in rows]


def _one(row: tuple[Any, ...], version: content.PastVersion) -> Past:
    verdict, version_id, version_no, outcome, plan, ruleset, hits, undecided, inputs = row
    event: dict[str, Any] = {}
    account: Any = None
    answers: dict[str, Any] = {}
    signals: dict[str, str] = {}
    pictures: list[Picture] = []
    whole = False
    for name, value in orjson.loads(inputs).items():
        if value == _UNKNOWN:
            value = UNKNOWN
        if name.startswith("account"):
            if name == "account":
                account = value if value is UNKNOWN else (account or {})
            elif value is not None and account is not UNKNOWN:
                account = account or {}
                account[name[8:]] = value
                whole = whole or name == "account.id"
        elif "(" in name:
            answers[name] = MISSING if value is None else value
        elif name == "signals":
            signals = value
        elif name == "pictures":
            pictures = value
        elif name == "now":
            event["now"] = value
        # The amounts of the market are those of the plan that judges now; the item comes from its version.
    if account is not None:
        event["account"] = account
    event["item"] = item_values(
        owner=version.owner,
        kind=version.kind,
        market=version.market,
        language=version.language,
        url=version.url,
        title=version.title,
        body=version.body,
        text=joined_words(version.title, version.body, version.fields, words_of(pictures)),
        price=version.price,
        currency=version.currency,
        category=version.category,
        media=version.media,
        declared=version.fields,
        pictures=pictures,
    )
    return Past(
        verdict,
        version.item,
        version_id,
        version_no,
        version.kind,
        version.market,
        outcome,
        plan,
        ruleset,
        hits,
        undecided,
        event,
        answers,
        signals,
        whole,
        version.fields,
        pictures,
    )


_UNKNOWN = {"unknown": True}
