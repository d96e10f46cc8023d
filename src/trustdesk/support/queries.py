"""What one may ask of cases. Views are frozen; whoever shows them asks for the actor's right before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from trustdesk.kernel.base import timesource
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.models import WorkItem
from trustdesk.support import asking, finding, links, past, rules
from trustdesk.support.drafting import files_of_drafts
from trustdesk.support.finding import Place, Sought, opened_by_day, unclear
from trustdesk.support.models import Case, Draft, FieldSpec, Link, Message, Participant, Present
from trustdesk.support.rules import UNDO_WINDOW, FieldRule
from trustdesk.support.views import Attachment, CaseView, LinkView, MessageView, message_view, view

__all__ = [
    "UNDO_WINDOW",
    "Attachment",
    "CaseView",
    "FieldView",
    "LinkView",
    "MessageView",
    "NoSuchLink",
    "Page",
    "Place",
    "Wanted",
    "case_of",
    "files_of_drafts",
    "opened_by_day",
    "path_of",
    "unclear",
    "url_of",
]
LIMIT = 30
MOST_COUNTED = 1_000
_NEAR = 3_000
changed_since, count_changed_since, newest_from = past.changed_since, past.count_changed_since, past.newest_from
came_back, wrong_fields = past.came_back, past.wrong_fields
# Signed addresses of cases.
path_of, url_of, case_of, NoSuchLink = links.path_of, links.url_of, links.case_of, links.NoSuchLink
HERE_FOR = timedelta(seconds=60)


@dataclass(frozen=True)
class FieldView:
    id: UUID
    rule: FieldRule
    archived_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """What to list; empty means any. `status` "unended" are all that go on; `mine` those the actor has in hand; `text` is
    what somebody typed to find cases (asking.read); one that names a status itself is not narrowed by `status`."""

    status: str = ""
    mine: bool = False
    priority: str = ""
    channel: str = ""
    category: str = ""
    tag: str = ""
    text: str = ""
    account: UUID | None = None
    source: UUID | None = None  # cases of accounts of one app or site


@dataclass(frozen=True)
class Page:
    rows: tuple[CaseView, ...]
    next: tuple[datetime, UUID] | None
    places: dict[UUID, Place] = field(default_factory=dict)  # what in a case was asked for


def by_id(case_id: UUID) -> CaseView | None:
    return next(iter(views_of([case_id]).values()), None)


def by_number(number: int) -> CaseView | None:
    row = _rows().filter(number=number).first() if 0 < number < 2**63 else None
    return view(row) if row else None


def views_of(ids: Iterable[UUID]) -> dict[UUID, CaseView]:
    """Cases by id; one query for any number."""
    return {row.id: view(row) for row in _rows().filter(id__in=set(ids))}


def older(*, before: UUID | None, limit: int) -> list[CaseView]:
    """Cases by when they were made, the newest first, those before this one: for who reads all of them."""
    rows = _rows() if before is None else _rows().filter(id__lt=before)
    return [view(row) for row in rows.order_by("-id")[:limit]]


def of_works(work_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The case of each work item that is one; one query for any number."""
    return dict(Case.objects.filter(work_id__in=set(work_ids)).values_list("work_id", "id"))


def taking_part(address: str, *, limit: int = 20) -> list[CaseView]:
    """The newest cases this address takes part in, newest first; what was merged is told by its successor. Two queries."""
    folded = rules.folded(address)
    if not folded:
        return []
    ids = Participant.objects.filter(address=folded).order_by("-case_id").values_list("case_id", flat=True)[:limit]
    found = views_of(ids)
    return sorted(found.values(), key=lambda case: case.number, reverse=True)


def takes_part(case_id: UUID, address: str) -> bool:
    """Does this address take part in the case, or in the one it was merged into?"""
    return Participant.objects.filter(case_id=successor_of(case_id), address=rules.folded(address) or "-").exists()


def by_external_id(external_id: str) -> list[UUID]:
    """The cases in which a message has this name in its channel; one query."""
    if not external_id:
        return []
    found = Message.objects.filter(external_id=external_id[:320]).order_by("-id")
    return list(dict.fromkeys(found.values_list("case_id", flat=True)[:20]))


