"""Which pools a person may claim from: rights with their scopes, languages, markets, certificates."""

from collections.abc import Iterable, Mapping, Set
from typing import NamedTuple

from trustdesk.kernel.people.actor import Actor


class PoolView(NamedTuple):
    """A pool with what its queue asks of claimers."""

    id: int
    queue: str
    right: str
    language: str
    market: str
    sensitivity: str
    harm: str = ""
    weight: int = 0
    second: bool = False  # a second queue of whoever asks: in each lane dealt when none of their others has anything


def has_skills(pool: PoolView, skills: Mapping[str, Set[str]]) -> bool:
    """Can this person judge what lies in the pool?

    Languages and markets narrow a person once any are named (nobody named: nobody narrowed, so a small desk works from
    the first minute); work without a language or market is for all. A certificate must always be held.
    """
    return (
        _fits(pool.language, skills.get("language"))
        and _fits(pool.market, skills.get("market"))
        and (not pool.sensitivity or pool.sensitivity in skills.get("certificate", ()))
    )


def _fits(asked: str, named: Set[str] | None) -> bool:
    return not asked or not named or asked in named


def claimable(pools: Iterable[PoolView], *, actor: Actor, skills: Mapping[str, Set[str]]) -> list[PoolView]:
    """The pools that this actor may claim from."""
    may: dict[tuple[str, str, str], bool] = {}  # many pools share a scope
    found = []
    for pool in pools:
        if has_skills(pool, skills):
            scope = (pool.right, pool.market, pool.queue)
            if scope not in may:
                may[scope] = actor.may(pool.right, market=pool.market or None, queue=pool.queue)
            if may[scope]:
                found.append(pool)
    return found
