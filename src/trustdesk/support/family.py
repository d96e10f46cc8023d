"""Cases that are parts of another."""

from collections.abc import Sequence
from dataclasses import dataclass

from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries
from trustdesk.support.models import Case
from trustdesk.support.queries import CaseView

MOST_SHOWN = 50


@dataclass(frozen=True)
class Family:
    """The case this one is a part of, and its own parts, oldest first; only what the actor may see. `settled`: all its parts
    have ended and it goes on."""

    parent: CaseView | None
    parts: Sequence[CaseView]
    settled: bool


def family_of(case: CaseView, *, actor: Actor) -> Family:
    """At most three queries, however many parts there are."""
    ids = list(Case.objects.filter(parent_id=case.id).order_by("id").values_list("id", flat=True)[:MOST_SHOWN])
    found = queries.views_of([*ids, *([case.parent] if case.parent else [])]) if ids or case.parent else {}
    seen = {id_: one for id_, one in found.items() if queries.may_see(one, actor=actor)}
    parts = [seen[id_] for id_ in ids if id_ in seen]
    settled = bool(ids) and all(found[id_].ended for id_ in ids) and not case.ended
    return Family(parent=seen.get(case.parent) if case.parent else None, parts=parts, settled=settled)
