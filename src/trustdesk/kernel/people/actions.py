"""Changing people: staff, roles, skills, keys, and the ground a pack brings (markets, sources)."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.facts import (
    GroundLoaded,
    KeyMade,
    KeyRevoked,
    RoleBroughtUp,
    RoleGiven,
    RoleLeftAsItIs,
    RoleTaken,
    SkillsSet,
    StaffChanged,
    StaffJoined,
    StaffLeft,
)
from trustdesk.kernel.people.models import ApiKey, Grant, Market, Membership, Role, Skill, Source, Staff, Team
from trustdesk.kernel.people.rules import SCOPES, STARTING_ROLES, hash_secret, newly_born

_HANDLE_WORDS = (
    "Amber",
    "Birch",
    "Cedar",
    "Delta",
    "Ember",
    "Fjord",
    "Grove",
    "Heath",
    "Iris",
    "Juniper",
    "Kelp",
    "Lark",
)


class EmailTaken(Invalid):
    """Someone with this e-mail address is already on the desk."""

    code, status = "email_taken", 409


class NameTaken(Invalid):
    """A key with this name is already in use."""

    code, status = "name_taken", 409


class LastAdministrator(Forbidden):
    """The desk needs at least one administrator."""

    code, status = "last_administrator", 409


@dataclass(frozen=True)
class MadeKey:
    """A new API key; `secret` is shown once and kept nowhere."""

    id: UUID
    name: str
    secret: str


@action(right="people.manage")
def add_staff(
    *,
    actor: Actor,
    email: str,
    name: str,
    password: str | None,
    now: datetime,
    handle: str | None = None,
    language: str = "en",
    time_zone: str = "UTC",
    roles: Sequence[str] = (),
    languages: Sequence[str] = (),
    markets: Sequence[str] = (),
) -> UUID:
    """Add a person with roles and skills; without a password they cannot sign in until one is set.

    Raises Invalid (fields email, name, password, roles, time_zone), EmailTaken.
    """
    fields: dict[str, str] = {}
    email = email.strip().lower()  # addresses are pasted, with spaces
    try:
        validate_email(email)
    except ValidationError:
        fields["email"] = "Give an e-mail address like name@example.com."
    if not name.strip() or len(name) > 120 or "\0" in name:
        fields["name"] = "Give a name of at most 120 characters."
    if password is not None:
        try:
            validate_password(password)
        except ValidationError as error:
            fields["password"] = " ".join(error.messages)
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        fields["time_zone"] = gettext("There is no time zone “%(zone)s”.") % {"zone": time_zone}
    known = set(Role.objects.filter(code__in=roles).values_list("code", flat=True))
    if missing := sorted(set(roles) - known):
        fields["roles"] = gettext("There is no role “%(role)s”.") % {"role": missing[0]}
    if fields:
        raise Invalid("The person could not be added.", fields=fields)
    staff = Staff(
        email=email,
        name=name.strip(),
        handle=handle or _new_handle(),
        language=language,
        time_zone=time_zone,
        joined_at=now,
    )
    staff.set_password(password)
    while True:
        try:
            with transaction.atomic():
                staff.save(force_insert=True)
            break
        except IntegrityError as error:
            if Staff.objects.filter(email__iexact=email).exists():
                raise EmailTaken(fields={"email": EmailTaken.__doc__ or ""}) from error
            if handle or not Staff.objects.filter(handle=staff.handle).exists():
                raise Invalid("This handle is taken.", fields={"handle": "Choose another one."}) from error
            staff.handle = _new_handle()  # a made handle that someone has already: make another
    record(StaffJoined(staff=staff.id, name=staff.name, email=staff.email, handle=staff.handle), actor=actor, at=now)
    for role in roles:
        give_role(actor=actor, staff_id=staff.id, role=role, now=now)
    if languages or markets:
        set_skills(actor=actor, staff_id=staff.id, languages=languages, markets=markets, now=now)
    return staff.id


@action(right="people.manage")
def give_role(
    *,
    actor: Actor,
    staff_id: UUID,
    role: str,
    now: datetime,
    markets: Sequence[str] = (),
    queues: Sequence[str] = (),
) -> None:
    """Give a role, everywhere or in the named markets and queues; given again, the scope is replaced."""
    staff = _staff(staff_id)
    found = Role.objects.filter(code=role).first()
    if found is None:
        raise Invalid(
            gettext("There is no role “%(role)s”.") % {"role": role},
            fields={"role": gettext("There is no role “%(role)s”.") % {"role": role}},
        )
    Grant.objects.update_or_create(staff=staff, role=found, defaults={"markets": list(markets), "queues": list(queues)})
    scope = ", ".join([*markets, *queues]) or "everywhere"
    record(RoleGiven(staff=staff.id, role=role, scope=scope), actor=actor, at=now)


@action(right="people.manage")
def take_role(*, actor: Actor, staff_id: UUID, role: str, now: datetime) -> None:
    """Take a role away. Raises NotFound, LastAdministrator."""
    if role == "admin":
        _keep_an_administrator(staff_id)
    deleted, _ = Grant.objects.filter(staff_id=staff_id, role__code=role).delete()
    if not deleted:
        raise NotFound("This person does not have that role.")
    record(RoleTaken(staff=staff_id, role=role), actor=actor, at=now)


@action(right="people.manage")
def set_skills(
    *,
    actor: Actor,
    staff_id: UUID,
    now: datetime,
    languages: Sequence[str] = (),
    markets: Sequence[str] = (),
    certificates: Sequence[str] = (),
) -> None:
    """Say what a person can do; replaces what was said before. Raises NotFound, Invalid (skills)."""
    staff = _staff(staff_id)
    if wrong := [value for value in (*languages, *markets, *certificates) if not value or len(value) > 40]:
        raise Invalid(
            "A skill is a short code.", fields={"skills": gettext("“%(word)s” is none.") % {"word": wrong[0][:60]}}
        )
    wanted = {
        *((Skill.Kind.LANGUAGE, value) for value in languages),
        *((Skill.Kind.MARKET, value) for value in markets),
        *((Skill.Kind.CERTIFICATE, value) for value in certificates),
    }
    Skill.objects.filter(staff=staff).delete()
    Skill.objects.bulk_create(Skill(staff=staff, kind=kind, value=value) for kind, value in sorted(wanted))
    told = ", ".join(f"{kind} {value}" for kind, value in sorted(wanted)) or "none"
    record(SkillsSet(staff=staff.id, skills=told), actor=actor, at=now)


@action(right="people.manage")
def close_sign_in(*, actor: Actor, staff_id: UUID, now: datetime) -> None:
    """End a person's sign-in; their history stays. Raises NotFound, LastAdministrator."""
    _keep_an_administrator(staff_id)
    if not Staff.objects.filter(id=staff_id, is_active=True).update(is_active=False):
        raise NotFound("There is nobody here with an open sign-in.")
    record(StaffLeft(staff=staff_id), actor=actor, at=now)


