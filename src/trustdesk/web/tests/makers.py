"""Data for the toolbox's tests: keys and people with a role."""

from datetime import UTC, datetime
from uuid import uuid4

from trustdesk.kernel.people import actions
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Role, Staff
from trustdesk.kernel.people.rules import STARTING_ROLES

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def key(*scopes: str, per_minute: int = 6000) -> str:
    """The secret of a new key."""
    return actions.make_key(actor=SYSTEM, name=uuid4().hex, scopes=scopes, now=AT, per_minute=per_minute).secret


def staff(*roles: str, name: str = "Sari", language: str = "en") -> Staff:
    """A person who can sign in with the password “a calm password”."""
    for code, (title, rights) in STARTING_ROLES.items():
        Role.objects.get_or_create(code=code, defaults={"name": title, "rights": list(rights)})
    made = actions.add_staff(
        actor=SYSTEM,
        email=f"{uuid4().hex}@desk.example",
        name=name,
        password="a calm password",
        roles=roles,
        language=language,
        now=AT,
    )
    return Staff.objects.get(id=made)
