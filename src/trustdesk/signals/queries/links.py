"""Asking which accounts share a phone, an e-mail, an address, a text: links, with what they rest on, and rings."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import connection

from trustdesk.signals.marks import KINDS, MOST_ACCOUNTS, Mark, digest_of, weight
from trustdesk.signals.rules import KEPT

# A ring is followed to so many accounts; of an account so many of its marks are looked at, the newest.
MOST_IN_A_RING = 100
MOST_MARKS_OF_AN_ACCOUNT = 200
LONGEST_LINK = KEPT.total_seconds()


@dataclass(frozen=True)
class Use:
    """An account's use of a value: the thing it was first found in, when, in how many things, when last."""

    account: str
    owner: str
    last_owner: str
    times: int
    first_at: datetime
    at: datetime


@dataclass(frozen=True)
class Shared:
    """A value and who uses it. `common`: too many for a link; then only the first ones are told. `weight`: 0 to 1."""

    kind: str
    digest: bytes
    uses: tuple[Use, ...]
    common: bool

    @property
    def weight(self) -> float:
        return 0.0 if self.common else weight(self.kind, len(self.uses))

    @property
    def first_at(self) -> datetime:
        return min(use.first_at for use in self.uses)


@dataclass(frozen=True)
class Link:
    """Two accounts and what they share; the sum of the weights says how much, at most 1."""

    left: str
    right: str
    by: tuple[Shared, ...]

    @property
    def weight(self) -> float:
        return min(1.0, sum(shared.weight for shared in self.by))


@dataclass(frozen=True)
class Ring:
    """Accounts that are linked, directly or through others, the asked first. `whole`: there are no more of them."""

    accounts: tuple[str, ...]
    links: tuple[Link, ...]
    common: tuple[Shared, ...] = field(default=())
    whole: bool = True

    @property
    def shared(self) -> tuple[Shared, ...]:
        """Each value once, what says most first."""
        found = {(one.kind, one.digest): one for link in self.links for one in link.by}
        return tuple(sorted(found.values(), key=lambda one: (-one.weight, one.kind, one.first_at)))


@dataclass(frozen=True)
class LinkedQuestion:
    """How many other accounts share a value with this one? `by`: kinds of values, all without."""

    account: str
    by: tuple[str, ...] = KINDS


def mark_key() -> bytes:
    """Under which values are hashed: the desk's own, so that the hashes tell nothing elsewhere."""
    return hashlib.blake2b(b"marks of accounts", key=hashlib.sha256(settings.SECRET_KEY.encode()).digest()).digest()


def mark_digest(mark: Mark) -> bytes:
    """As the value is kept: who has a text can tell which of its words link."""
    return digest_of(mark, mark_key())


_LINKED = """
SELECT q.n, count(DISTINCT o.account) FROM unnest(%(ns)s::int[], %(accounts)s::text[], %(kinds)s::text[]) AS q(n, account, kinds)
CROSS JOIN LATERAL (
  SELECT m.kind, m.digest, t.most FROM signals_accountmark m
  JOIN unnest(%(kind_names)s::text[], %(mosts)s::int[]) AS t(kind, most) ON t.kind = m.kind
  WHERE m.account = q.account AND m.kind = ANY(string_to_array(q.kinds, ' ')) ORDER BY m.at DESC LIMIT %(marks)s
) AS mine
CROSS JOIN LATERAL (
  SELECT a.account, count(*) OVER () AS sharing FROM (
    SELECT x.account FROM signals_accountmark x WHERE x.kind = mine.kind AND x.digest = mine.digest LIMIT mine.most + 1
  ) AS a
) AS o
WHERE o.account <> q.account AND o.sharing <= mine.most
GROUP BY q.n
"""


