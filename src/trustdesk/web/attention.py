"""What needs a lead now: each slice that knows of something says so, config.wiring registers them, the board asks all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from trustdesk.kernel.people.actor import Actor


@dataclass(frozen=True)
class Need:
    """One thing to look at: a sentence, where to go, and the words of that link. `tone` as the look says."""

    tone: str
    says: str
    href: str
    link: str


_sources: list[Callable[[Actor, datetime], Iterable[Need]]] = []


def register(sources: Iterable[Callable[[Actor, datetime], Iterable[Need]]]) -> None:
    """Ask these too. Each costs a bounded number of queries and says only what the actor may know."""
    _sources.extend(source for source in sources if source not in _sources)


def needs(actor: Actor, *, now: datetime) -> list[Need]:
    """Everything that needs somebody, in the order of registration."""
    return [need for source in _sources for need in source(actor, now)]
