"""Cases by what somebody typed (asking.py): conditions, and the place in a conversation that answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Count, OuterRef, Q, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate
from django.db.models.lookups import LessThan
from django.utils import timezone

from trustdesk.engine.folding import Origin, fold
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work.models import WorkItem
from trustdesk.knowledge import queries as knowledge
from trustdesk.support import rules
from trustdesk.support.asking import WORDS, Asked, Term, Unclear, day_of, read
from trustdesk.support.models import Case, Participant

_MESSAGES, _CHARACTERS = 12, 4_000  # looked at for the place that answers, of each case
_BEFORE, _AFTER = 50, 110
_EVERYWHERE, _PUBLIC = "", "ABC"  # weights (models.CaseWords)


@dataclass(frozen=True)
class Place:
    """A few words around what was asked: (text, is it what was asked). `note`: colleagues wrote it."""

    parts: tuple[tuple[str, bool], ...]
    note: bool


@dataclass(frozen=True)
class Sought:
    """`tsquery` holds the words that all must fit ("" for none), `which` everything else."""

    tsquery: str = ""
    which: Q = field(default_factory=Q)
    needles: tuple[str, ...] = ()  # folded, " word " or " wor" for what begins so


def reads_notes(actor: Actor) -> bool:
    """Notes are for people of the desk; a platform never finds a case by one."""
    return actor.kind in {"staff", "system"}


def sought(asked: Asked, *, actor: Actor, now: datetime) -> Sought:
    """At most one query, for the stems of the words."""
    terms = [term for group in asked.groups for term in group]
    single = {
        words[0]
        for term in terms
        if _is_words(term) and not term.exact and len(words := knowledge.words_of(term.value)) == 1
    }
    stems = knowledge.stems_anywhere(single)
    notes = reads_notes(actor)
    queries: list[str] = []
    which = Q()
    for group in asked.groups:
        texts = [_tsquery(term, stems, notes=notes) for term in group if _is_words(term)]
        if all(map(_is_words, group)):
            queries += [f"({' | '.join(found)})"] if (found := [text for text in texts if text]) else []
            continue
        any_of = Q()
        for term in group:
            if _is_words(term):
                if text := _tsquery(term, stems, notes=notes):
                    any_of |= with_words(text)
            else:
                one = _condition(term, actor=actor, now=now)
                any_of |= ~one if term.without else one
        which &= any_of
    return Sought(
        tsquery=" & ".join(queries),
        which=which,
        needles=tuple(dict.fromkeys(one for term in terms if not term.without for one in _needles(term, stems))),
    )


def opened_by_day(
    text: str, *, since: date, until: date, without: Iterable[UUID] = (), now: datetime
) -> dict[date, int]:
    """How many cases that fit what somebody typed were opened on each of these days (of UTC), both included, and are none of
    `without`. For who counts, whatever the reader may see: no case is told. Raises Unclear."""
    found = sought(read(text), actor=SYSTEM, now=now)
    rows = Case.objects.filter(
        found.which,
        merged_into=None,
        opened_at__gte=datetime.combine(since, time.min, tzinfo=UTC),
        opened_at__lt=datetime.combine(until + timedelta(days=1), time.min, tzinfo=UTC),
    ).exclude(id__in=list(without))
    if found.tsquery:
        rows = rows.filter(with_words_at_once(found.tsquery))
    counted = rows.annotate(day=TruncDate("opened_at", tzinfo=UTC)).values_list("day").annotate(n=Count("id"))
    return dict(counted.order_by())


def unclear(text: str) -> str:
    """Why what somebody typed cannot be read; "" when it can."""
    try:
        read(text)
    except Unclear as said:
        return said.message
    return ""


def with_words(tsquery: str) -> Q:
    return Q(id__in=RawSQL("SELECT case_id FROM support_casewords WHERE words @@ %s::tsquery", [tsquery]))


def said_in_it(tsquery: str) -> Q:
    """As `with_words`, but each case is looked at as it comes: for words that many of them have."""
    return Q(
        RawSQL(
            "coalesce((SELECT w.words @@ %s::tsquery FROM support_casewords w WHERE w.case_id = support_case.id), false)",
            [tsquery],
            output_field=BooleanField(),
        )
    )


def with_words_at_once(tsquery: str) -> Q:
    """As `with_words`, but all of them are looked up first, by their index: for words that are rare."""
    return Q(
        id__in=RawSQL(
            "WITH found AS MATERIALIZED (SELECT case_id FROM support_casewords WHERE words @@ %s::tsquery) "
            "SELECT case_id FROM found",
            [tsquery],
        )
    )


def places(ids: Sequence[UUID], needles: Sequence[str], *, notes: bool) -> dict[UUID, Place]:
    """Where the newest messages of each case answer; one query for a page of cases."""
    if not ids or not needles:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.case_id, m.direction = 'note', left(m.text, %s) FROM unnest(%s::uuid[]) AS c(id) CROSS JOIN LATERAL "
            "(SELECT case_id, no, direction, text FROM support_message WHERE case_id = c.id "
            "AND (%s OR direction <> 'note') ORDER BY no DESC LIMIT %s) AS m ORDER BY m.case_id, m.no DESC",
            [_CHARACTERS, list(ids), notes, _MESSAGES],
        )
        found: dict[UUID, Place] = {}
        for case_id, note, text in cursor.fetchall():
            if case_id not in found and (parts := excerpt(text, needles)):
                found[case_id] = Place(parts, note)
    return found


def excerpt(text: str, needles: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """The words around the first that was asked for, parted into what was asked and what was not; () when none is."""
    text = " ".join(text.split())
    first = _spans(text, needles)
    if not first:
        return ()
    start, end = max(0, first[0][0] - _BEFORE), first[0][1] + _AFTER
    if start:
        start = text.find(" ", start, first[0][0]) + 1 or start
    cut = text[start:end]
    parts: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = 0
    for low, high in _spans(cut, needles):
        if low > at:
            parts.append((cut[at:low], False))
        if high > at:
            parts.append((cut[max(low, at) : high], True))
            at = high
    parts.append((cut[at:] + (" …" if end < len(text) else ""), False))
    return tuple(part for part in parts if part[0])


def _spans(text: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    folded, origin = fold(text), Origin(text)
    found: list[tuple[int, int]] = []
    for needle in needles:
        begins = re.escape(needle.rstrip(" ")) + (r"(?= )" if needle.endswith(" ") else r"[^ ]*")
        found += (origin.span(hit.start() + 1, hit.end()) for hit in re.finditer(begins, folded))
    return sorted(found)


def _is_words(term: Term) -> bool:
    return not term.name or term.name in WORDS or (term.name == "from" and "@" not in term.value)


def _tsquery(term: Term, stems: Mapping[str, list[str]], *, notes: bool) -> str:
    """ "" for what holds no word. What somebody typed is quoted, so nothing of it is an operator."""
    words = knowledge.words_of(term.value)
    if not words:
        return ""
    part = "B" if term.name == "from" else WORDS.get(term.name, _EVERYWHERE if notes else _PUBLIC)
    if part == "D" and not notes:
        return "!'-' & '-'"  # nobody finds anything by it
    begins = not term.exact and term.value.endswith("*")

    def said(lexeme: str, *, begin: bool = False) -> str:
        marks = ("*" if begin else "") + part
        return knowledge.quoted(lexeme) + (f":{marks}" if marks else "")

    if len(words) == 1:
        ways = [said(words[0], begin=begins)]
        if not term.exact and not begins:
            ways += [said(stem) for stem in stems.get(words[0], ())]
        query = " | ".join(ways)
    else:
        query = " <-> ".join(said(word, begin=begins and at == len(words) - 1) for at, word in enumerate(words))
        # Pairs of marks are rare where single marks are not: the index is asked for them first.
        query = " & ".join([f"({query})", *(said(pair) for _, pair in knowledge.pairs_of(words))])
    return f"!({query})" if term.without else f"({query})"


def _needles(term: Term, stems: Mapping[str, list[str]]) -> Iterable[str]:
    if not _is_words(term) or not (words := knowledge.words_of(term.value)):
        return ()
    if len(words) > 1 or term.exact:
        return (f" {' '.join(words)} ",)
    if term.value.endswith("*"):
        return (f" {words[0]}",)
    # The shortest stem of the word itself marks its other forms; never less than four letters.
    roots = [stem.split("~", 1)[1] for stem in stems.get(words[0], ())]
    usual = [root for root in roots if words[0].startswith(root) and 4 <= len(root) >= len(words[0]) - 3]
    return (f" {min(usual, key=len)}",) if usual else (f" {words[0]} ",)


def _condition(term: Term, *, actor: Actor, now: datetime) -> Q:
    value = term.value
    me = UUID(actor.id) if actor.kind == "staff" else None
    match term.name:
        case "status" | "priority" | "category" | "channel" | "market" | "language":
            return Q(**{term.name: value})
        case "tag":
            return Q(tags__contains=[value.lower()])
        case "from":
            takes_part = Participant.objects.filter(address=rules.folded(value)).values("case_id")
            return Q(id__in=takes_part)
        case "queue":
            return Q(work__queue__code=value)
        case "number":
            return Q(number=int(value))
        case "opened":
            return _opened(value)
    return {
        "overdue": Q(ended_at=None) & _late(now),
        "waiting": Q(ended_at=None, waiting_since__isnull=False),
        "snoozed": Q(snoozed_until__isnull=False),
        "mine": in_hand_of(me),
        "unassigned": Q(ended_at=None, work__holder=None),
        "unended": Q(ended_at=None),
        "merged": Q(merged_into__isnull=False),
    }[value]


def in_hand_of(staff: UUID | None) -> Q:
    """Cases that go on and that this person has in hand, or that are kept for them."""
    in_hand = [WorkItem.State.CLAIMED, WorkItem.State.HELD]
    return Q(ended_at=None, work__state__in=in_hand, work__holder_id=staff, work__holder__isnull=False)


def _late(now: datetime) -> Q:
    """Due before now. Asked case by case, in the order of the list: how many are late, no statistics tell, and a join would
    read and sort them all for one page."""
    return Q(LessThan(Subquery(WorkItem.objects.filter(id=OuterRef("work_id")).values("due_at")), Value(now)))


def _opened(value: str) -> Q:
    sign, day = day_of(value)
    zone = timezone.get_current_timezone()
    start = datetime.combine(day, time.min, tzinfo=zone)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
    return {
        "=": Q(opened_at__gte=start, opened_at__lt=end),
        ">": Q(opened_at__gte=end),
        ">=": Q(opened_at__gte=start),
        "<": Q(opened_at__lt=start),
        "<=": Q(opened_at__lt=end),
    }[sign]
