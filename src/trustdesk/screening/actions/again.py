"""A final verdict looked at again, because more is known of its item: its media were looked into, a bank has grown.

What is known later only ever adds: a worse outcome takes the place of the verdict, a better one never does, and what a
person has decided about the version stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy import queries as policy
from trustdesk.screening.actions.deciding import Screened
from trustdesk.screening.actions.settling import Overtaken, finish, judge, judged_by_person, place_of
from trustdesk.screening.hits import stored_hits
from trustdesk.screening.models import Verdict
from trustdesk.screening.rules import RANK, after_patience


def try_again(*, verdict_id: UUID, now: datetime, only_review: bool = False) -> str:
    """`judge_again`, where being overtaken is an answer and not an error."""
    try:
        return judge_again(verdict_id=verdict_id, now=now, only_review=only_review)
    except Overtaken:
        return "overtaken"


def judge_again(*, verdict_id: UUID, now: datetime, only_review: bool = False) -> str:
    """Judge a final verdict's version with what is known by now; returns `worse` (a new verdict stands), `same`, or the
    state of a verdict that is not to be judged.

    `only_review`: what it would now be rejected, held or limited for goes to a person instead, who sees why. Raises
    Overtaken.
    """
    row = Verdict.objects.filter(id=verdict_id, state="final").first()
    if row is None:
        return "overtaken"
    if judged_by_person(row, now=now):
        return "final"
    ruleset = policy.live_plan()
    one = judge(row, ruleset=ruleset, now=now)
    if only_review:
        one = _asking(one)
    outcome, _ = after_patience(one.judgement.outcome, [rest.to_json() for rest in one.judgement.undecided])
    worse = RANK[outcome] > RANK[row.outcome]
    more = outcome == row.outcome == "review" and bool(_rules(one.hits) - _rules(row.hits))
    if not worse and not more:
        return "same"
    finish(verdict=row, given=one, place=place_of(row), ruleset=ruleset, now=now, actor=SYSTEM)
    return "worse"


def _asking(one: Screened) -> Screened:
    """The same with every rule that hits asking for a person: none acts by itself on what was let pass before."""
    ruled = policy.brake(one.judgement, {(hit.policy, hit.rule) for hit in one.judgement.hits})
    return replace(one, judgement=ruled.verdict, hits=stored_hits(ruled, one.prepared, one.texts))


def _rules(hits: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    return {(str(hit["policy"]), str(hit["rule"])) for hit in hits}
