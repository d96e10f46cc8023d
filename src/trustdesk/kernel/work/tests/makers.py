"""A desk to work at: queues, the cast with their skills, open work. Everything under fresh names."""

from datetime import datetime, timedelta
from uuid import UUID

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import Grant, Role, Skill, Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.people.rules import STARTING_ROLES
from trustdesk.kernel.work import actions
from trustdesk.kernel.work.models import Claim


def fresh(word: str) -> str:
    return f"{word}-{uuid7().hex[-10:]}"


def queue(now: datetime, *, code: str | None = None, right: str = "review.decide", **given) -> str:
    code = code or fresh("ads")
    actions.set_queue(actor=SYSTEM, code=code, name=code, right=right, now=now, **given)
    return code


def staff(
    name: str,
    now: datetime,
    *,
    role: str = "reviewer",
    languages: tuple[str, ...] = (),
    markets: tuple[str, ...] = (),
    certificates: tuple[str, ...] = (),
    in_markets: tuple[str, ...] = (),
    in_queues: tuple[str, ...] = (),
) -> Actor:
    """A member of staff with a role (in a scope) and skills; no password, so that making many is cheap."""
    person = Staff(email=f"{fresh(name.lower())}@example.com", name=name, handle=fresh(name[:12]), joined_at=now)
    person.set_unusable_password()
    person.save(force_insert=True)
    title, rights = STARTING_ROLES[role]
    found, _ = Role.objects.get_or_create(code=role, defaults={"name": title, "rights": list(rights)})
    Grant.objects.create(staff=person, role=found, markets=list(in_markets), queues=list(in_queues))
    skills = (("language", languages), ("market", markets), ("certificate", certificates))
    Skill.objects.bulk_create(
        Skill(staff=person, kind=kind, value=value) for kind, values in skills for value in values
    )
    return actor_for(person)


def work(queue: str, now: datetime, *, lane: int = 5, score: float = 1.0, minutes_ago: float = 0, **given) -> UUID:
    return actions.open_work(
        actor=SYSTEM,
        kind="review",
        queue=queue,
        lane=lane,
        score=score,
        now=now - timedelta(minutes=minutes_ago),
        **given,
    )


def claims_of(actor: Actor) -> list[Claim]:
    return list(Claim.objects.filter(staff_id=actor.id).order_by("id"))
