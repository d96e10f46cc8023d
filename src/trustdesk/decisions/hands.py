"""Whose hands were in a decision: who made it, and who proposed what it carries out, agreed to it or prolonged it."""

from uuid import UUID

from django.db.models import Q

from trustdesk.decisions.models import Decision, Proposal


def hands_in(decision_id: UUID) -> set[UUID]:
    """The staff who made, proposed, agreed to or prolonged this decision; two queries."""
    found: set[UUID] = set()
    for label in Decision.objects.filter(id=decision_id).values_list("actor", flat=True):
        kind, _colon, who = label.partition(":")
        if kind == "staff":
            found.add(UUID(who))
    of_it = Q(decision_id=decision_id) | Q(suspension_id=decision_id) | Q(renewal_id=decision_id)
    for people in Proposal.objects.filter(of_it).values_list("proposer", "first", "second", "renewed_by"):
        found.update(one for one in people if one is not None)
    return found
