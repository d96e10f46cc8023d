"""What a trigger does, step by step, each by the verb of who owns it. A step that is refused says why; the others are done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.people.rules import Allowance
from trustdesk.macros import queries as macros
from trustdesk.macros.queries import Step
from trustdesk.post import queries as post
from trustdesk.support import actions as support
from trustdesk.support import queries as cases
from trustdesk.triggers import queries
from trustdesk.triggers.models import Version
from trustdesk.triggers.rules import MOST_LETTERS, OWN_STEPS, Doing, asked_of, field_of

_RIGHTS = ("support.read", "support.write", "support.answer", "macros.use")
REACHED = {"mail", "form", "chat", "api"}


@dataclass(frozen=True)
class Done:
    """What came of one step. `how`: done, already, refused."""

    do: str
    how: str
    why: str = ""
    letters: int = 0


def machine(version: Version) -> Actor:
    """Who acts: the version by its name. It may what it needs on cases and nothing else."""
    told = f"trigger/{'-'.join(version.name[:36].split())}/{version.number}"
    allowances = frozenset(Allowance(right) for right in _RIGHTS)
    return Actor(kind="rule", id=told, name=version.name, handle="TrustDesk", allowances=allowances)


def do(step: Doing, *, version: Version, case_id: UUID, now: datetime) -> Done:
    """Do one step; what refuses changes nothing."""
    try:
        with transaction.atomic():
            letters = _do(step, version=version, actor=machine(version), case_id=case_id, now=now)
    except support.AlreadySo:
        return Done(step.do, "already")
    except Refusal as refusal:
        said = "; ".join(dict.fromkeys([refusal.message, *refusal.fields.values()]))
        return Done(step.do, "refused", said[:300])
    return Done(step.do, "done", letters=letters)


def _do(step: Doing, *, version: Version, actor: Actor, case_id: UUID, now: datetime) -> int:
    """Returns how many letters it sent."""
    if step.do not in OWN_STEPS:
        support.take_steps(actor=actor, case_id=case_id, steps=[Step(step.do, step.value)], now=now)
    elif step.do == "set_field" and (told := field_of(step.value)):
        support.sort(actor=actor, case_id=case_id, fields={told[0]: told[1]}, now=now)
    elif step.do == "queue":
        support.set_queue(actor=actor, case_id=case_id, queue=step.value, now=now)
    elif step.do == "reply":
        return _send(actor, case_id, UUID(step.value), now)
    elif step.do == "macro":
        macro = macros.one(actor, UUID(step.value))
        if macro.archived_at is not None:
            raise Invalid("This macro is put away.")
        sent = _send(actor, case_id, macro.id, now) if macro.sends else 0
        support.take_steps(actor=actor, case_id=case_id, steps=macro.steps, now=now)
        return sent
    elif step.do == "ask_team" and (asked := asked_of(step.value)):
        _ask(asked, version=version, case_id=case_id, now=now)
    return 0


def _send(actor: Actor, case_id: UUID, macro_id: UUID, now: datetime) -> int:
    """A letter that a machine writes: never to a machine, nor more often than MOST_LETTERS a day to one address."""
    case = cases.by_id(case_id)
    if case is None or case.channel not in REACHED or (case.channel in {"mail", "form"} and not case.address):
        raise Invalid("There is no way to write to who asked.")
    came = cases.newest_from(case_id)
    if came is not None and (came.automatic or (came.raw is not None and post.is_quiet(came.raw))):
        raise Invalid("A machine wrote the last message, or asks that no machine answers.")
    others = {case_id, *(one.id for one in cases.taking_part(case.address))}
    if queries.letters_lately(others, now=now) >= MOST_LETTERS:
        raise Invalid("Triggers wrote to this address five times within a day.")
    support.send_macro(actor=actor, case_id=case_id, macro_id=macro_id, now=now)
    return 1


def _ask(asked: tuple[str, str, str], *, version: Version, case_id: UUID, now: datetime) -> None:
    """Asked in the name of who has the case in hand, else of who put the trigger in force: a team answers people."""
    case = cases.by_id(case_id)
    label = version.put_by.removeprefix("staff:")
    holder = case.holder if case and case.holder else UUID(label) if version.put_by.startswith("staff:") else None
    person = Staff.objects.filter(id=holder, is_active=True).first() if holder else None
    if person is None:
        raise Invalid("There is nobody in whose name a team can be asked.")
    team, severity, question = asked
    told = _("Asked by the trigger “%(name)s”.") % {"name": version.name}
    support.escalate(
        actor=actor_for(person),
        case_id=case_id,
        team=team,
        severity=severity,
        reason=question,
        facts=told,
        link=reverse("support:show", args=[case_id]),
        now=now,
    )
