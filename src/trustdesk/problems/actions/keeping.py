"""Problems are begun, change, get cases and lose them."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.problems import queries, rules
from trustdesk.problems.facts import CasesLinked, CaseUnlinked, ProblemChanged, ProblemMade, ProblemMoved
from trustdesk.problems.models import Problem, ProblemCase, Unlike
from trustdesk.problems.refusals import NoSuchProblem, ProblemClosed
from trustdesk.support import queries as support
from trustdesk.support.actions import NoSuchCase


class AlreadyThere(Refusal):
    """These cases are linked already."""

    code, status = "already_linked", 409


@action(right="problems.write")
def begin(*, actor: Actor, title: str, cases: Iterable[UUID], now: datetime, words: str = "") -> UUID:
    """Begin a problem with these cases; without `words` others are looked for by those most of them have. Raises Invalid
    (title, words), NoSuchCase."""
    ids = _seen(cases, actor=actor)
    title, words = _line(title), _line(words) or queries.suggested_words(ids)
    wrong = _wrong(title, words)
    if wrong:
        raise Invalid("The problem could not be begun.", fields=wrong)
    row = Problem(id=uuid7(), number=_number(), title=title, words=words, made_at=now, changed_at=now)
    row.save(force_insert=True)
    record(ProblemMade(problem=row.id, number=row.number, title=title), actor=actor, at=now)
    if ids:
        _link(row, ids, actor=actor, now=now)
    return row.id


@action(right="problems.write")
def link(*, actor: Actor, problem_id: UUID, cases: Iterable[UUID], now: datetime) -> int:
    """Say that these cases have this cause; returns how many are new. Linked twice is linked once. Raises NoSuchProblem,
    NoSuchCase, ProblemClosed, AlreadyThere, Invalid."""
    row = held(problem_id)
    if row.state == "closed":
        raise ProblemClosed
    ids = _seen(cases, actor=actor)
    if not ids:
        raise Invalid("Choose cases first.")
    known = ProblemCase.objects.filter(problem=row).count()
    if known + len(ids) > rules.MOST_CASES:
        raise Invalid("A problem has at most 2,000 cases.")
    made = _link(row, ids, actor=actor, now=now)
    if not made:
        raise AlreadyThere
    touch(row, now=now)
    return made


@action(right="problems.write")
def unlink(*, actor: Actor, problem_id: UUID, case_id: UUID, now: datetime) -> None:
    """It was something else: the case is taken out, and suggested no more. Raises NoSuchProblem, NotFound."""
    row = held(problem_id)
    gone, _of = ProblemCase.objects.filter(problem=row, case_id=case_id).delete()
    if not gone:
        raise NotFound("This case is not linked to the problem.")
    Unlike.objects.get_or_create(problem=row, case_id=case_id)
    touch(row, now=now)
    record(CaseUnlinked(problem=row.id, number=row.number, case=case_id), actor=actor, at=now)


def unlike(*, actor: Actor, problem_id: UUID, cases: Iterable[UUID], now: datetime) -> None:  # noqa: ARG001
    """These are not alike: suggested no more. Not an action: it changes nothing that anyone would want told. Raises
    NoSuchProblem, NoSuchCase, Forbidden."""
    actor.require("problems.write")
    if queries.by_id(problem_id) is None:
        raise NoSuchProblem
    for case in _seen(cases, actor=actor):
        Unlike.objects.get_or_create(problem_id=problem_id, case_id=case)


@action(right="problems.write")
def change(*, actor: Actor, problem_id: UUID, version: int, now: datetime, **told: Any) -> None:
    """What is known of it: title, cause, fix, words, share, days. Raises NoSuchProblem, Stale, Invalid."""
    row = held(problem_id)
    if row.version != version:
        raise Stale
    given = {
        "title": _line(told["title"]),
        "cause": _text(told["cause"]),
        "fix": _text(told["fix"]),
        "words": _line(told["words"]),
        "share": told["share"],
        "days": told["days"],
    }
    wrong = _wrong(given["title"], given["words"])
    for name in ("cause", "fix"):
        if len(given[name]) > rules.LONGEST_TEXT:
            wrong[name] = "At most 4,000 characters."
    if not 0 <= given["share"] <= 100:
        wrong["share"] = "0 to 100 per cent."
    if not 1 <= given["days"] <= rules.MOST_DAYS:
        wrong["days"] = "1 to 60 days."
    if wrong:
        raise Invalid("The problem could not be changed.", fields=wrong)
    news = {name: value for name, value in given.items() if getattr(row, name) != value}
    if not news:
        raise Invalid("Nothing was changed.")
    touch(row, now=now, **news)
    values = json.dumps(news, ensure_ascii=False)
    record(ProblemChanged(problem=row.id, number=row.number, changed=sorted(news), values=values), actor=actor, at=now)


@action(right="problems.write")
def set_state(
    *, actor: Actor, problem_id: UUID, state: str, seen: str, now: datetime, fixed_at: datetime | None = None
) -> None:
    """How far it is. `seen`: the state it had when this was asked for. Fixed without a time is fixed now. Raises NoSuchProblem,
    Stale (somebody else moved it), Invalid (state, fixed_at)."""
    row = held(problem_id)
    if state not in rules.STATES:
        raise Invalid("Choose a state.", fields={"state": "Choose a state."})
    if fixed_at is not None and fixed_at > now:
        raise Invalid("The problem could not be moved.", fields={"fixed_at": "That lies in the future."})
    if row.state != seen:
        raise Stale("Somebody else moved the problem meanwhile. Look again.")
    news: dict[str, Any] = {"state": state, "quiet_since": None}
    if state == "fixed":
        news["fixed_at"] = fixed_at or now
    elif state == "watching":
        news["fixed_at"] = fixed_at or row.fixed_at or now
    elif state in {"open", "known"}:
        news["fixed_at"] = None
    if row.state == state and news.get("fixed_at", row.fixed_at) == row.fixed_at:
        raise Invalid("It is so already.")
    before = row.state
    touch(row, now=now, **news)
    record(ProblemMoved(problem=row.id, number=row.number, before=before, state=state), actor=actor, at=now)


def follow_merge(*, case_id: UUID, into: UUID, now: datetime) -> None:
    """A case was merged: its successor has its problems."""
    for problem_id in list(ProblemCase.objects.filter(case_id=case_id).values_list("problem_id", flat=True)):
        if not ProblemCase.objects.filter(problem_id=problem_id, case_id=into).exists():
            _follow(actor=SYSTEM, problem_id=problem_id, into=into, now=now)


@action(right="-")
def _follow(*, actor: Actor, problem_id: UUID, into: UUID, now: datetime) -> None:
    row = held(problem_id)
    _link(row, [into], actor=actor, now=now)
    touch(row, now=now)


def held(problem_id: UUID) -> Problem:
    """The problem, held until the transaction ends. Raises NoSuchProblem."""
    row = Problem.objects.select_for_update().filter(id=problem_id).first()
    if row is None:
        raise NoSuchProblem
    return row


def touch(row: Problem, *, now: datetime, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    Problem.objects.filter(id=row.id).update(**changes, changed_at=now, version=F("version") + 1)


def _link(row: Problem, ids: list[UUID], *, actor: Actor, now: datetime) -> int:
    known = set(ProblemCase.objects.filter(problem=row, case_id__in=ids).values_list("case_id", flat=True))
    news = [case for case in support.views_of(ids).values() if case.id not in known]
    ProblemCase.objects.bulk_create(
        [ProblemCase(problem=row, case_id=case.id, opened_at=case.opened_at, by=actor.label, at=now) for case in news]
    )
    Unlike.objects.filter(problem=row, case_id__in=[case.id for case in news]).delete()
    cases = [case.id for case in news]
    record(CasesLinked(problem=row.id, number=row.number, cases=cases, count=len(cases)), actor=actor, at=now)
    return len(news)


def _seen(cases: Iterable[UUID], *, actor: Actor) -> list[UUID]:
    """These cases, of merged ones their successors. Raises NoSuchCase when one may not be seen, Invalid when too many."""
    ids = list(dict.fromkeys(cases))
    if len(ids) > rules.MOST_CASES:
        raise Invalid("A problem has at most 2,000 cases.")
    found = support.views_of(ids)
    if any(one not in found or not support.may_see(found[one], actor=actor) for one in ids):
        raise NoSuchCase
    return list(dict.fromkeys(found[one].merged_into or one for one in ids))


def _wrong(title: str, words: str) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not title:
        wrong["title"] = "Say what is wrong, in a few words."
    elif len(title) > rules.LONGEST_TITLE:
        wrong["title"] = "At most 160 characters."
    if len(words) > rules.LONGEST_WORDS:
        wrong["words"] = "At most 200 characters."
    elif words and (unclear := support.unclear(words)):
        wrong["words"] = unclear
    return wrong


def _line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:1_000]


def _text(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('problems_number')")
        return int(cursor.fetchone()[0])
