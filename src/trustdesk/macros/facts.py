"""What can have happened to macros. Nothing here is about a person asked for: texts speak to all."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class MacroKept(
    Fact, kind="macro.kept", subject="macro", says="{actor} kept version {number} of the macro “{name}”", personal=()
):
    macro: UUID
    number: int
    name: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class MacroShared(
    Fact, kind="macro.shared", subject="macro", says="{actor} gave the macro “{name}” to all", personal=()
):
    macro: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class MacroArchived(
    Fact, kind="macro.archived", subject="macro", says="{actor} put the macro “{name}” away", personal=()
):
    macro: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class MacroPutBack(
    Fact, kind="macro.put_back", subject="macro", says="{actor} took the macro “{name}” up again", personal=()
):
    macro: UUID
    name: str
