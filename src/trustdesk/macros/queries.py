"""What one may ask of macros."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum

from trustdesk.engine.folding import fold
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.macros.models import Macro, MacroVersion, Use
from trustdesk.macros.rules import STEPS, VARIABLES, Filled, Step, best_language, fill, wrong_step

__all__ = [
    "STEPS",
    "VARIABLES",
    "Filled",
    "Line",
    "MacroView",
    "Page",
    "Step",
    "VersionView",
    "best_language",
    "fill",
    "find",
    "lines_between",
    "listed",
    "one",
    "shared",
    "used_lately",
    "versions",
    "wrong_step",
]

PAGE = 50
_LATELY = timedelta(days=30)


@dataclass(frozen=True)
class VersionView:
    """A macro as it was at one time."""

    number: int
    name: str
    texts: Mapping[str, str]
    steps: tuple[Step, ...]
    sends: bool
    author: str
    at: datetime


@dataclass(frozen=True)
class MacroView:
    """A macro as it is in use. `owner`: who keeps it for themselves, None: all have it."""

    id: UUID
    name: str
    owner: UUID | None
    number: int
    texts: Mapping[str, str]
    steps: tuple[Step, ...]
    sends: bool
    uses: int
    archived_at: datetime | None
    changed_at: datetime

    @property
    def languages(self) -> list[str]:
        return sorted(self.texts)


@dataclass(frozen=True)
class Page:
    """Macros in the order of their names; `next` begins the page after it, None at the end."""

    rows: list[MacroView]
    next: tuple[str, UUID] | None


def one(actor: Actor, macro_id: UUID) -> MacroView:
    """A macro that this person may see. Raises NotFound."""
    row = _seen(actor).filter(id=macro_id).first()
    if row is None:
        raise NotFound("There is no such macro.")
    return _views([row])[0]


def find(actor: Actor, words: str, *, limit: int = 12, now: datetime) -> list[MacroView]:
    """Macros by words of their names and texts, every word somewhere: those with all of them in the name first, then what
    this person uses most in these thirty days, then what all use most. Three queries."""
    rows = _seen(actor).filter(archived_at=None)
    asked = fold(words).split()[:8]
    for word in asked:
        rows = rows.filter(haystack__contains=word)
    mine = {
        row["macro"]: row["n"]
        for row in Use.objects.filter(staff=_person(actor), day__gte=(now - _LATELY).date())
        .values("macro")
        .annotate(n=Sum("times"))
    }
    found = list(rows.order_by("-uses", "id")[:200])
    found += list(rows.filter(id__in=mine.keys() - {row.id for row in found}))
    found.sort(key=lambda row: (not _in_name(row.name, asked), -mine.get(row.id, 0), -row.uses, row.name))
    return _views(found[:limit])


def listed(actor: Actor, *, which: str, words: str = "", after: tuple[str, UUID] | None = None) -> Page:
    """A page of macros by name: `which` is "shared", "mine" or "archived" (of both). Two queries."""
    rows = _seen(actor).filter(archived_at__isnull=which != "archived")
    if which == "shared":
        rows = rows.filter(owner=None)
    elif which == "mine":
        rows = rows.filter(owner_id=_person(actor))
    for word in fold(words).split()[:8]:
        rows = rows.filter(haystack__contains=word)
    if after is not None:
        rows = rows.filter(Q(name__gt=after[0]) | Q(name=after[0], id__gt=after[1]))
    found = list(rows.order_by("name", "id")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(_views(found[:PAGE]), (last.name, last.id) if last else None)


def shared(*, limit: int = 500) -> list[MacroView]:
    """Those that all have, in use, by name: for who writes down what the desk does by itself. Two queries."""
    return _views(list(Macro.objects.filter(owner=None, archived_at=None).order_by("name", "id")[:limit]))


def versions(actor: Actor, macro_id: UUID) -> list[VersionView]:
    """Every version, the newest first. Raises NotFound."""
    one(actor, macro_id)
    return [_version(row) for row in MacroVersion.objects.filter(macro_id=macro_id).order_by("-number")]


def used_lately(macro_id: UUID, *, now: datetime) -> int:
    """Times it was used in these thirty days, by whomever."""
    rows = Use.objects.filter(macro_id=macro_id, day__gte=(now - _LATELY).date())
    return rows.aggregate(n=Sum("times"))["n"] or 0


@dataclass(frozen=True)
class Line:
    """One line of a diff; `sign` is +, - or a blank."""

    sign: str
    text: str


def lines_between(old: Sequence[str], new: Sequence[str]) -> list[Line]:
    """Line by line what changed."""
    return [Line(line[0], line[2:]) for line in difflib.ndiff(old, new) if line[0] in "+- "]


def _seen(actor: Actor) -> QuerySet[Macro]:
    """Shared ones and one's own. Raises Forbidden."""
    actor.require("macros.use")
    return Macro.objects.filter(Q(owner=None) | Q(owner_id=_person(actor)))


def _person(actor: Actor) -> UUID | None:
    return UUID(actor.id) if actor.kind == "staff" else None


def _in_name(name: str, asked: Sequence[str]) -> bool:
    told = fold(name)
    return all(word in told for word in asked)


def _views(rows: Sequence[Macro]) -> list[MacroView]:
    inuse = MacroVersion.objects.filter(macro_id__in=[row.id for row in rows], number=F("macro__number"))
    newest = {row.macro_id: _version(row) for row in inuse}
    return [
        MacroView(
            id=row.id,
            name=row.name,
            owner=row.owner_id,
            number=row.number,
            texts=newest[row.id].texts,
            steps=newest[row.id].steps,
            sends=newest[row.id].sends,
            uses=row.uses,
            archived_at=row.archived_at,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def _version(row: MacroVersion) -> VersionView:
    return VersionView(
        number=row.number,
        name=row.name,
        texts=row.texts,
        steps=tuple(Step(one["do"], one["value"]) for one in row.steps),
        sends=row.sends,
        author=row.author,
        at=row.at,
    )
