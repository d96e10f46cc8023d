"""What the pages of clusters and rings show, gathered in a bounded number of queries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Case, Value, When

from trustdesk.content import queries as content
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work
from trustdesk.review.drawing import Picture, draw
from trustdesk.review.highlight import word_changes
from trustdesk.review.models import Joint, JointMember, Review
from trustdesk.review.together import MOST_TOGETHER
from trustdesk.signals import queries as signals

MOST_IN_A_RING = 60
_EXCERPT = 240


@dataclass(frozen=True)
class Member:
    """An item in a cluster. `same`: word for word the text in the middle. `parts`: how it differs from that. `why_not`:
    why it cannot be decided with the others, "" when it can."""

    member: signals.MemberView
    item: content.ItemView
    account: str
    account_id: UUID | None
    same: bool
    parts: list[tuple[str, str]]
    holder: str
    why_not: str

    @property
    def percent(self) -> int:
        return round(self.member.similarity * 100)


@dataclass(frozen=True)
class Gathered:
    """A cluster with its members, the newest first. `lost`: members that were never stored, or are not shown."""

    cluster: signals.ClusterView
    centre: content.ItemView | None
    text: str
    members: list[Member]
    statuses: dict[str, int]
    lost: int


@dataclass(frozen=True)
class Use:
    """An account's use of a shared value. `item`: where it was first found."""

    account: str
    account_id: UUID | None
    item: UUID | None
    first_at: datetime
    times: int


@dataclass(frozen=True)
class Person:
    """An account in a ring; without an id where nothing of it was stored."""

    name: str
    id: UUID | None


@dataclass(frozen=True)
class Mark:
    """A value that accounts share, in words; `value` is "" for who may not see it."""

    kind: str
    value: str
    weight: float
    common: bool
    uses: tuple[Use, ...]
    cluster: UUID | None = None

    @property
    def others(self) -> int:
        return len(self.uses) - 1


@dataclass(frozen=True)
class RingView:
    accounts: tuple[Person, ...]
    marks: tuple[Mark, ...]
    common: tuple[Mark, ...]
    picture: Picture | None
    whole: bool


@dataclass(frozen=True)
class JointView:
    id: UUID
    cluster: UUID | None
    actor: str
    outcome: str
    clauses: list[dict[str, Any]]
    author_note: str
    excepted: int
    state: str
    made_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        return self.total - self.counts.get("waiting", 0)

    @property
    def open(self) -> bool:
        return self.state in {"running", "undoing"}

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 100


@dataclass(frozen=True)
class Told:
    """What became of one item of a joint decision."""

    item: content.ItemView
    version: int
    state: str
    code: str
    message: str


def gather(cluster: signals.ClusterView, *, actor: Actor, limit: int = MOST_TOGETHER) -> Gathered:
    """A cluster as its page shows it."""
    found = signals.members(cluster.id, limit=limit)
    items = content.items_named({cluster.centre, *(one.owner for one in found)})
    texts = content.texts_of(item.id for item in items.values())
    accounts = content.accounts({item.account for item in items.values()})
    holders = _holders([item.id for item in items.values()])
    centre = items.get(cluster.centre)
    text = texts.get(centre.id, "") if centre else ""
    members = []
    for one in found:
        item = items.get(one.owner)
        if item is None:
            continue
        mine, account = texts.get(item.id, ""), accounts.get(item.account)
        members.append(
            Member(
                member=one,
                item=item,
                account=(account.name or account.external_id) if account else "",
                account_id=account.id if account else None,
                same=mine == text,
                parts=_differs(text, mine) if text else [("same", mine)],
                holder=holders.get(item.id, ""),
                why_not=_why_not(item, actor),
            )
        )
    return Gathered(
        cluster=cluster,
        centre=centre,
        text=text,
        members=members,
        statuses=dict(Counter(one.item.status for one in members).most_common()),
        lost=cluster.members - len(members),
    )


def harm_of(items: Iterable[UUID]) -> tuple[str, int]:
    """What looking at these may do to a person: the heaviest harm of the work they are, with its weight; ("", 0) for none."""
    found = Review.objects.filter(item_id__in=list(items)).exclude(work__pool__harm="")
    return max(
        found.values_list("work__pool__harm", "work__pool__weight").distinct(), key=lambda one: one[1], default=("", 0)
    )


def ring(accounts: Sequence[str], *, reveal: bool, without: str = "") -> RingView:
    """Who these accounts are linked with, and by what. `without`: a kind of mark that says nothing here. `reveal`: show
    values; they are read again where they were found."""
    found = signals.ring_of(accounts, most=MOST_IN_A_RING)
    shared = [one for one in found.shared if one.kind != without]
    common = list(found.common)
    names = content.accounts_named(
        {use.account for one in (*shared, *common) for use in one.uses} | set(found.accounts)
    )
    items = content.items_named(use.owner for one in (*shared, *common) for use in one.uses[:20])
    values = _values([*shared, *common], items) if reveal else {}
    labels = {name: account.name or account.external_id for name, account in names.items()}
    picture = draw(
        found.accounts,
        [(f"{one.kind}-{n}", one.kind, one.weight, [use.account for use in one.uses]) for n, one in enumerate(shared)],
        labels=labels,
        first=accounts[0] if len(accounts) == 1 else "",
    )

    def use_of(use: signals.Use) -> Use:
        account, item = names.get(use.account), items.get(use.owner)
        return Use(
            account=labels.get(use.account, use.account.partition("/")[2]),
            account_id=account.id if account else None,
            item=item.id if item else None,
            first_at=use.first_at,
            times=use.times,
        )

    def mark_of(one: signals.Shared) -> Mark:
        return Mark(one.kind, values.get(one.digest, ""), one.weight, one.common, tuple(map(use_of, one.uses)))

    return RingView(
        accounts=tuple(
            Person(labels.get(name, name.partition("/")[2]), names[name].id if name in names else None)
            for name in found.accounts
        ),
        marks=tuple(mark_of(one) for one in shared),
        common=tuple(mark_of(one) for one in common),
        picture=picture,
        whole=found.whole,
    )


