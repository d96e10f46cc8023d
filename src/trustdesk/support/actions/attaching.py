"""Files go with what the desk writes: kept with the draft until it is sent."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from trustdesk.files import actions as files
from trustdesk.files.queries import FileView
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.rules import Allowance
from trustdesk.post import queries as post
from trustdesk.support import queries, rules
from trustdesk.support.models import Draft
from trustdesk.support.refusals import NoSuchCase, NotAttached
from trustdesk.support.views import Attachment, attachments

# What the content turned out to be, whatever the name says.
_NEVER = frozenset({"dangerous_type", "malware", "polyglot", "not_what_it_says"})
_MIB = 2**20


def take_in(*, actor: Actor, source: BinaryIO, name: str, declared_type: str, size: int, now: datetime) -> Attachment:
    """Keep bytes that somebody of the desk wants to send, by their content, and say what they are called and are. Looks into
    them for seconds: never inside a transaction. Raises NotAttached (too large, dangerous), EmptyFile."""
    actor.require("support.answer")
    if size > settings.ATTACH_LIMIT:
        raise NotAttached(_("A file may have at most %(n)s MB.") % {"n": settings.ATTACH_LIMIT // _MIB})
    # Who may answer may attach; the right to bring files to the desk by itself is another.
    keeper = replace(actor, allowances=actor.allowances | {Allowance("files.write")})
    kept = files.store_file(actor=keeper, source=source, declared_type=declared_type, now=now)
    called = _named(kept, name)
    _refuse_dangerous(called, kept)
    return called


def attach(*, actor: Actor, case_id: UUID, mode: str, attached: Attachment, now: datetime) -> tuple[Attachment, ...]:
    """Put a file to one's draft, which survives as it does; of a merged case, at its successor. Returns all of the draft's.

    Not an action, as `save_draft`. Raises NoSuchCase, Invalid (mode), NotAttached (too many, too much together).
    """
    if mode not in rules.MODES or actor.kind != "staff":
        raise Invalid(_("Attach it to a reply or a note."))
    _require(case_id, actor)
    while True:
        case = queries.successor_of(case_id)
        with suppress(_Merged), transaction.atomic():
            after = _put(case, UUID(actor.id), mode, attached, now)
            if queries.successor_of(case) != case:  # it was merged while this waited: there, then
                raise _Merged
            return after


class _Merged(Exception):
    """The draft would lie in a case that has just been merged."""


def _put(case: UUID, staff: UUID, mode: str, attached: Attachment, now: datetime) -> tuple[Attachment, ...]:
    # Only the draft is locked, never its case: what is typed is kept in the same order, every second.
    rows = Draft.objects.select_for_update().filter(case_id=case, staff_id=staff, mode=mode)
    if (row := rows.first()) is None:
        told = [attached.told()]
        with suppress(IntegrityError), transaction.atomic():  # the other window was faster
            _refuse_much([attached])
            Draft.objects.create(case_id=case, staff_id=staff, mode=mode, files=told, changed_at=now)
            return (attached,)
        row = rows.get()
    after = (*(one for one in attachments(row.files) if one.file != attached.file), attached)
    _refuse_much(after)
    Draft.objects.filter(id=row.id).update(files=[one.told() for one in after], changed_at=now)
    return after


def detach(*, actor: Actor, case_id: UUID, mode: str, file_id: UUID, now: datetime) -> tuple[Attachment, ...]:
    """Take a file away from one's draft; gone already is well. The bytes stay what they are. Raises NoSuchCase."""
    if actor.kind != "staff":
        raise NoSuchCase
    _require(case_id, actor)
    with transaction.atomic():
        mine = {"case_id": queries.successor_of(case_id), "staff_id": UUID(actor.id), "mode": mode}
        row = Draft.objects.select_for_update().filter(**mine).first()
        if row is None:
            return ()
        left = tuple(one for one in attachments(row.files) if one.file != file_id)
        if left or row.text:
            Draft.objects.filter(id=row.id).update(files=[one.told() for one in left], changed_at=now)
        else:
            row.delete()
        return left


def refuse_attached(attached: Sequence[Attachment], *, leaves: bool) -> None:
    """What would be sent, once more. Raises Invalid (files): too many, too much, dangerous, no letter to go with."""
    if not leaves:
        said = _("No letter leaves from this case, so nothing can be attached. Take the files away first.")
        raise Invalid(said, fields={"files": said})
    try:
        _refuse_much(attached)
        for one in attached:
            _refuse_dangerous(one, None)
    except NotAttached as refused:
        raise Invalid(refused.message, fields={"files": refused.message}) from refused


def _require(case_id: UUID, actor: Actor) -> None:
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=actor, right="support.answer"):
        raise NoSuchCase


def _named(kept: FileView, raw: str) -> Attachment:
    kind = kept.media_type or kept.declared_type
    if not kind or kind.startswith(("message/", "multipart/")):  # a letter in a letter would be taken apart
        kind = "application/octet-stream"
    name, marks = post.called(raw, kind)
    return Attachment(kept.id, name, kind, kept.size, marks)


def _refuse_dangerous(called: Attachment, kept: FileView | None) -> None:
    name = {"name": called.name}
    if "dangerous" in called.marks or (kept is not None and kept.reason in _NEVER):
        why = kept.reason_words if kept is not None and kept.reason in _NEVER else ""
        said = _("“%(name)s” is not attached: files of this kind can run programs where they are opened.") % name
        raise NotAttached(f"{said} {why}".strip())
    if "turned_name" in called.marks:
        raise NotAttached(_("“%(name)s” is not attached: its name would be read backwards. Rename it first.") % name)


def _refuse_much(attached: Sequence[Attachment]) -> None:
    if len(attached) > rules.MOST_FILES:
        raise NotAttached(_("At most %(n)s files.") % {"n": rules.MOST_FILES})
    if sum(one.size for one in attached) > settings.ATTACH_TOGETHER:
        most = {"n": settings.ATTACH_TOGETHER // _MIB}
        raise NotAttached(_("All files together may have at most %(n)s MB.") % most)