def successor_of(case_id: UUID) -> UUID:
    """Where what is meant for this case goes: the case it was merged into, else itself."""
    return Case.objects.filter(id=case_id).values_list("merged_into", flat=True).first() or case_id


def queue_of(work_id: UUID) -> str:
    return WorkItem.objects.values_list("queue__code", flat=True).get(id=work_id)


def message(message_id: UUID) -> MessageView | None:
    row = _messages().filter(id=message_id).first()
    return message_view(row) if row else None


def conversation(case_id: UUID, *, limit: int = 200, before: int | None = None) -> list[MessageView]:
    """The newest messages and notes of a case, oldest first; one query."""
    rows = _messages().filter(case_id=case_id)
    if before is not None:
        rows = rows.filter(no__lt=before)
    return sorted((message_view(row) for row in rows.order_by("-no")[:limit]), key=lambda one: (one.at, one.no))


def public_messages(case_id: UUID, *, limit: int = 200) -> list[MessageView]:
    """What the requester may read, oldest first: what they wrote and what has left the desk. Never a note, never a reply
    that can still be undone."""
    rows = _messages().filter(Q(direction="in") | Q(direction="out", state="sent"), case_id=case_id)
    return sorted((message_view(row) for row in rows.order_by("-no")[:limit]), key=lambda one: (one.at, one.no))


def said_after(case_id: UUID, no: int, *, since: datetime, limit: int = 100) -> list[MessageView]:
    """What the requester may read and was said after the message of this number, in the order of numbers: for who is there,
    since a case that is live has no reply that waits. Nothing of before `since`."""
    rows = _messages().filter(
        Q(direction="in") | Q(direction="out", state="sent"), case_id=case_id, no__gt=no, at__gte=since
    )
    return [message_view(row) for row in rows.order_by("no")[:limit]]


def live_waiting() -> int:
    """How many cases there are whose requester is there and that nobody has in hand, counted up to a hundred."""
    rows = Case.objects.filter(live=True, ended_at=None).exclude(work__state=WorkItem.State.CLAIMED)
    return len(rows.values_list("id", flat=True)[:100])