@action(right="-")
def set_language(*, actor: Actor, staff_id: UUID, language: str, now: datetime) -> None:
    """A person chooses the language of their own pages. Raises Forbidden, Invalid (language)."""
    if actor.id != str(staff_id):
        raise Forbidden("Everyone chooses their own language.")
    if language not in dict(settings.LANGUAGES):
        raise Invalid("The desk does not speak this language.", fields={"language": "Choose one of the list."})
    Staff.objects.filter(id=staff_id).update(language=language)
    record(StaffChanged(staff=staff_id, what="language"), actor=actor, at=now)


@action(right="keys.manage")
def make_key(
    *,
    actor: Actor,
    name: str,
    scopes: Sequence[str],
    now: datetime,
    source: str | None = None,
    expires_at: datetime | None = None,
    per_minute: int = 6000,
) -> MadeKey:
    """Make an API key. The secret is returned here and never again. Raises Invalid (name, scopes, source), NameTaken."""
    fields: dict[str, str] = {}
    if not name.strip() or len(name) > 80 or "\0" in name:
        fields["name"] = "Give a name of at most 80 characters."
    if unknown := [scope for scope in scopes if scope not in SCOPES]:
        fields["scopes"] = gettext("There is no scope “%(scope)s”. There are: %(scopes)s.") % {
            "scope": unknown[0],
            "scopes": ", ".join(sorted(SCOPES)),
        }
    elif not scopes:
        fields["scopes"] = "Give at least one scope."
    sources = Source.objects.filter(code=source) if source else Source.objects.order_by("code")
    found = sources.first()
    if source and found is None:
        fields["source"] = gettext("There is no source “%(source)s”.") % {"source": source}
    if expires_at is not None and expires_at <= now:
        fields["expires_at"] = "Must lie in the future."
    if fields:
        raise Invalid("The key could not be made.", fields=fields)
    secret = "tdk_" + secrets.token_urlsafe(32)
    key = ApiKey(
        name=name.strip(),
        prefix=secret[:12],
        hash=hash_secret(secret),
        source=found,
        scopes=list(dict.fromkeys(scopes)),
        per_minute=per_minute,
        made_at=now,
        made_by=actor.label,
        expires_at=expires_at,
    )
    try:
        with transaction.atomic():
            key.save(force_insert=True)
    except IntegrityError as error:
        raise NameTaken(fields={"name": NameTaken.__doc__ or ""}) from error
    record(KeyMade(key=key.id, name=key.name, scopes=", ".join(key.scopes)), actor=actor, at=now)
    return MadeKey(id=key.id, name=key.name, secret=secret)


