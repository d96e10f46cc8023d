"""What was chosen to be acted on: ticked rows, or all that match; what can be done with each, and what cannot and why."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.content.queries import ItemView
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.people.actor import Actor
from trustdesk.review import queries as reviews
from trustdesk.search import finding
from trustdesk.search.asking import Asked, ask

MOST_AT_ONCE = 5_000
DECIDE = ("approve", "remove", "limit", "hold")
ACTS = (*DECIDE, "reviews", "note")
_NAMED = 5


class ChosenChanged(Stale):
    """What matches is not what you looked at any more. Look again, then confirm."""

    code = "chosen_changed"


@dataclass(frozen=True)
class Not:
    """Items an action will not touch, with the reason in words; some of them by name."""

    why: str
    count: int
    named: tuple[ItemView, ...]


@dataclass(frozen=True)
class Chosen:
    """Items by id with the version that stands now. `digest` tells whether they are the same still."""

    asked: Asked
    which: str  # ticked | all
    members: tuple[tuple[UUID, int], ...]
    can: int
    nots: tuple[Not, ...]
    markets: tuple[tuple[str, int], ...]
    example: ItemView | None
    digest: str

    @property
    def total(self) -> int:
        return len(self.members)


def asked_in(query: str, *, actor: Actor, zone: str, upto: datetime | None = None) -> Asked:
    """The question an address holds. Raises Unclear."""
    return ask("items", dict(QueryDict(query[:4_000]).lists()), actor=actor, zone=zone, upto=upto)


def choose(
    *, actor: Actor, act: str, which: str, query: str, ticked: Sequence[str], zone: str, upto: datetime | None = None
) -> Chosen:
    """What an action would touch. `ticked`: `id:version` as the list showed them. Raises Invalid, Unclear."""
    if act not in ACTS:
        raise Invalid(_("There is no such action."))
    asked = asked_in(query, actor=actor, zone=zone, upto=upto)
    seen: dict[UUID, int] = {}
    if which == "all":
        person = finding.person_asked(asked, actor=actor)
        ids = finding.chosen(asked, person=person, most=MOST_AT_ONCE)
        if len(ids) > MOST_AT_ONCE:
            raise Invalid(_("More than %(n)s match. Narrow the search, or open a sweep.") % {"n": f"{MOST_AT_ONCE:,}"})
    else:
        seen = _ticked(ticked)
        ids = [one for one in seen if one in finding.among(asked, list(seen))]
    found = content.items(ids)
    if not found:
        raise Invalid(_("Tick at least one item."))
    items = [found[one] for one in ids if one in found]
    members = tuple((item.id, seen.get(item.id) or item.version) for item in items)
    nots = _nots(act, items, actor=actor, seen=seen)
    refused = {item for _why, group in nots for item in group}
    can = [item for item in items if item.id not in refused]
    return Chosen(
        asked=asked,
        which=which,
        members=members,
        can=len(can),
        nots=tuple(Not(why, len(group), tuple(found[one] for one in group[:_NAMED])) for why, group in nots if group),
        markets=tuple(Counter(item.market for item in items).most_common()),
        example=next(iter(can), None),
        digest=digest_of(members),
    )


def same(chosen: Chosen, digest: str) -> Chosen:
    """Raises ChosenChanged when other items, or other versions of them, would be touched than were looked at."""
    if chosen.digest != digest:
        raise ChosenChanged
    return chosen


def digest_of(members: Iterable[tuple[UUID, int]]) -> str:
    """SHA-256, hex, over ids and versions, in any order."""
    return hashlib.sha256("".join(sorted(f"{item}:{no};" for item, no in members)).encode()).hexdigest()


def _ticked(told: Sequence[str]) -> dict[UUID, int]:
    found: dict[UUID, int] = {}
    for one in told[:MOST_AT_ONCE]:
        item, _sign, version = one.partition(":")
        try:
            found[UUID(item)] = int(version[:9])
        except ValueError:
            raise Invalid(_("Tick items of the list.")) from None
    return found


def _nots(act: str, items: Sequence[ItemView], *, actor: Actor, seen: dict[UUID, int]) -> list[tuple[str, list[UUID]]]:
    """Reasons with the items they keep out, each item once. What is found out later is told item by item."""
    right = "review.decide" if act in DECIDE else "work.manage" if act == "reviews" else "notes.write"
    open_ones = reviews.open_of([item.id for item in items]) if act in (*DECIDE, "reviews") else {}
    changed: list[UUID] = []
    withdrawn: list[UUID] = []
    elsewhere: list[UUID] = []
    in_hands: list[UUID] = []
    under: list[UUID] = []
    for item in items:
        holder = open_ones.get(item.id)
        if not actor.may(right, market=item.market):
            elsewhere.append(item.id)
        elif act != "note" and item.withdrawn_at is not None and act != "approve":
            withdrawn.append(item.id)
        elif act == "reviews" and holder is not None:
            under.append(item.id)
        elif act in DECIDE and seen.get(item.id, item.version) != item.version:
            changed.append(item.id)
        elif act in DECIDE and holder is not None and holder not in {"", actor.id}:
            in_hands.append(item.id)
    return [
        (_("not in a market where you may do this"), elsewhere),
        (_("withdrawn by the author"), withdrawn),
        (_("changed by the author since you ticked it"), changed),
        (_("in the hands of somebody else"), in_hands),
        (_("waiting for a review already"), under),
    ]