def linked(questions: Sequence[LinkedQuestion]) -> list[int]:
    """Counts, in order. A value of too many accounts (marks.MOST_ACCOUNTS) links nobody.

    Asked after `mark` committed, it sees all that was kept before.
    """
    if not questions:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            _LINKED,
            {
                "ns": list(range(len(questions))),
                "accounts": [question.account for question in questions],
                "kinds": [" ".join(question.by) for question in questions],
                "kind_names": list(MOST_ACCOUNTS),
                "mosts": list(MOST_ACCOUNTS.values()),
                "marks": MOST_MARKS_OF_AN_ACCOUNT,
            },
        )
        found = dict(cursor.fetchall())
    return [found.get(n, 0) for n in range(len(questions))]


_SHARED = """
SELECT mine.kind, mine.digest, o.account, o.owner, o.last_owner, o.times, o.first_at, o.at
FROM (
  SELECT DISTINCT m.kind, m.digest FROM unnest(%(accounts)s::text[]) AS q(account)
  CROSS JOIN LATERAL (SELECT x.kind, x.digest FROM signals_accountmark x WHERE x.account = q.account
                      ORDER BY x.at DESC LIMIT %(marks)s) AS m
) AS mine
JOIN unnest(%(kind_names)s::text[], %(mosts)s::int[]) AS t(kind, most) ON t.kind = mine.kind
CROSS JOIN LATERAL (
  SELECT x.* FROM signals_accountmark x WHERE x.kind = mine.kind AND x.digest = mine.digest LIMIT t.most + 1
) AS o
"""


def shared_by(accounts: Iterable[str]) -> list[Shared]:
    """Values of these accounts that others (or several of them) use too, what says most first; one statement."""
    asked = list(dict.fromkeys(accounts))
    if not asked:
        return []
    uses: dict[tuple[str, bytes], list[Use]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _SHARED,
            {
                "accounts": asked,
                "marks": MOST_MARKS_OF_AN_ACCOUNT,
                "kind_names": list(MOST_ACCOUNTS),
                "mosts": list(MOST_ACCOUNTS.values()),
            },
        )
        for kind, digest, *rest in cursor.fetchall():
            uses[kind, bytes(digest)].append(Use(*rest))
    told = [
        Shared(
            kind,
            digest,
            tuple(sorted(mine, key=lambda use: (use.first_at, use.account))[: MOST_ACCOUNTS[kind]]),
            common=len(mine) > MOST_ACCOUNTS[kind],
        )
        for (kind, digest), mine in uses.items()
        if len(mine) > 1
    ]
    return sorted(told, key=lambda one: (-one.weight, one.kind, one.first_at))


def ring_of(accounts: Iterable[str], *, most: int = MOST_IN_A_RING) -> Ring:
    """All accounts that can be reached from these by links, nearest first, at most so many: breadth first, a statement a
    step. Links are those between the accounts that were reached."""
    reached = dict.fromkeys(accounts)
    edge = list(reached)
    values: dict[tuple[str, bytes], Shared] = {}
    whole = True
    while edge:
        found = shared_by(edge)
        values |= {(one.kind, one.digest): one for one in found}
        near: dict[str, float] = defaultdict(float)
        for one in found:
            for use in one.uses if not one.common else ():
                if use.account not in reached:
                    near[use.account] += one.weight
        edge = sorted(near, key=lambda account: (-near[account], account))
        room = most - len(reached)
        if len(edge) > room:
            edge, whole = edge[:room], False
        reached |= dict.fromkeys(edge)
        if not whole:
            break
    pairs: dict[tuple[str, str], list[Shared]] = defaultdict(list)
    order = {account: place for place, account in enumerate(reached)}
    for one in values.values():
        if one.common:
            continue
        mine = sorted({use.account for use in one.uses if use.account in order}, key=order.__getitem__)
        for place, left in enumerate(mine):
            for right in mine[place + 1 :]:
                pairs[left, right].append(one)
    links = [Link(left, right, tuple(by)) for (left, right), by in pairs.items()]
    return Ring(
        accounts=tuple(reached),
        links=tuple(sorted(links, key=lambda link: (-link.weight, order[link.left], order[link.right]))),
        common=tuple(one for one in values.values() if one.common),
        whole=whole,
    )
