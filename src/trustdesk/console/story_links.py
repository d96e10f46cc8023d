"""Where the steps of an account's story lead: what the author was told, the appeal, the notice, the proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.console.story import Step
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.people.actor import Actor


@dataclass(frozen=True)
class Link:
    """One place a step leads to."""

    href: str
    words: str


def links_of(steps: Sequence[Step], *, actor: Actor) -> Mapping[int, tuple[Link, ...]]:
    """By position, for the places that this person may open; at most one query for any number of steps."""
    wanted = {step.decision for step in steps if step.decision and _tells(step)}
    told = decisions.with_statements(wanted) if wanted else frozenset()
    return {step.position: tuple(_links(step, actor, told)) for step in steps}


def _tells(step: Step) -> bool:
    """Is this a step of a decision itself, or of a letter that tells it?"""
    return step.kind.startswith(("decision.", "proposal.", "post."))


def _links(step: Step, actor: Actor, told: frozenset[UUID]) -> list[Link]:
    found = []
    if step.decision in told and _tells(step):
        found.append(Link(decisions.statement_path(step.decision), _("What the author was told")))
    if step.appeal and actor.may("appeals.read"):
        found.append(Link(reverse("appeals:show", args=[step.appeal]), _("Open the appeal")))
    if step.notice and actor.may("notices.read"):
        found.append(Link(reverse("notices:show", args=[step.notice]), _("Open the report")))
    if step.proposal and actor.may("decisions.read"):
        found.append(Link(reverse("proposals:show", args=[step.proposal]), _("Open the proposal")))
    return found
