"""Saved views, and looking people up."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.search.asking import TABS, ask
from trustdesk.search.facts import PersonLookedUp, ViewDeleted, ViewSaved
from trustdesk.search.models import View
from trustdesk.search.rules import clean
from trustdesk.search.saving import canonical

MOST_VIEWS = 60


@action(right="marks.reveal")
def look_up(*, actor: Actor, value_kind: str, value: str, now: datetime) -> None:
    """Record that somebody asked who uses a phone or e-mail."""
    record(PersonLookedUp(by=actor.label, value_kind=value_kind, value=value[:320]), actor=actor, at=now)


@action(right="items.read")
def save_view(*, actor: Actor, name: str, tab: str, query: str, shared: bool, now: datetime) -> UUID:
    """Keep a search under a name. Raises Invalid (name taken or empty, too many, a search that does not read)."""
    fields = _checked(actor, name, tab, query)
    owner = _staff(actor)
    if View.objects.filter(owner_id=owner, deleted_at=None).count() >= MOST_VIEWS:
        fields["name"] = _("You have %(n)s views; delete one first.") % {"n": MOST_VIEWS}
    if fields:
        raise Invalid(_("The view could not be saved."), fields=fields)
    view = View(owner_id=owner, name=clean(name), tab=tab, query=canonical(query), shared=shared, made_at=now)
    _unless_taken(view.save, force_insert=True)
    record(ViewSaved(view=view.id, tab=tab, reach=_reach(shared)), actor=actor, at=now)
    return view.id


@action(right="items.read")
def change_view(
    *, actor: Actor, view_id: UUID, version: int, name: str, shared: bool, now: datetime, query: str | None = None
) -> None:
    """Change one's own view: its name, who sees it, with `query` also what it asks. Raises NotFound, Stale, Invalid."""
    view = _mine(actor, view_id)
    fields = _checked(actor, name, view.tab, view.query if query is None else query)
    if fields:
        raise Invalid(_("The view could not be saved."), fields=fields)
    changes: dict[str, Any] = {"name": clean(name), "shared": shared, "version": F("version") + 1}
    if query is not None:
        changes["query"] = canonical(query)
    moved: list[int] = []
    _unless_taken(lambda: moved.append(View.objects.filter(id=view_id, version=version).update(**changes)))
    if not moved[0]:
        raise Stale(_("You changed this view in another tab meanwhile. Load the page again."))
    record(ViewSaved(view=view_id, tab=view.tab, reach=_reach(shared)), actor=actor, at=now)


@action(right="items.read")
def delete_view(*, actor: Actor, view_id: UUID, version: int, now: datetime) -> None:
    """Delete one's own view. Raises NotFound, Stale."""
    _mine(actor, view_id)
    if not View.objects.filter(id=view_id, version=version, deleted_at=None).update(
        deleted_at=now, name="-", query="", version=F("version") + 1
    ):
        raise Stale(_("You changed this view in another tab meanwhile. Load the page again."))
    record(ViewDeleted(view=view_id), actor=actor, at=now)


def _checked(actor: Actor, name: str, tab: str, query: str) -> dict[str, str]:
    from django.http import QueryDict

    fields: dict[str, str] = {}
    if not 1 <= len(clean(name)) <= 80:
        fields["name"] = _("Give a name of at most 80 characters.")
    if tab not in TABS:
        fields["tab"] = _("There is no “%(value)s”.") % {"value": tab[:40]}
    elif len(query) > 2_000:
        fields["query"] = _("This search is too long to be kept.")
    else:
        ask(tab, dict(QueryDict(query).lists()), actor=actor)  # Unclear is Invalid
    return fields


def _unless_taken(write: Any, **options: Any) -> None:
    try:
        with transaction.atomic():
            write(**options)
    except IntegrityError:
        said = _("You have a view of this name.")
        raise Invalid(_("The view could not be saved."), fields={"name": said}) from None


def _mine(actor: Actor, view_id: UUID) -> View:
    view = View.objects.filter(id=view_id, owner_id=_staff(actor), deleted_at=None).first()
    if view is None:
        raise NotFound(_("There is no such view of yours."))
    return view


def _staff(actor: Actor) -> UUID:
    if actor.kind != "staff":
        raise Forbidden(_("Only a member of staff keeps views."))
    return UUID(actor.id)


def _reach(shared: bool) -> str:
    return "shared with the team" if shared else "their own"
