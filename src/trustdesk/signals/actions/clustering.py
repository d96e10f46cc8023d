"""Clusters grow: each kept content gets its place among those it is alike to. One at a time, so that no two clusters are
made of one campaign by two workers; submissions only leave sketches and never wait for this.

A content joins the cluster to whose centre it is most alike, if that is near-duplicate (sketches.ALIKE); else the cluster
of a member to which it is very alike (VERY_ALIKE), or that with three members it is alike to: so a campaign that changes
little by little stays one. Without such a cluster it and those it is alike to that are in none become one, the oldest in
the middle. Two clusters to whose centres a content is alike are joined when these are alike themselves.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from trustdesk.kernel.base.ids import uuid7
from trustdesk.signals.actions.sketching import Marked, mark
from trustdesk.signals.marks import Mark, digest_of
from trustdesk.signals.models import Cluster
from trustdesk.signals.queries.links import mark_key
from trustdesk.signals.queries.near import Near, near
from trustdesk.signals.sketches import ALIKE, VERY_ALIKE, Sketch, likeness

BITE = 200
ENOUGH_MEMBERS = 3
# Taken by whoever lets clusters grow; another worker leaves it to them.
_LOCK = int.from_bytes(hashlib.sha256(b"trustdesk clusters").digest()[:8], "big", signed=True)


@dataclass
class _Content:
    id: int
    owner: str
    account: str
    at: datetime
    sketch: Sketch


def grow_clusters(*, now: datetime, limit: int = BITE) -> int:
    """Find places for so many contents, the oldest first; returns how many were looked at, 0 when all have theirs (or
    another worker is at it). `now` is given as to every loop: a content is as old as its submission."""
    del now
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        # A content kept again meanwhile is locked for a moment only: it is waited for, not passed over.
        cursor.execute(
            "SELECT id, kind, owner, account, digest, body, bands, at FROM signals_keptsketch WHERE NOT placed"
            " ORDER BY id LIMIT %s FOR UPDATE",
            [limit],
        )
        fresh = [
            _Content(id_, owner, account, at, Sketch(kind, bytes(digest), bytes(body), tuple(bands)))
            for id_, kind, owner, account, digest, body, bands, at in cursor.fetchall()
        ]
        if not fresh:
            return 0
        again = _place(fresh)
        cursor.execute(
            "UPDATE signals_keptsketch SET placed = NOT id = ANY(%(again)s::bigint[])"
            " WHERE id = ANY(%(fresh)s) OR id = ANY(%(again)s::bigint[])",
            {"fresh": [one.id for one in fresh], "again": list(again)},
        )
    return len(fresh)


def _place(fresh: Sequence[_Content]) -> set[int]:
    """Returns whose turn comes again."""
    # Ids say nothing of who was committed first: whatever is there counts, placed or not.
    alike = near([one.sketch for one in fresh])
    others = [[each for each in mine if each.owner != one.owner] for one, mine in zip(fresh, alike, strict=True)]
    ground = _Ground({each.id for mine in others for each in mine} | {one.id for one in fresh})
    for one, mine in zip(fresh, others, strict=True):
        if mine:
            ground.place(one, mine)
    ground.write()
    mark(marked=ground.marks())
    return {each for each in ground.again if each not in ground.cluster_of}


class _Ground:
    """Clusters that may be concerned, as they are and as they become; written at the end."""

    def __init__(self, sketch_ids: set[int]) -> None:
        self.cluster_of: dict[int, UUID] = {}  # sketch → cluster
        self.centres: dict[UUID, tuple[str, bytes, int]] = {}  # cluster → (kind, body, members)
        self.made: dict[UUID, tuple[str, Near]] = {}
        self.joined: dict[UUID, UUID] = {}
        self.new: dict[tuple[UUID, str], tuple[str, int, float, datetime]] = {}  # (cluster, owner) → account, sketch, …
        self.bodies: dict[int, bytes] = {}
        self.again: set[int] = set()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT m.sketch_id, c.id, c.kind, c.body, c.members FROM signals_clustermember m"
                " JOIN signals_cluster c ON c.id = m.cluster_id"
                " WHERE m.sketch_id = ANY(%s) AND c.joined_id IS NULL",
                [list(sketch_ids)],
            )
            for sketch_id, cluster, kind, body, members in cursor.fetchall():
                self.cluster_of[sketch_id] = cluster
                self.centres[cluster] = (kind, bytes(body), members)
            cursor.execute("SELECT id, body FROM signals_keptsketch WHERE id = ANY(%s)", [list(sketch_ids)])
            self.bodies = {sketch_id: bytes(body) for sketch_id, body in cursor.fetchall()}

    def place(self, one: _Content, mine: Sequence[Near]) -> None:
        kind = one.sketch.kind
        clusters = {self._now(self.cluster_of[each.id]) for each in mine if each.id in self.cluster_of}
        to_centre = dict(
            zip(clusters, likeness(one.sketch, [self.centres[cluster][1] for cluster in clusters]), strict=True)
        )
        close = sorted(
            (cluster for cluster in clusters if to_centre[cluster] >= ALIKE[kind]),
            key=lambda cluster: (-to_centre[cluster], -self.centres[cluster][2], str(cluster)),
        )
        free = [each for each in mine if each.id not in self.cluster_of]
        if close:
            home = close[0]
            for other in close[1:]:
                home = self._join(kind, home, other)
        elif (near_to := self._among(kind, mine)) is not None:
            home = near_to
        elif free:
            home = self._make(kind, min([*free, _near(one)], key=lambda each: each.id))
        else:
            return
        # With it those that nobody was alike to before: when they had their turn, it was not there. Who is not alike to
        # the centre has another turn.
        alone = [each for each in [_near(one), *free] if each.id == one.id or each.id not in self.cluster_of]
        centre = Sketch(kind, b"", self.centres[home][1], ())
        for each, how in zip(alone, likeness(centre, [self.bodies[each.id] for each in alone]), strict=True):
            if each.id == one.id or how >= ALIKE[kind]:
                self._add(home, each, how)
            else:
                self.again.add(each.id)

    def _among(self, kind: str, mine: Sequence[Near]) -> UUID | None:
        """The cluster among whose members a content is, though not alike to the centre."""
        tally: Counter[UUID] = Counter()
        for each in mine:
            if each.id in self.cluster_of:
                home = self._now(self.cluster_of[each.id])
                tally[home] += 1
                if each.similarity >= VERY_ALIKE[kind]:
                    return home  # the most alike comes first
        return next((home for home, count in tally.most_common(1) if count >= ENOUGH_MEMBERS), None)

    def _make(self, kind: str, centre: Near) -> UUID:
        cluster = uuid7()
        self.centres[cluster] = (kind, self.bodies[centre.id], 0)
        self.made[cluster] = (kind, centre)
        self._add(cluster, centre, 1.0)
        return cluster

    def _add(self, cluster: UUID, each: Near, similarity: float) -> None:
        self.cluster_of[each.id] = cluster
        self.new[cluster, each.owner] = (each.account, each.id, similarity, each.at)
        kind, body, members = self.centres[cluster]
        self.centres[cluster] = (kind, body, members + 1)

    def _now(self, cluster: UUID) -> UUID:
        while cluster in self.joined:
            cluster = self.joined[cluster]
        return cluster

    def _join(self, kind: str, one: UUID, other: UUID) -> UUID:
        """The bigger takes the smaller, if their centres are alike; returns where `one` is then."""
        (how,) = likeness(Sketch(kind, b"", self.centres[one][1], ()), [self.centres[other][1]])
        if one == other or how < ALIKE[kind]:
            return one
        keeps, goes = sorted((one, other), key=lambda cluster: (-self.centres[cluster][2], str(cluster)))
        self.joined[goes] = keeps
        self.centres[keeps] = (*self.centres[keeps][:2], self.centres[keeps][2] + self.centres[goes][2])
        return keeps

    def write(self) -> None:
        if not self.new:
            return
        Cluster.objects.bulk_create(
            Cluster(
                id=cluster,
                kind=kind,
                centre=centre.owner,
                centre_account=centre.account,
                digest=centre.digest,
                body=self.centres[cluster][1],
                first_at=centre.at,
                last_at=centre.at,
            )
            for cluster, (kind, centre) in self.made.items()
        )
        touched = {self._now(cluster) for cluster, _ in self.new}
        with connection.cursor() as cursor:
            for goes in self.joined:
                _move(cursor, goes, self._now(goes))
            rows = [(self._now(cluster), owner, *rest) for (cluster, owner), rest in self.new.items()]
            cursor.execute(
                "INSERT INTO signals_clustermember AS m"
                " (cluster_id, owner, account, sketch_id, similarity, first_at, at)"
                " SELECT DISTINCT ON (cluster_id, owner) cluster_id, owner, account, sketch_id, similarity, at, at"
                " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::float8[], %s::timestamptz[])"
                " AS g(cluster_id, owner, account, sketch_id, similarity, at) ORDER BY cluster_id, owner, at DESC"
                " ON CONFLICT (cluster_id, owner) DO UPDATE SET sketch_id = excluded.sketch_id,"
                " similarity = excluded.similarity, at = greatest(m.at, excluded.at)",
                [list(column) for column in zip(*rows, strict=True)],
            )
            cursor.execute(_COUNT, [list(touched)])

    def marks(self) -> list[Marked]:
        """Of what was added: accounts of one cluster are linked by it."""
        return [
            Marked(owner, account, (Mark(self.centres[cluster][0], str(self._now(cluster))),), at)
            for (cluster, owner), (account, _, _, at) in self.new.items()
        ]


def _near(one: _Content) -> Near:
    return Near(one.id, one.owner, one.account, one.sketch.digest, one.at, 1.0)


# How many are in clusters now, and since when.
_COUNT = """
UPDATE signals_cluster c SET members = t.members, accounts = t.accounts, first_at = least(c.first_at, t.first_at),
  last_at = greatest(c.last_at, t.last_at)