def in_hand_of(staff_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many cases that go on each of these people has in hand; who has none is left out. One query."""
    rows = Case.objects.filter(work__holder_id__in=list(staff_ids), work__state=WorkItem.State.CLAIMED)
    return dict(rows.values_list("work__holder_id").annotate(n=Count("id")).order_by())


def links_of(case_id: UUID) -> list[LinkView]:
    return [
        LinkView(kind=row.kind, target=row.target, label=row.label, at=row.at)
        for row in Link.objects.filter(case_id=case_id).order_by("id")
    ]


def about(target: UUID, *, actor: Actor, limit: int = 10) -> list[CaseView]:
    """The cases linked to an item, a decision, an appeal; newest first."""
    ids = Link.objects.filter(target=target).order_by("-id").values_list("case_id", flat=True)[:limit]
    return [view(row) for row in _rows().filter(visible(actor), id__in=list(ids)).order_by("-id")]


def earlier(case: CaseView, *, actor: Actor, limit: int = 8) -> list[CaseView]:
    """Other cases of the same requester, newest first; one query."""
    same = Q()
    if case.account is not None:
        same |= Q(account_id=case.account)
    if case.address:
        same |= Q(address=case.address)
    if not same:
        return []
    rows = _rows().filter(visible(actor)).filter(same).filter(merged_into=None).exclude(id=case.id)
    return [view(row) for row in rows.order_by("-id")[:limit]]


def children_of(case_id: UUID, *, actor: Actor) -> list[CaseView]:
    return [view(row) for row in _rows().filter(visible(actor), parent_id=case_id).order_by("-id")[:50]]


def drafts_of(case_id: UUID, *, actor: Actor) -> dict[str, str]:
    """What the actor has begun to write here, by mode."""
    if actor.kind != "staff":
        return {}
    return dict(Draft.objects.filter(case_id=case_id, staff_id=UUID(actor.id)).values_list("mode", "text"))


def others_here(case_id: UUID, *, actor: Actor, now: datetime) -> list[tuple[str, bool]]:
    """Who else has this case on screen, and whether they write; who came first first. One query."""
    rows = Present.objects.filter(case_id=case_id, at__gte=now - HERE_FOR).order_by("id")
    if actor.kind == "staff":
        rows = rows.exclude(staff_id=UUID(actor.id))
    return list(rows.values_list("staff__name", "writes")[:10])


def fields(*, archived: bool = False) -> list[FieldView]:
    """The desk's own fields in their order; with `archived`, only those."""
    rows = FieldSpec.objects.filter(archived_at__isnull=not archived).order_by("place", "id")
    return [FieldView(id=row.id, rule=_rule(row), archived_at=row.archived_at) for row in rows]


def field_rules() -> list[FieldRule]:
    return [one.rule for one in fields()]


def listed(
    *,
    actor: Actor,
    wanted: Wanted,
    after: tuple[datetime, UUID] | None = None,
    limit: int = LIMIT,
    now: datetime | None = None,
) -> Page:
    """A page of cases, the newest change first, by key; two queries, with words at most six. Raises Unclear."""
    rows, found = _matching(actor, wanted, now)
    box = Case.objects.filter(_box(wanted))
    if after is not None:
        at, last = after
        behind = Q(changed_at__lte=at) & (Q(changed_at__lt=at) | Q(changed_at=at, id__lt=last))
        rows, box = rows.filter(behind), box.filter(behind)
    if found.tsquery:
        # Usual words fill the page among the cases that come first; only rare ones are looked up in all.
        edge = _edge(box, _NEAR)
        near = rows if edge is None else rows.filter(changed_at__gte=edge)
        ids = _first(near.filter(finding.said_in_it(found.tsquery)), limit + 1)
        if len(ids) <= limit and edge is not None:
            ids = _first(rows.filter(finding.with_words_at_once(found.tsquery)), limit + 1)
    else:
        ids = _first(rows, limit + 1)
    # What a row shows is joined to those of the page alone.
    known = {row.id: row for row in _rows().filter(id__in=ids[:limit])}
    shown = [known[one] for one in ids[:limit] if one in known]
    return Page(
        rows=tuple(view(row) for row in shown),
        next=(shown[-1].changed_at, shown[-1].id) if len(ids) > limit and shown else None,
        places=finding.places([row.id for row in shown], found.needles, notes=finding.reads_notes(actor)),
    )


def _first(rows: QuerySet[Case], limit: int) -> list[UUID]:
    return list(rows.order_by("-changed_at", "-id").values_list("id", flat=True)[:limit])


def _edge(box: QuerySet[Case], many: int) -> datetime | None:
    """When the last of so many that come first in a part of the inbox was changed; None: there are fewer."""
    return box.order_by("-changed_at", "-id").values_list("changed_at", flat=True)[many - 1 : many].first()


def count(*, actor: Actor, wanted: Wanted, now: datetime | None = None, most: int = MOST_COUNTED) -> int:
    """How many are like that, at most `most` + 1: then there are more than are counted. Raises Unclear."""
    rows, found = _matching(actor, wanted, now)
    rows = rows.select_related(None).order_by()
    if found.tsquery:
        edge = _edge(Case.objects.filter(_box(wanted)), 20 * MOST_COUNTED)
        near = (rows if edge is None else rows.filter(changed_at__gte=edge)).filter(finding.said_in_it(found.tsquery))
        counted = len(near.values_list("id")[: most + 1]) if edge is None or most <= MOST_COUNTED else 0
        if edge is None or counted > most:
            return counted
        rows = rows.filter(finding.with_words_at_once(found.tsquery))
    return len(rows.values_list("id")[: most + 1])


def batches(
    *, actor: Actor, wanted: Wanted, right: str, most: int, now: datetime, size: int = 500
) -> Iterator[list[CaseView]]:
    """Everything like that, the newest first, one query a batch; nothing is held between them. Raises Unclear."""
    rows, found = _matching(actor, wanted, now)
    rows = rows.filter(visible(actor, right)).order_by("-id")
    if found.tsquery:
        rows = rows.filter(finding.with_words_at_once(found.tsquery))
    last: UUID | None = None
    while most > 0:
        got = list((rows if last is None else rows.filter(id__lt=last))[: min(size, most)])
        if got:
            yield [view(row) for row in got]
        if len(got) < size:
            return
        last, most = got[-1].id, most - len(got)


def said_in(ids: Iterable[UUID], *, notes: bool, most: int = 200) -> dict[UUID, list[MessageView]]:
    """The newest messages of each case, oldest first, with notes or without; one query for any number of cases."""
    numbered = _messages().filter(case_id__in=list(ids)).exclude(state="sending")
    if not notes:
        numbered = numbered.exclude(direction="note")
    place = Window(RowNumber(), partition_by=[F("case_id")], order_by=F("no").desc())
    found: dict[UUID, list[MessageView]] = {}
    for row in numbered.annotate(place=place).filter(place__lte=most).order_by("case_id", "no"):
        found.setdefault(row.case_id, []).append(message_view(row))
    return found


def _matching(actor: Actor, wanted: Wanted, now: datetime | None) -> tuple[QuerySet[Case], Sought]:
    """What fits in all but the words."""
    asked = asking.read(wanted.text)
    found = finding.sought(asked, actor=actor, now=now or timesource.now())
    return _rows().filter(visible(actor)).filter(_which(actor, wanted, asked)).filter(found.which), found


def visible(actor: Actor, right: str = "support.read") -> Q:
    """The rows that lie in a scope of the actor's right: in its markets and queues."""
    if actor.kind == "system":
        return Q()
    scopes = Q(pk__in=[])
    for one in actor.allowances:
        if one.right != right:
            continue
        scope = Q()
        if one.markets:
            scope &= Q(market__in=[*one.markets, ""])
        if one.queues:
            scope &= Q(work__queue__code__in=list(one.queues))
        if not one.markets and not one.queues:
            return Q()
        scopes |= scope
    return scopes


def may_see(case: CaseView, *, actor: Actor, right: str = "support.read") -> bool:
    return actor.may(right, market=case.market or None, queue=case.queue)


def _box(wanted: Wanted) -> Q:
    """The part of the inbox in which all that is wanted lies, as an index keeps it in order."""
    asked = asking.read(wanted.text)
    said = [group[0] for group in asked.groups if len(group) == 1 and not group[0].without]
    status = next((one.value for one in said if one.name == "status"), "" if asked.statuses else wanted.status)
    if status in rules.STATUSES:
        return Q(status=status)
    unended = status in {"unended", "snoozed"} or any(one.name == "is" and one.value == "unended" for one in said)
    return Q(ended_at=None) if unended else Q()


def _which(actor: Actor, wanted: Wanted, asked: asking.Asked) -> Q:
    which = Q()
    if asked.statuses:
        pass
    elif wanted.status == "unended":
        which &= Q(ended_at=None)
    elif wanted.status == "snoozed":
        which &= Q(snoozed_until__isnull=False)
    elif wanted.status:
        which &= Q(status=wanted.status)
    if wanted.mine:
        which &= finding.in_hand_of(UUID(actor.id) if actor.kind == "staff" else None)
    for name in ("priority", "channel", "category"):
        if value := getattr(wanted, name):
            which &= Q(**{name: value})
    if wanted.tag:
        which &= Q(tags__contains=[wanted.tag])
    if wanted.account is not None:
        which &= Q(account_id=wanted.account)
    if wanted.source is not None:
        which &= Q(account__source_id=wanted.source)
    return which


def _rows() -> QuerySet[Case]:
    return Case.objects.select_related("work", "work__queue", "work__holder")


def _messages() -> QuerySet[Message]:
    return Message.objects.select_related("staff", "moved_from")


def _rule(row: FieldSpec) -> FieldRule:
    return FieldRule(
        code=row.code, name=row.name, kind=row.kind, choices=tuple(row.choices), required_at=tuple(row.required_at)
    )