def excerpts(clusters: Iterable[signals.ClusterView]) -> dict[UUID, str]:
    """How the text in the middle of each begins; two queries for any number."""
    by_id = {cluster.id: cluster.centre for cluster in clusters}
    items = content.items_named(by_id.values())
    texts = content.texts_of(item.id for item in items.values())
    return {
        cluster: " ".join(texts.get(items[centre].id, "").split())[:_EXCERPT] if centre in items else ""
        for cluster, centre in by_id.items()
    }


def joint(joint_id: UUID) -> JointView | None:
    row = Joint.objects.filter(id=joint_id).first()
    return _joints([row])[0] if row else None


def joints_of(clusters: Iterable[UUID]) -> dict[UUID, list[JointView]]:
    """Joint decisions by cluster, newest first; two queries for any number."""
    rows = list(Joint.objects.filter(cluster__in=set(clusters)).order_by("-id")[:500])
    found: dict[UUID, list[JointView]] = {}
    for view in _joints(rows):
        if view.cluster is not None:
            found.setdefault(view.cluster, []).append(view)
    return found


def decided_clusters() -> set[UUID]:
    """Clusters of which some were decided together."""
    rows = Joint.objects.exclude(state=Joint.State.UNDONE).exclude(cluster=None)
    return {one for one in rows.values_list("cluster", flat=True).distinct()[:5_000] if one is not None}


def told(joint_id: UUID, *, most: int = MOST_TOGETHER) -> list[Told]:
    """What became of each item: what was not decided first, `most` of them."""
    order = {"refused": 0, "waiting": 1, "stopped": 2, "decided": 3, "undone": 4}
    turn = Case(*(When(state=state, then=Value(place)) for state, place in order.items()))
    rows = list(JointMember.objects.filter(joint_id=joint_id).order_by(turn, "id")[:most])
    items = content.items(row.item_id for row in rows)
    return [Told(items[row.item_id], row.version_no, row.state, row.code, row.message) for row in rows]


def open_hits(item_ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Hits of the open reviews of these items, each rule once, the most frequent first: what they may break."""
    tally: Counter[tuple[str, int, str]] = Counter()
    first: dict[tuple[str, int, str], dict[str, Any]] = {}
    for hits in Review.objects.filter(item_id__in=list(item_ids), state="open", golden=None).values_list(
        "hits", flat=True
    )[:500]:
        for hit in hits:
            key = (hit["policy"], hit["version"], hit.get("clause") or "")
            tally[key] += 1
            first.setdefault(key, hit)
    return [first[key] for key, _ in tally.most_common(4)]


def _joints(rows: Sequence[Joint]) -> list[JointView]:
    counts: dict[UUID, Counter[str]] = {row.id: Counter() for row in rows}
    for joint_id, state in JointMember.objects.filter(joint__in=list(counts)).values_list("joint", "state"):
        counts[joint_id][state] += 1
    return [
        JointView(
            id=row.id,
            cluster=row.cluster,
            actor=row.actor,
            outcome=row.outcome,
            clauses=row.clauses,
            author_note=row.author_note,
            excepted=row.excepted,
            state=row.state,
            made_at=row.made_at,
            ended_at=row.ended_at,
            counts=dict(counts[row.id]),
        )
        for row in rows
    ]


def _holders(item_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Who has the open review of an item in hand."""
    open_ones = dict(
        Review.objects.filter(item_id__in=item_ids, state="open", golden=None).values_list("work_id", "item_id")
    )
    places = work.views_of(open_ones)
    return {open_ones[one.id]: one.holder_name for one in places.values() if one.state == "claimed"}


def _why_not(item: content.ItemView, actor: Actor) -> str:
    if item.withdrawn_at is not None:
        return "withdrawn"
    return "" if actor.may("review.decide", market=item.market) else "market"


@lru_cache(maxsize=4_000)
def _differs(text: str, mine: str) -> list[tuple[str, str]]:
    return word_changes(text, mine)


def _values(shared: Sequence[signals.Shared], items: dict[str, content.ItemView]) -> dict[bytes, str]:
    """The values behind hashes, read again from the things and accounts they were first found in."""
    where = {one.digest: one.uses[0].owner for one in shared if one.kind not in {"text", "image"}}
    asked = {owner: items[owner] for owner in where.values() if owner in items}
    accounts = content.accounts({item.account for item in asked.values()})
    versions = content.texts_of(item.id for item in asked.values())
    found: dict[bytes, str] = {}
    for owner, item in asked.items():
        account = accounts.get(item.account)
        marks = signals.marks_in(
            versions.get(item.id, ""), regions=(item.market,), email=account.email if account else ""
        )
        for mark in marks:
            digest = signals.mark_digest(mark)
            if where.get(digest) == owner:
                found[digest] = mark.value
    return found
