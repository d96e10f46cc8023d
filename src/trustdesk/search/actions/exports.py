"""Taking lists out: at once when they are short, by a job when they are long."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from trustdesk.files import queries as files
from trustdesk.files.actions import Kept, remove_made
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Forbidden, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.search import finding
from trustdesk.search.asking import Asked
from trustdesk.search.exporting import EXPORT_JOB, KEPT, MOST_AT_ONCE
from trustdesk.search.facts import ExportCancelled, ExportExpired, ExportFetched, ListExported, TimelineExported
from trustdesk.search.models import Export


class ExportOver(Refusal):
    """It has ended already."""

    code, status = "export_over", 409


class NotReady(Refusal):
    """The file is not ready."""

    code, status = "export_not_ready", 409


@action(right="items.export")
def export_now(*, actor: Actor, asked: Asked, rows: int, with_people: bool, now: datetime) -> UUID:
    """Record that a short list is taken out in the same answer; `rows` as they were counted. Raises Forbidden."""
    _allowed(actor, asked, with_people=with_people)
    export = uuid7()
    record(
        ListExported(export=export, tab=asked.tab, query=asked.query, rows=rows, with_people=with_people),
        actor=actor,
        at=now,
    )
    return export


@action(right="items.export")
def begin_export(*, actor: Actor, asked: Asked, with_people: bool, mark: bool, language: str, now: datetime) -> UUID:
    """Begin to write a list to a file; `mark`: begin it with the mark by which spreadsheets know UTF-8. Raises Forbidden."""
    _allowed(actor, asked, with_people=with_people)
    person = finding.person_asked(asked, actor=actor)
    count = finding.count(asked, person=person, most=MOST_AT_ONCE * 50)
    export = Export.objects.create(
        staff_id=UUID(actor.id),
        tab=asked.tab,
        query=asked.query,
        zone=asked.zone,
        until=now,
        language=language,
        mark=mark,
        with_people=with_people,
        total=count if count <= MOST_AT_ONCE * 50 else None,
        made_at=now,
    )
    record(
        ListExported(export=export.id, tab=asked.tab, query=asked.query, rows=count, with_people=with_people),
        actor=actor,
        at=now,
    )
    app.configure_task(EXPORT_JOB, queue="search").defer(export=str(export.id))
    return export.id


@action(right="items.export")
def fetch_export(*, actor: Actor, export_id: UUID, now: datetime) -> str:
    """An address of one's own finished file, for ten minutes; that it was fetched is recorded. Raises NotFound, NotReady."""
    export = _mine(actor, export_id)
    if export.state != Export.State.DONE or export.file is None:
        raise NotReady
    record(ExportFetched(export=export_id), actor=actor, at=now)
    return files.signed_url(export.file, "original", now=now)


def expire_exports(*, now: datetime, limit: int = 50) -> None:
    """Remove the files of exports whose time is over: hung in `wiring.LOOPS`."""
    due = Export.objects.exclude(file=None).filter(ended_at__lte=now - KEPT).order_by("ended_at")
    for export_id in list(due.values_list("id", flat=True)[:limit]):
        with suppress(ExportOver):
            _expire(actor=SYSTEM, export_id=export_id, now=now)


@action(right="items.export")
def _expire(*, actor: Actor, export_id: UUID, now: datetime) -> None:
    """Raises ExportOver: another worker was quicker."""
    export = Export.objects.select_for_update().filter(id=export_id).exclude(file=None).first()
    if export is None or export.file is None:
        raise ExportOver
    Export.objects.filter(id=export_id).update(state=Export.State.EXPIRED, file=None)
    record(ExportExpired(export=export_id), actor=actor, at=now)
    # The same list taken out twice is one file.
    if not Export.objects.filter(file=export.file).exists():
        with suppress(NotFound, Kept):
            remove_made(actor=actor, file_id=export.file, now=now)


@action(right="items.export")
def cancel_export(*, actor: Actor, export_id: UUID, now: datetime) -> None:
    """Stop one's own export. Raises NotFound, ExportOver."""
    _mine(actor, export_id)
    moved = Export.objects.filter(id=export_id, state__in=[Export.State.WAITING, Export.State.RUNNING]).update(
        state=Export.State.CANCELLED, ended_at=now
    )
    if not moved:
        raise ExportOver
    record(ExportCancelled(export=export_id), actor=actor, at=now)


@action(right="items.export")
def export_timeline(*, actor: Actor, account_id: UUID, rows: int, form: str, now: datetime) -> None:
    """Record that an account's story is taken out in the same answer, as csv or json. Raises Forbidden."""
    if actor.kind != "staff":
        raise Forbidden(_("Only a member of staff can do this."))
    if people.is_partner(UUID(actor.id)):
        raise Forbidden(_("Partner teams take no lists out."))
    record(TimelineExported(account=account_id, rows=rows, form=form), actor=actor, at=now)


def _allowed(actor: Actor, asked: Asked, *, with_people: bool) -> None:
    if actor.kind != "staff":
        raise Forbidden(_("Only a member of staff can do this."))
    if people.is_partner(UUID(actor.id)):
        raise Forbidden(_("Partner teams take no lists out."))
    if asked.tab == "decisions":
        actor.require("decisions.read")
    if with_people:
        actor.require("items.export_people")


def _mine(actor: Actor, export_id: UUID) -> Export:
    export = Export.objects.filter(id=export_id, staff_id=UUID(actor.id)).first()
    if export is None:
        raise NotFound(_("There is no such export of yours."))
    return export
