"""Asking about side conversations and departments."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.sides.models import Department, Side, SideWord


@dataclass(frozen=True)
class DepartmentView:
    code: str
    name: str
    address: str
    language: str


@dataclass(frozen=True)
class WordView:
    how: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class SideView:
    id: UUID
    case: UUID
    name: str
    address: str
    subject: str
    opened_at: datetime
    closed: bool
    words: tuple[WordView, ...]

    @property
    def answered(self) -> bool:
        return bool(self.words) and self.words[-1].how == "in"


def departments() -> list[DepartmentView]:
    """Whom the desk may write to, by name."""
    rows = Department.objects.filter(archived_at=None).order_by("name", "code")
    return [DepartmentView(row.code, row.name, row.address, row.language) for row in rows]


def of_case(case_id: UUID) -> list[SideView]:
    """The side conversations of a case, newest first, with their newest words; two queries for any number."""
    sides = list(Side.objects.filter(case_id=case_id).order_by("-id")[:50])
    words: dict[UUID, list[WordView]] = {side.id: [] for side in sides}
    for one in SideWord.objects.filter(side__in=sides).order_by("-id")[:500]:
        words[one.side_id].insert(0, WordView(one.how, one.text, one.by, one.at))
    return [
        SideView(
            id=side.id,
            case=side.case_id,
            name=side.name,
            address=side.address,
            subject=side.subject,
            opened_at=side.opened_at,
            closed=side.closed_at is not None,
            words=tuple(words[side.id]),
        )
        for side in sides
    ]


def case_of(side_id: UUID) -> UUID | None:
    return Side.objects.filter(id=side_id).values_list("case_id", flat=True).first()
