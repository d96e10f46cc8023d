"""Who listens to which fact. `config.wiring` imports the reactors; the outbox is written from this table."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from trustdesk.kernel.base.fact import Fact

F = TypeVar("F", bound=Callable[..., None])


@dataclass(frozen=True)
class Envelope:
    """What surrounds a delivered fact."""

    fact_id: UUID
    actor: str
    at: datetime
    cause: UUID | None
    tries: int


@dataclass(frozen=True)
class Reactor:
    """One listener: a stable name, the fact kind it hears, the function."""

    name: str
    kind: str
    call: Callable[..., None]


_by_kind: dict[str, list[Reactor]] = {}
_by_name: dict[str, dict[str, Reactor]] = {}


def reacts_to(*kinds: type[Fact]) -> Callable[[F], F]:
    """Register `def react(*, fact, envelope, now)` for these facts.

    The name (slice.function) is kept in the outbox: renaming a reactor orphans its open deliveries. Runs at least once
    in the transaction that marks the delivery done, so it may only write to the database, quickly.
    """

    def wrap(call: F) -> F:
        slice_name = call.__module__.removeprefix("trustdesk.").removesuffix(".reactors")
        name = f"{slice_name}.{call.__name__}"
        for kind in kinds:
            reactor = Reactor(name=name, kind=kind.kind, call=call)
            if kind.kind in _by_name.setdefault(name, {}):
                raise RuntimeError(f"reactor {name} listens to {kind.kind} twice")
            _by_name[name][kind.kind] = reactor
            _by_kind.setdefault(kind.kind, []).append(reactor)
        return call

    return wrap


def listeners(kind: str) -> list[Reactor]:
    return _by_kind.get(kind, [])


def reactor_names() -> list[str]:
    return sorted(_by_name)


def find(name: str, kind: str) -> Reactor | None:
    return _by_name.get(name, {}).get(kind)


def forget(name: str) -> None:
    """Unregister a reactor: tests that plant one take it out again."""
    for kind in _by_name.pop(name, {}):
        _by_kind[kind] = [reactor for reactor in _by_kind[kind] if reactor.name != name]