FROM (SELECT cluster_id, count(*) AS members, count(DISTINCT account) AS accounts, min(first_at) AS first_at,
      max(at) AS last_at FROM signals_clustermember WHERE cluster_id = ANY(%s::uuid[]) GROUP BY cluster_id) AS t
WHERE c.id = t.cluster_id
"""


def _move(cursor: Any, goes: UUID, keeps: UUID) -> None:
    """Members and links of a cluster become another's; what both have is the other's already."""
    cursor.execute(
        "WITH double AS (DELETE FROM signals_clustermember m WHERE m.cluster_id = %(goes)s AND EXISTS ("
        " SELECT 1 FROM signals_clustermember k WHERE k.cluster_id = %(keeps)s AND k.owner = m.owner))"
        " UPDATE signals_clustermember m SET cluster_id = %(keeps)s WHERE m.cluster_id = %(goes)s AND NOT EXISTS ("
        " SELECT 1 FROM signals_clustermember k WHERE k.cluster_id = %(keeps)s AND k.owner = m.owner)",
        {"goes": goes, "keeps": keeps},
    )
    cursor.execute(
        "UPDATE signals_cluster SET joined_id = CASE WHEN id = %(goes)s OR joined_id = %(goes)s THEN %(keeps)s::uuid"
        " ELSE joined_id END, members = CASE WHEN id = %(goes)s THEN 0 ELSE members END"
        " WHERE id = %(goes)s OR joined_id = %(goes)s",
        {"goes": goes, "keeps": keeps},
    )
    key = mark_key()
    cursor.execute("SELECT kind FROM signals_cluster WHERE id = %s", [keeps])
    kind = cursor.fetchone()[0]
    values = {
        "kind": kind,
        "goes": digest_of(Mark(kind, str(goes)), key),
        "keeps": digest_of(Mark(kind, str(keeps)), key),
    }
    cursor.execute(
        "WITH double AS (DELETE FROM signals_accountmark m WHERE m.kind = %(kind)s AND m.digest = %(goes)s AND EXISTS ("
        " SELECT 1 FROM signals_accountmark k WHERE k.kind = m.kind AND k.digest = %(keeps)s AND k.account = m.account))"
        " UPDATE signals_accountmark m SET digest = %(keeps)s WHERE m.kind = %(kind)s AND m.digest = %(goes)s"
        " AND NOT EXISTS (SELECT 1 FROM signals_accountmark k WHERE k.kind = m.kind AND k.digest = %(keeps)s"
        " AND k.account = m.account)",
        values,
    )
