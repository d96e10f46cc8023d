"""Asking about people: who is this, what may they do, which market is that."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db import connection
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject
from django.utils.translation import gettext

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import ApiKey, Grant, Market, Membership, Role, Skill, Source, Staff, Team
from trustdesk.kernel.people.rules import RIGHTS, Allowance, hash_secret, rights_of_scopes


@dataclass(frozen=True)
class StaffView:
    """A member of staff, as the people page lists them."""

    id: UUID
    name: str
    email: str
    handle: str
    active: bool
    language: str
    time_zone: str
    roles: tuple[str, ...]
    languages: tuple[str, ...]
    markets: tuple[str, ...]
    certificates: tuple[str, ...]


@dataclass(frozen=True)
class MarketView:
    code: str
    name: str
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    legal_regime: str


@dataclass(frozen=True)
class SourceView:
    id: UUID
    code: str
    name: str
    kinds: tuple[str, ...]
    public_url: str
    letter_sender: str


@dataclass(frozen=True)
class KeyView:
    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    source: str
    made_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True)
class GrantView:
    """A role given to a person, with its scope (empty: everywhere) and the words of its rights."""

    role: str
    name: str
    markets: tuple[str, ...]
    queues: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class KeyHolder:
    """A verified key: the actor it acts as and its own limit (requests a minute)."""

    actor: Actor
    key_id: UUID
    per_minute: int


def actor_for(staff: Staff) -> Actor:
    """The actor a signed-in person is; one query, none for who was read `with_grants`."""
    granted: Iterable[Mapping[str, Any]] | None = getattr(staff, "granted", None)
    if granted is None:
        granted = Grant.objects.filter(staff=staff).values("markets", "queues", rights=F("role__rights"))
    allowances = frozenset(
        Allowance(right=right, markets=frozenset(grant["markets"]), queues=frozenset(grant["queues"]))
        for grant in granted
        for right in grant["rights"]
    )
    return Actor(
        kind="staff",
        id=str(staff.pk),
        name=staff.name,
        handle=staff.handle,
        allowances=allowances,
        language=staff.language,
    )


def with_grants(rows: QuerySet[Staff]) -> QuerySet[Staff]:
    """People read along with what they may do. For who is asked at once: it is what held when they were read."""
    grants = Grant.objects.filter(staff=OuterRef("pk"))
    told = JSONObject(markets="markets", queues="queues", rights="role__rights")
    return rows.annotate(granted=ArraySubquery(grants.values(told=told)))


def actor_by_id(staff_id: UUID) -> Actor | None:
    """The actor of an active member of staff, or None."""
    staff = Staff.objects.filter(id=staff_id, is_active=True).first()
    return actor_for(staff) if staff else None


def actors_by_ids(ids: Iterable[UUID]) -> dict[UUID, Actor]:
    """The actors of those who are active; one query for any number."""
    rows = with_grants(Staff.objects.filter(id__in=list(ids), is_active=True))
    return {staff.id: actor_for(staff) for staff in rows}


def holder_of(secret: str, *, now: datetime) -> KeyHolder | None:
    """Who calls with this key; None when it is unknown, expired or revoked. Last use is written once a minute."""
    key = ApiKey.objects.filter(hash=hash_secret(secret), revoked_at=None).first()
    if key is None or (key.expires_at is not None and key.expires_at <= now):
        return None
    if key.last_used_at is None or now - key.last_used_at > timedelta(minutes=1):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    allowances = frozenset(Allowance(right=right) for right in rights_of_scopes(key.scopes))
    actor = Actor(kind="key", id=str(key.id), name=key.name, allowances=allowances, source=key.source_id)
    return KeyHolder(actor=actor, key_id=key.id, per_minute=key.per_minute)


# A fingerprint of what a person may do: whoever remembers it notices when rights, skills, teams or the password change.
STANDING = """
SELECT s.id, md5(concat_ws('|', s.password, s.language, s.time_zone,
    (SELECT string_agg(concat_ws(':', g.markets::text, g.queues::text, r.rights::text), ',' ORDER BY g.id)
     FROM people_grant g JOIN people_role r ON r.id = g.role_id WHERE g.staff_id = s.id),
    (SELECT string_agg(concat_ws(':', k.kind, k.value), ',' ORDER BY k.kind, k.value)
     FROM people_skill k WHERE k.staff_id = s.id),
    (SELECT string_agg(m.team_id::text, ',' ORDER BY m.team_id) FROM people_membership m WHERE m.staff_id = s.id)))
