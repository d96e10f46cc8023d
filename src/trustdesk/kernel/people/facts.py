"""What can have happened to people, their roles and their keys."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class StaffJoined(
    Fact,
    kind="people.staff_joined",
    subject="staff",
    says="{actor} added {name} ({handle}) to the desk",
    personal=("name", "email"),
):
    staff: UUID
    name: str
    email: str
    handle: str


@dataclass(frozen=True, kw_only=True)
class StaffChanged(
    Fact, kind="people.staff_changed", subject="staff", says="{actor} changed {what} of a staff member", personal=()
):
    staff: UUID
    what: str


@dataclass(frozen=True, kw_only=True)
class StaffLeft(
    Fact, kind="people.staff_left", subject="staff", says="{actor} closed a staff member's sign-in", personal=()
):
    staff: UUID


@dataclass(frozen=True, kw_only=True)
class RoleGiven(
    Fact, kind="people.role_given", subject="staff", says="{actor} gave the role {role} ({scope})", personal=()
):
    staff: UUID
    role: str
    scope: str


@dataclass(frozen=True, kw_only=True)
class RoleTaken(Fact, kind="people.role_taken", subject="staff", says="{actor} took the role {role} away", personal=()):
    staff: UUID
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleBroughtUp(
    Fact,
    kind="people.role_brought_up",
    subject="role",
    says="{actor} gave the role {role} the rights of this version: {rights}",
    personal=(),
):
    """`role`: its code."""

    role: str
    rights: str


@dataclass(frozen=True, kw_only=True)
class RoleLeftAsItIs(
    Fact,
    kind="people.role_left_as_it_is",
    subject="role",
    says="The role {role} was changed on this desk and was not given the rights of this version: {rights}",
    personal=(),
):
    """`role`: its code."""

    role: str
    rights: str


@dataclass(frozen=True, kw_only=True)
class SkillsSet(
    Fact, kind="people.skills_set", subject="staff", says="{actor} set the skills to {skills}", personal=()
):
    staff: UUID
    skills: str


@dataclass(frozen=True, kw_only=True)
class KeyMade(
    Fact, kind="people.key_made", subject="key", says="{actor} made the API key {name} for {scopes}", personal=()
):
    key: UUID
    name: str
    scopes: str


@dataclass(frozen=True, kw_only=True)
class KeyRevoked(
    Fact, kind="people.key_revoked", subject="key", says="{actor} revoked the API key {name}", personal=()
):
    key: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class GroundLoaded(
    Fact,
    kind="people.ground_loaded",
    subject="pack",
    says="{actor} loaded markets {markets} and sources {sources} from the pack {pack}",
    personal=(),
):
    pack: str
    markets: str
    sources: str