@action(right="keys.manage")
def revoke_key(*, actor: Actor, key_id: UUID, now: datetime) -> None:
    """Revoke a key at once. Raises NotFound."""
    key = ApiKey.objects.filter(id=key_id, revoked_at=None).first()
    if key is None or not ApiKey.objects.filter(id=key_id, revoked_at=None).update(revoked_at=now):
        raise NotFound("There is no such key in use.")
    record(KeyRevoked(key=key.id, name=key.name), actor=actor, at=now)


@action(right="people.manage")
def load_ground(
    *,
    actor: Actor,
    pack: str,
    markets: Iterable[Mapping[str, Any]],
    sources: Iterable[Mapping[str, Any]],
    now: datetime,
) -> None:
    """Write a pack's markets and sources, and the starting roles where the desk has none of that name yet."""
    market_codes, source_codes = [], []
    for market in markets:
        Market.objects.update_or_create(
            code=market["code"],
            defaults={
                "name": market["name"],
                "time_zone": str(ZoneInfo(market["time_zone"])),
                "currency": market["currency"],
                "languages": list(market["languages"]),
                "legal_regime": market.get("legal_regime", ""),
            },
        )
        market_codes.append(market["code"])
    for source in sources:
        Source.objects.update_or_create(
            code=source["code"],
            defaults={
                "name": source["name"],
                "kinds": list(source.get("kinds", [])),
                "public_url": source.get("public_url", ""),
                "letter_sender": source.get("letter_sender", ""),
            },
        )
        source_codes.append(source["code"])
    for code, (name, rights) in STARTING_ROLES.items():
        Role.objects.get_or_create(code=code, defaults={"name": name, "rights": list(rights), "shipped": list(rights)})
    record(
        GroundLoaded(pack=pack, markets=", ".join(market_codes), sources=", ".join(source_codes)), actor=actor, at=now
    )


def bring_roles_up(*, now: datetime) -> list[str]:
    """Give the starting roles of an older desk the rights that were born since, and make those it does not have; told in the
    ledger, and returned in words. A role that was changed by hand is left as it is and that is told, once. Called at
    each start; nothing happens on a desk that is up to date, or has no roles yet."""
    said = []
    with transaction.atomic():
        here = {
            row.code: row for row in Role.objects.select_for_update().filter(code__in=STARTING_ROLES).order_by("code")
        }
        for code, (name, ships) in STARTING_ROLES.items() if here else ():
            row = here.get(code) or Role(code=code, name=name, rights=[])
            born, by_hand = newly_born(row.rights, shipped=row.shipped, ships=ships)
            if born:
                said.append(_bring_up(actor=SYSTEM, role=row, born=born, by_hand=by_hand, now=now))
            elif row.shipped is None:
                Role.objects.filter(id=row.id).update(shipped=list(ships))
    return said


@action(right="-")
def _bring_up(*, actor: Actor, role: Role, born: Sequence[str], by_hand: bool, now: datetime) -> str:
    named = ", ".join(born)
    if by_hand:
        role.shipped = [*(role.shipped or role.rights), *born]  # told once
        record(RoleLeftAsItIs(role=role.code, rights=named), actor=actor, at=now)
        told = f"The role {role.name} was changed on this desk and has not got what is new: {named}."
    else:
        role.rights = [*role.rights, *born]
        role.shipped = list(role.rights)
        record(RoleBroughtUp(role=role.code, rights=named), actor=actor, at=now)
        told = f"The role {role.name} may do what is new: {named}."
    role.save()
    return told


@action(right="people.manage")
def set_team(*, actor: Actor, staff_id: UUID, team: str, name: str, now: datetime, partner: bool = False) -> None:
    """Put a person into a team, made when it is new."""
    staff = _staff(staff_id)
    found, _ = Team.objects.get_or_create(code=team, defaults={"name": name, "partner": partner})
    Membership.objects.get_or_create(team=found, staff=staff)
    record(StaffChanged(staff=staff.id, what=f"team {team}"), actor=actor, at=now)


def _new_handle() -> str:
    return f"{secrets.choice(_HANDLE_WORDS)}-{secrets.randbelow(9000) + 1000}"


def _staff(staff_id: UUID) -> Staff:
    staff = Staff.objects.filter(id=staff_id).first()
    if staff is None:
        raise NotFound("There is nobody here with this id.")
    return staff


def _keep_an_administrator(staff_id: UUID) -> None:
    # Locks the grants it counts, so that two administrators cannot remove each other at once.
    admins = list(
        Grant.objects.select_for_update()
        .filter(role__code="admin", staff__is_active=True)
        .values_list("staff_id", flat=True)
    )
    if admins == [staff_id]:
        raise LastAdministrator