FROM people_staff s WHERE s.id = ANY(%s) AND s.is_active
"""


def standing_of(staff_id: UUID) -> str:
    """The person's fingerprint now; "" for nobody and for who is closed. One query."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [[staff_id]])
        row = cursor.fetchone()
    return row[1] if row else ""


def staff_list() -> list[StaffView]:
    """Everybody, by name; three queries whatever the number."""
    people = list(Staff.objects.order_by("-is_active", "name", "id"))
    return _staff_views(people)


def staff_with(right: str) -> list[StaffView]:
    """Active people who hold a right anywhere, by name."""
    holders = Grant.objects.filter(role__rights__contains=[right]).values("staff_id")
    return _staff_views(list(Staff.objects.filter(is_active=True, id__in=holders).order_by("name", "id")))


def staff_by_id(staff_id: UUID) -> StaffView | None:
    found = list(Staff.objects.filter(id=staff_id))
    return _staff_views(found)[0] if found else None


def is_partner(staff_id: UUID) -> bool:
    """Does this person belong to a partner's team? Those export nothing and see no personal values."""
    return Membership.objects.filter(staff_id=staff_id, team__partner=True).exists()


def colleagues_of(staff_id: UUID) -> set[UUID]:
    """Who shares a team with this person; people in no team are one."""
    mine = Membership.objects.filter(staff_id=staff_id)
    teams = set(mine.values_list("team_id", flat=True))
    if teams:
        return set(Membership.objects.filter(team_id__in=teams).values_list("staff_id", flat=True))
    return set(Staff.objects.exclude(id__in=Membership.objects.values("staff_id")).values_list("id", flat=True)[:5_000])


_NAME = "people.name."


def names_of(labels: Iterable[str]) -> dict[str, str]:
    """Actor labels (staff:…, key:…, rule:…, system:…) as people say them; two queries for any number, none for names asked
    for in the last ten seconds."""
    asked = set(labels)
    kept: dict[str, str] = {
        key.removeprefix(_NAME): name for key, name in cache.get_many([f"{_NAME}{label}" for label in asked]).items()
    }
    wanted = asked - kept.keys()
    if not wanted:
        return kept
    ids: dict[str, list[UUID]] = {"staff": [], "key": []}
    for label in wanted:
        kind, _, rest = label.partition(":")
        # A label may come from elsewhere (an import, another desk): one that is no id is told as it stands.
        with suppress(ValueError):
            if kind in ids:
                ids[kind].append(UUID(rest))
    found: dict[str, str] = {}
    if ids["staff"]:
        found |= {
            f"staff:{pk}": name for pk, name in Staff.objects.filter(id__in=ids["staff"]).values_list("id", "name")
        }
    if ids["key"]:
        found |= {
            f"key:{pk}": f"key {name}"
            for pk, name in ApiKey.objects.filter(id__in=ids["key"]).values_list("id", "name")
        }
    for label in wanted - found.keys():
        kind, _, rest = label.partition(":")
        found[label] = {"rule": f"rule {rest}", "system": "TrustDesk", "user": f"user {rest}"}.get(kind, label)
    cache.set_many({f"{_NAME}{label}": name for label, name in found.items()}, 10)
    return kept | found


