"""A version is tried on the past: what it would have done, without doing anything. In batches, which a lost worker loses one of."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from trustdesk.engine import Plan
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.macros.queries import MacroView
from trustdesk.support import queries as support
from trustdesk.support.queries import CaseView
from trustdesk.triggers.actions.checking import shared_macros
from trustdesk.triggers.actions.doing import REACHED
from trustdesk.triggers.facts import TrialAsked, TrialEnded
from trustdesk.triggers.models import Trial, Trigger, Version
from trustdesk.triggers.rules import DAY, HOUR, MOST_DAYS, MOST_SHOWN
from trustdesk.triggers.snapshots import Moment, Stay, later, story
from trustdesk.triggers.vocabulary import holds, ready

TRY_JOB = "triggers.try"
BATCH = 50
MOST_FACTS = 50_000  # of one batch of cases
_OPEN = [Trial.State.WAITING, Trial.State.RUNNING]


class TrialOver(Refusal):
    """This trial is over already."""

    code, status = "trial_over", 409


@action(right="triggers.manage")
def try_on_past(*, actor: Actor, trigger_id: UUID, days: int, now: datetime) -> UUID:
    """Try the newest version on the last days; a job does it. Raises NotFound, Invalid (days; one runs already)."""
    if not 1 <= days <= MOST_DAYS:
        said = "Whole days, from 1 to 30."
        raise Invalid("Whole days, from 1 to 30.", fields={"days": said})
    trigger = Trigger.objects.filter(id=trigger_id).first()
    if trigger is None:
        raise NotFound("There is no such trigger.")
    row = Trial(
        trigger=trigger,
        number=trigger.number,
        days=days,
        state=Trial.State.WAITING,
        cases=support.count_changed_since(now - days * DAY),
        asked_by=actor.label,
        at=now,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Invalid("It is being tried already. Cancel that first, or wait.") from None
    told = TrialAsked(trigger=trigger.id, trial=row.id, number=row.number, name=trigger.name, days=days)
    record(told, actor=actor, at=now)
    app.configure_task(TRY_JOB, queue="rehearsal").defer(trial=str(row.id))
    return row.id


@action(right="triggers.manage")
def cancel(*, actor: Actor, trial_id: UUID, now: datetime) -> None:
    """Stop a trial. Raises NotFound, TrialOver."""
    row = Trial.objects.filter(id=trial_id).select_related("trigger").first()
    if row is None:
        raise NotFound("There is no such trial.")
    _end(row, "cancelled", actor=actor, now=now)


def go_on(*, trial_id: UUID, now: datetime) -> bool:
    """Look at the next cases of a trial; False once it is over. Called by the job until then."""
    Trial.objects.filter(id=trial_id, state=Trial.State.WAITING).update(state=Trial.State.RUNNING)
    row = Trial.objects.filter(id=trial_id, state=Trial.State.RUNNING).select_related("trigger").first()
    if row is None:
        return False
    version = Version.objects.get(trigger_id=row.trigger_id, number=row.number)
    since = row.at - row.days * DAY
    cases = support.changed_since(since, after=row.after, limit=BATCH)
    found = _looked_at(version, cases, since=since, until=row.at)
    if cases:
        steps = Counter(row.by_step)
        kept_macros = shared_macros()
        rows = list(row.rows)
        for case, moments in found:
            row.times += len(moments)
            row.touched += 1
            row.letters += len(moments) * _letters(version, case, kept_macros)
            for step in version.steps:
                steps[step["do"]] += len(moments)
            if len(rows) < MOST_SHOWN:
                told = {"case": str(case.id), "number": case.number, "at": moments[0].isoformat()}
                rows.append(told | {"times": len(moments)})
        kept = Trial.objects.filter(id=row.id, state=Trial.State.RUNNING, after=row.after).update(
            done=min(row.cases, row.done + len(cases)),
            after=cases[-1].id,
            times=row.times,
            touched=row.touched,
            letters=row.letters,
            by_step=dict(steps),
            rows=rows,
        )
        if not kept:
            return False  # cancelled, or another worker has it
    if len(cases) == BATCH:
        return True
    with suppress(TrialOver):
        finish(actor=SYSTEM, trial_id=row.id, how="done", now=now)
    return False


@action(right="-")
def finish(*, actor: Actor, trial_id: UUID, how: str, now: datetime, error: str = "") -> None:
    """Raises TrialOver."""
    row = Trial.objects.select_related("trigger").get(id=trial_id)
    _end(row, how, actor=actor, now=now, error=error)


def _end(row: Trial, how: str, *, actor: Actor, now: datetime, error: str = "") -> None:
    changes: dict[str, Any] = {"state": how, "ended_at": now, "error": error[:300]}
    if how == "done":
        changes["done"] = row.cases
    if not Trial.objects.filter(id=row.id, state__in=_OPEN).update(**changes):
        raise TrialOver
    record(TrialEnded(trigger=row.trigger_id, trial=row.id, name=row.trigger.name, how=how), actor=actor, at=now)


def _looked_at(
    version: Version, cases: list[CaseView], *, since: datetime, until: datetime
) -> list[tuple[CaseView, list[datetime]]]:
    """For each case on which it would have acted, when."""
    if not cases:
        return []
    plan = ready(version.condition)
    by_subject: dict[str, list[ledger.FactView]] = {}
    subjects: list[str | UUID] = [one for case in cases for one in (case.id, case.work)]
    for fact in ledger.of_subjects(subjects, limit=MOST_FACTS):
        if fact.at <= until:
            by_subject.setdefault(fact.subject, []).append(fact)
    said = support.said_in([case.id for case in cases], notes=False)
    found = []
    for case in cases:
        facts = by_subject.get(str(case.id), []) + by_subject.get(str(case.work), [])
        facts.sort(key=lambda fact: fact.id)
        others = len(support.earlier(case, actor=SYSTEM))
        moments, stays = story(case, facts, said.get(case.id, []), others=others, now=until)
        if version.event == "waited":
            times = [at for stay in stays if (at := _waited(plan, version, case, stay, since))]
        else:
            times = _held(plan, [one for one in moments if one.happened.event == version.event and one.at >= since])
        if times:
            found.append((case, times))
    return found


def _held(plan: Plan, moments: list[Moment]) -> list[datetime]:
    answers = holds(plan, [one.event for one in moments])
    return [one.at for one, yes in zip(moments, answers, strict=True) if yes]


def _waited(plan: Plan, version: Version, case: CaseView, stay: Stay, since: datetime) -> datetime | None:
    """When it would have acted in a time in which the case kept the status: the first hour at which the condition holds."""
    if stay.status != version.status:
        return None
    first = max(stay.since + timedelta(hours=version.hours), since)
    hours = int((stay.until - first) / HOUR) if first <= stay.until else -1
    times = [first + n * HOUR for n in range(min(hours, 24 * MOST_DAYS) + 1)]
    answers = holds(plan, [later(stay, case, at) for at in times])
    return next((at for at, yes in zip(times, answers, strict=True) if yes), None)


def _letters(version: Version, case: CaseView, kept: Mapping[str, MacroView]) -> int:
    """Letters each time it acts, where who asked can be written to."""
    if case.channel not in REACHED or (case.channel in {"mail", "form"} and not case.address):
        return 0
    sends = {value for value, macro in kept.items() if macro.sends and macro.texts}
    return sum(step["do"] == "reply" or (step["do"] == "macro" and step["value"] in sends) for step in version.steps)
