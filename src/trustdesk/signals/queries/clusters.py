"""Asking about clusters: the list, one with its members. Others get frozen views."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F, Q

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.signals.models import Cluster, ClusterMember

ORDERS = ("newest", "biggest")


@dataclass(frozen=True)
class ClusterView:
    """`centre` and `centre_account` name the content in the middle and whose it is, in the words of who told of them."""

    id: UUID
    kind: str
    centre: str
    centre_account: str
    members: int
    accounts: int
    first_at: datetime
    last_at: datetime
    joined: UUID | None


@dataclass(frozen=True)
class MemberView:
    owner: str
    account: str
    similarity: float
    first_at: datetime
    at: datetime


def clusters(
    *,
    order: str = "newest",
    kind: str = "",
    only: Collection[UUID] | None = None,
    without: Collection[UUID] = (),
    before: tuple[datetime | int, UUID] | None = None,
    limit: int = 50,
) -> list[ClusterView]:
    """Clusters of two or more, a page after the keyset `before`: (last_at or members, id) of the last one shown."""
    column = "members" if order == "biggest" else "last_at"
    rows = Cluster.objects.filter(joined=None, members__gte=2).order_by(f"-{column}", "-id")
    if kind:
        rows = rows.filter(kind=kind)
    if only is not None:
        rows = rows.filter(id__in=only)
    if without:
        rows = rows.exclude(id__in=without)
    if before is not None:
        value, last = before
        rows = rows.filter(Q(**{f"{column}__lt": value}) | Q(**{column: value, "id__lt": last}))
    return [_view(row) for row in rows.defer("body", "digest")[: max(1, min(limit, 201))]]


def cluster(cluster_id: UUID) -> ClusterView:
    """One cluster; one that was joined with another tells so. Raises NotFound."""
    row = Cluster.objects.defer("body", "digest").filter(id=cluster_id).first()
    if row is None:
        raise NotFound("There is no such cluster.")
    return _view(row)


def clusters_by_id(ids: Iterable[UUID]) -> dict[UUID, ClusterView]:
    return {row.id: _view(row) for row in Cluster.objects.defer("body", "digest").filter(id__in=set(ids))}


def members(cluster_id: UUID, *, limit: int = 1_000) -> list[MemberView]:
    """Members, newest first."""
    rows = ClusterMember.objects.filter(cluster_id=cluster_id).order_by("-at", "-id")[:limit]
    return [
        MemberView(owner=row.owner, account=row.account, similarity=row.similarity, first_at=row.first_at, at=row.at)
        for row in rows
    ]


_NEWEST_OF = """
SELECT m.cluster_id, m.owner, m.account, m.similarity, m.first_at, m.at FROM unnest(%s::uuid[]) AS asked(id)
CROSS JOIN LATERAL (
  SELECT * FROM signals_clustermember x WHERE x.cluster_id = asked.id ORDER BY x.at DESC, x.id DESC LIMIT %s
) AS m
"""


def members_of(ids: Iterable[UUID], *, limit: int) -> dict[UUID, list[MemberView]]:
    """The newest members of each; one statement for any number, none for none."""
    asked = list(ids)
    found: dict[UUID, list[MemberView]] = {}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(_NEWEST_OF, [asked, limit])
            for cluster_id, *rest in cursor.fetchall():
                found.setdefault(cluster_id, []).append(MemberView(*rest))
    return found


def clusters_of(owners: Iterable[str]) -> dict[str, list[ClusterView]]:
    """Clusters that things are in, the biggest first; one query for any number."""
    rows = (
        ClusterMember.objects.filter(owner__in=set(owners), cluster__members__gte=2)
        .select_related("cluster")
        .defer("cluster__body", "cluster__digest")
        .order_by(F("cluster__members").desc(), "cluster_id")
    )
    found: dict[str, list[ClusterView]] = {}
    for row in rows:
        found.setdefault(row.owner, []).append(_view(row.cluster))
    return found


def _view(row: Cluster) -> ClusterView:
    return ClusterView(
        id=row.id,
        kind=row.kind,
        centre=row.centre,
        centre_account=row.centre_account,
        members=row.members,
        accounts=row.accounts,
        first_at=row.first_at,
        last_at=row.last_at,
        joined=row.joined_id,
    )
