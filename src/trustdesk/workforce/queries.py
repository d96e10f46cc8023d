"""Asking about states: mine with its choices, a team's, a day's intervals, the reasons for being away."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.work.models import Claim
from trustdesk.workforce.loads import CapacityView, Load, capacities, limits_of, loads_of, wrap_up_after, wrap_up_of
from trustdesk.workforce.models import AuxCode, Interval, Presence
from trustdesk.workforce.rules import AVAILABLE, OFFLINE, WRAP_UP

__all__ = [
    "CapacityView",
    "Load",
    "capacities",
    "limits_of",
    "loads_of",
    "wrap_up_after",
    "wrap_up_of",
]


@dataclass(frozen=True)
class AuxCodeView:
    """A reason for being away."""

    id: UUID
    code: str
    labels: dict[str, str]
    paid: bool
    productive: bool
    longest_minutes: int | None
    needs_note: bool
    place: int
    retired: bool

    def label(self, language: str) -> str:
        return label_of(self.labels, language, self.code)


@dataclass(frozen=True)
class StateView:
    """Where a person stands. `number` 0: they never said, and count as available. `since` is None then."""

    staff: UUID
    state: str
    reason: str = ""
    labels: dict[str, str] | None = None
    longest_minutes: int | None = None
    since: datetime | None = None
    number: int = 0
    asked: str = ""
    asked_reason: str = ""
    asked_labels: dict[str, str] | None = None
    until: datetime | None = None  # a wrap-up that ends by itself

    @property
    def dealt_to(self) -> bool:
        """Is new work dealt to them?"""
        return self.state == AVAILABLE and not self.asked

    def label(self, language: str) -> str:
        """The reason in words; "" for a state that is its own word."""
        return label_of(self.labels, language, self.reason) if self.labels else ""

    def asked_label(self, language: str) -> str:
        return label_of(self.asked_labels, language, self.asked_reason) if self.asked_labels else ""

    def over(self, now: datetime) -> timedelta | None:
        """By how much the stay is longer than its reason says; None when it is not."""
        if self.since is None or self.longest_minutes is None:
            return None
        over = now - self.since - timedelta(minutes=self.longest_minutes)
        return over if over > timedelta(0) else None


@dataclass(frozen=True)
class IntervalView:
    """One stay in one state; `ended_at` None: it runs."""

    number: int
    state: str
    reason: str
    labels: dict[str, str] | None
    paid: bool
    productive: bool
    note: str
    began_at: datetime
    ended_at: datetime | None

    def label(self, language: str) -> str:
        return label_of(self.labels, language, self.reason) if self.labels else ""

    def lasted(self, now: datetime) -> timedelta:
        return (self.ended_at or now) - self.began_at


@dataclass(frozen=True)
class Mine:
    """One's own state and what one may choose from."""

    state: StateView
    codes: tuple[AuxCodeView, ...]


def label_of(labels: dict[str, str], language: str, code: str) -> str:
    return labels.get(language) or labels.get("en") or code


# One statement, because every whole page asks it: the reasons in use, and where the person stands.
_MINE = """
SELECT (SELECT json_agg(json_build_array(c.id, c.code, c.labels, c.paid, c.productive, c.longest_minutes, c.needs_note,
            c.place, false) ORDER BY c.place, c.code)::text FROM workforce_auxcode c WHERE c.retired_at IS NULL),
       p.state, coalesce(a.code, ''), a.labels::text, a.longest_minutes, p.since, p.number,
       p.asked_state, coalesce(b.code, ''), b.labels::text, p.until
FROM (SELECT %s::uuid AS id) AS s LEFT JOIN workforce_presence p ON p.staff_id = s.id
LEFT JOIN workforce_auxcode a ON a.id = p.aux_id LEFT JOIN workforce_auxcode b ON b.id = p.asked_aux_id
"""


def mine(staff_id: UUID) -> Mine:
    """One's own state and the reasons in use, in the order of the menu. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MINE, [staff_id])
        codes, state, reason, labels, longest, since, number, asked, asked_reason, asked_labels, until = (
            cursor.fetchone()
        )
    return Mine(
        state=StateView(
            staff=staff_id,
            state=state or AVAILABLE,
            reason=reason,
            labels=json.loads(labels) if labels else None,
            longest_minutes=longest,
            since=since if number else None,
            number=number or 0,
            asked=asked or "",
            asked_reason=asked_reason,
            asked_labels=json.loads(asked_labels) if asked_labels else None,
            until=until,
        ),
        codes=tuple(AuxCodeView(UUID(row[0]), *row[1:]) for row in json.loads(codes or "[]")),
    )


def states_of(staff_ids: Iterable[UUID]) -> dict[UUID, StateView]:
    """Where these people stand; who never said counts as available. One query for any number."""
    found = {staff_id: StateView(staff=staff_id, state=AVAILABLE) for staff_id in staff_ids}
    for row in Presence.objects.filter(staff_id__in=list(found)).select_related("aux", "asked_aux"):
        found[row.staff_id] = view(row)
    return found


def view(row: Presence) -> StateView:
    """A row (with its reasons selected) as others see it."""
    return StateView(
        staff=row.staff_id,
        state=row.state,
        reason=row.aux.code if row.aux else "",
        labels=row.aux.labels if row.aux else None,
        longest_minutes=row.aux.longest_minutes if row.aux else None,
        since=row.since if row.number else None,
        number=row.number,
        asked=row.asked_state,
        asked_reason=row.asked_aux.code if row.asked_aux else "",
        asked_labels=row.asked_aux.labels if row.asked_aux else None,
        until=row.until,
    )


def intervals_of(staff_id: UUID, *, since: datetime, until: datetime | None = None) -> list[IntervalView]:
    """The stays of a person that touch this time, in order. One query."""
    rows = Interval.objects.filter(Q(ended_at=None) | Q(ended_at__gt=since), presence__staff_id=staff_id)
    if until is not None:
        rows = rows.filter(began_at__lt=until)
    return [
        IntervalView(
            number=row.number,
            state=row.state,
            reason=row.aux.code if row.aux else "",
            labels=row.aux.labels if row.aux else None,
            paid=row.aux.paid if row.aux else row.state != OFFLINE,
            productive=row.aux.productive if row.aux else row.state in {AVAILABLE, WRAP_UP},
            note=row.note,
            began_at=row.began_at,
            ended_at=row.ended_at,
        )
        for row in rows.select_related("aux").order_by("number")
    ]


def aux_codes(*, retired: bool = True) -> list[AuxCodeView]:
    """The reasons for being away, in the order of the menu, the retired last."""
    rows: Any = AuxCode.objects.order_by("retired_at", "place", "code")
    if not retired:
        rows = rows.filter(retired_at=None)
    return sorted(
        (
            AuxCodeView(
                id=row.id,
                code=row.code,
                labels=row.labels,
                paid=row.paid,
                productive=row.productive,
                longest_minutes=row.longest_minutes,
                needs_note=row.needs_note,
                place=row.place,
                retired=row.retired_at is not None,
            )
            for row in rows
        ),
        key=lambda code: (code.retired, code.place, code.code),
    )


def aux_code(code: str) -> AuxCodeView:
    """One reason. Raises NotFound."""
    for found in aux_codes():
        if found.code == code:
            return found
    raise NotFound("There is no such reason for being away.")


def in_hand(staff_id: UUID) -> bool:
    """Is an item before this person, begun and not finished? What was only dealt ahead is not."""
    held = Claim.objects.filter(work__holder_id=staff_id, work__state="claimed", ended_at=None, ahead=False)
    return held.exists()
