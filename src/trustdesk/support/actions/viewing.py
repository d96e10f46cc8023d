"""Views of cases are kept; lists of cases are taken out."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import asking, rules
from trustdesk.support.facts import CasesExported, CaseViewDeleted, CaseViewSaved
from trustdesk.support.models import SavedView
from trustdesk.support.saving import canonical, wanted_of

MOST_VIEWS = 30
MOST_EXPORTED = 50_000


@action(right="support.read")
def save_view(*, actor: Actor, name: str, query: str, shared: bool, now: datetime) -> UUID:
    """Keep a way to narrow the inbox down. Raises Invalid (name taken or empty, too many; Unclear)."""
    owner = _staff(actor)
    kept, fields = _checked(name, query)
    if SavedView.objects.filter(owner_id=owner, deleted_at=None).count() >= MOST_VIEWS:
        fields["name"] = _("You have %(n)s views; delete one first.") % {"n": MOST_VIEWS}
    if fields:
        raise Invalid(_("The view could not be saved."), fields=fields)
    row = SavedView(owner_id=owner, name=rules.one_line(name), query=kept, shared=shared, made_at=now)
    _unless_taken(lambda: row.save(force_insert=True))
    record(CaseViewSaved(view=row.id, reach=_reach(shared)), actor=actor, at=now)
    return row.id


@action(right="support.read")
def change_view(
    *, actor: Actor, view_id: UUID, version: int, name: str, shared: bool, now: datetime, query: str | None = None
) -> None:
    """Change one's own view: its name, who sees it, with `query` also what it holds. Raises NotFound, Stale, Invalid."""
    row = _mine(actor, view_id)
    kept, fields = _checked(name, row.query if query is None else query)
    if fields:
        raise Invalid(_("The view could not be saved."), fields=fields)
    told = {"name": rules.one_line(name), "shared": shared, "query": kept, "version": F("version") + 1}
    moved = _unless_taken(lambda: SavedView.objects.filter(id=view_id, version=version, deleted_at=None).update(**told))
    if not moved:
        raise Stale(_("You changed this view in another tab meanwhile. Load the page again."))
    record(CaseViewSaved(view=view_id, reach=_reach(shared)), actor=actor, at=now)


@action(right="support.read")
def delete_view(*, actor: Actor, view_id: UUID, version: int, now: datetime) -> None:
    """Delete one's own view. Raises NotFound, Stale."""
    _mine(actor, view_id)
    if not SavedView.objects.filter(id=view_id, version=version, deleted_at=None).update(
        deleted_at=now, name="-", query="", version=F("version") + 1
    ):
        raise Stale(_("You changed this view in another tab meanwhile. Load the page again."))
    record(CaseViewDeleted(view=view_id), actor=actor, at=now)


@action(right="support.export")
def export_cases(*, actor: Actor, query: str, rows: int, said: bool, notes: bool, now: datetime) -> UUID:
    """Record that a list of cases is taken out in the same answer; `rows` as they were counted. Raises Forbidden, Invalid."""
    staff = _staff(actor)
    if people.is_partner(staff):
        raise Forbidden(_("Partner teams take no lists out."))
    if rows > MOST_EXPORTED:
        raise Invalid(
            _("At most %(n)s cases are taken out at once. Narrow the list down.") % {"n": f"{MOST_EXPORTED:,}"}
        )
    export = uuid7()
    what = "with messages and notes" if notes else "with messages" if said else "without messages"
    record(CasesExported(export=export, query=canonical(query), rows=rows, what=what), actor=actor, at=now)
    return export


def _checked(name: str, query: str) -> tuple[str, dict[str, str]]:
    fields: dict[str, str] = {}
    if not 1 <= len(rules.one_line(name)) <= 80:
        fields["name"] = _("Give a name of at most 80 characters.")
    kept = canonical(query)
    if len(kept) > 1_000:
        fields["query"] = _("This search is too long to be kept.")
    else:
        asking.read(wanted_of(QueryDict(kept)).text)
    return kept, fields


def _unless_taken(write: Callable[[], Any]) -> Any:
    try:
        with transaction.atomic():
            return write()
    except IntegrityError:
        raise Invalid(_("The view could not be saved."), fields={"name": _("You have a view of this name.")}) from None


def _mine(actor: Actor, view_id: UUID) -> SavedView:
    row = SavedView.objects.filter(id=view_id, owner_id=_staff(actor), deleted_at=None).first()
    if row is None:
        raise NotFound(_("There is no such view of yours."))
    return row


def _staff(actor: Actor) -> UUID:
    if actor.kind != "staff":
        raise Forbidden(_("Only a member of staff can do this."))
    return UUID(actor.id)


def _reach(shared: bool) -> str:
    return "shared with the team" if shared else "their own"
