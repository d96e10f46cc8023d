"""What triage does when facts arrive."""

import json
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.ledger.reacting import Envelope, reacts_to
from trustdesk.support import queries as support
from trustdesk.support.facts import CaseMacroUsed, CaseOpened, CasePrioritySet, CaseResolved, CaseSorted
from trustdesk.triage import actions


@reacts_to(CaseOpened)
def plan(*, fact: CaseOpened, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001  reactors are called alike
    actions.plan(case_id=fact.case, now=now)


@reacts_to(CaseSorted)
def learn_sorted(*, fact: CaseSorted, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    staff = _staff(envelope)
    chosen = {name: str(value) for name, value in json.loads(fact.values or "{}").items() if isinstance(value, str)}
    if staff is not None and {"intent", "language"} & set(fact.changed):
        actions.learn(case_id=fact.case, chosen=chosen, staff=staff, now=envelope.at)


@reacts_to(CasePrioritySet)
def learn_priority(*, fact: CasePrioritySet, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    staff = _staff(envelope)
    if staff is not None:
        actions.learn(case_id=fact.case, chosen={"priority": fact.priority}, staff=staff, now=envelope.at)


@reacts_to(CaseResolved)
def note_queue(*, fact: CaseResolved, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    case = support.by_id(fact.case)
    if case is not None:
        actions.note_habit(case_id=fact.case, kind="queue", value=case.queue, now=envelope.at)


@reacts_to(CaseMacroUsed)
def note_macro(*, fact: CaseMacroUsed, envelope: Envelope, now: datetime) -> None:  # noqa: ARG001
    actions.note_habit(case_id=fact.case, kind="macro", value=str(fact.macro), now=envelope.at)


def _staff(envelope: Envelope) -> UUID | None:
    kind, _, name = envelope.actor.partition(":")
    return UUID(name) if kind == "staff" and name else None