def markets() -> dict[str, MarketView]:
    """All markets by code; kept for ten seconds, since every item asks."""
    kept: dict[str, MarketView] | None = cache.get("people.markets")
    if kept is None:
        kept = {
            row.code: MarketView(
                code=row.code,
                name=row.name,
                time_zone=row.time_zone,
                currency=row.currency,
                languages=tuple(row.languages),
                legal_regime=row.legal_regime,
            )
            for row in Market.objects.order_by("code")
        }
        cache.set("people.markets", kept, 10)
    return kept


def sources() -> dict[UUID, SourceView]:
    """All sources by id; kept for ten seconds."""
    kept: dict[UUID, SourceView] | None = cache.get("people.sources")
    if kept is None:
        kept = {
            row.id: SourceView(
                id=row.id,
                code=row.code,
                name=row.name,
                kinds=tuple(row.kinds),
                public_url=row.public_url,
                letter_sender=row.letter_sender,
            )
            for row in Source.objects.order_by("code")
        }
        cache.set("people.sources", kept, 10)
    return kept


def roles() -> dict[str, str]:
    """Role codes and their names."""
    return dict(Role.objects.order_by("code").values_list("code", "name"))


def teams() -> list[tuple[UUID, str]]:
    """All teams by name: id and name."""
    return list(Team.objects.order_by("name", "code").values_list("id", "name"))


def members_of(team_id: UUID) -> set[UUID]:
    """Who is in a team."""
    return set(Membership.objects.filter(team_id=team_id).values_list("staff_id", flat=True))


def grants_of(staff_id: UUID) -> list[GrantView]:
    """A person's roles, by name; one query."""
    grants = Grant.objects.filter(staff_id=staff_id).select_related("role").order_by("role__name")
    return [
        GrantView(
            role=grant.role.code,
            name=grant.role.name,
            markets=tuple(grant.markets),
            queues=tuple(grant.queues),
            words=tuple(gettext(RIGHTS.get(right, right)) for right in grant.role.rights),
        )
        for grant in grants
    ]


def keys() -> list[KeyView]:
    """API keys, newest first; never their secrets."""
    return [
        KeyView(
            id=row.id,
            name=row.name,
            prefix=row.prefix,
            scopes=tuple(row.scopes),
            source=row.source.name if row.source else "",
            made_at=row.made_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )
        for row in ApiKey.objects.select_related("source").order_by("-made_at")
    ]


def skills_of(staff_id: UUID | str) -> dict[str, frozenset[str]]:
    """A person's skills by kind: {"language": {"id", "en"}, "market": {…}, "certificate": {…}}."""
    found: dict[str, set[str]] = {"language": set(), "market": set(), "certificate": set()}
    for kind, value in Skill.objects.filter(staff_id=staff_id).values_list("kind", "value"):
        found[kind].add(value)
    return {kind: frozenset(values) for kind, values in found.items()}


def _staff_views(people: list[Staff]) -> list[StaffView]:
    ids = [person.id for person in people]
    roles_of: dict[UUID, list[str]] = {}
    for staff_id, name in Grant.objects.filter(staff_id__in=ids).values_list("staff_id", "role__name"):
        roles_of.setdefault(staff_id, []).append(name)
    skills: dict[tuple[UUID, str], list[str]] = {}
    for staff_id, kind, value in Skill.objects.filter(staff_id__in=ids).values_list("staff_id", "kind", "value"):
        skills.setdefault((staff_id, kind), []).append(value)
    return [
        StaffView(
            id=person.id,
            name=person.name,
            email=person.email,
            handle=person.handle,
            active=person.is_active,
            language=person.language,
            time_zone=person.time_zone,
            roles=tuple(sorted(roles_of.get(person.id, []))),
            languages=tuple(sorted(skills.get((person.id, "language"), []))),
            markets=tuple(sorted(skills.get((person.id, "market"), []))),
            certificates=tuple(sorted(skills.get((person.id, "certificate"), []))),
        )
        for person in people
    ]
