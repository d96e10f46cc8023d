"""Files in the composer: taken in one by one, kept with the draft, taken away."""

from collections.abc import Sequence
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.support import actions, queries
from trustdesk.support.queries import Attachment
from trustdesk.support.refusals import NoSuchCase
from trustdesk.web.page import PageRequest, page, swap

_WRAPPING = 2**20  # what a form needs around its file
MIB = 2**20


@page(right="support.answer", methods=("POST",))
def attach(request: PageRequest) -> HttpResponse:
    """One file more; answered with all that are attached. Its address names no case in its path, because how much of a body
    is read at all is said by path."""
    case_id, mode = _uuid(request.GET.get("case", "")), request.GET.get("mode", "")
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=request.actor, right="support.answer"):
        raise NoSuchCase
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > settings.ATTACH_LIMIT + _WRAPPING:
        raise Invalid(_("A file may have at most %(n)s MB.") % {"n": settings.ATTACH_LIMIT // MIB})
    sent = [one for one in request.FILES.getlist("file") if isinstance(one, UploadedFile)]
    if len(sent) != 1 or sent[0].file is None:
        raise Invalid(_("Choose a file."))
    taken = actions.take_in(
        actor=request.actor,
        source=cast(BinaryIO, sent[0].file),
        name=sent[0].name or "",
        declared_type=sent[0].content_type or "",
        size=sent[0].size or 0,
        now=now(),
    )
    files = actions.attach(actor=request.actor, case_id=case_id, mode=mode, attached=taken, now=now())
    return _list(request, case_id, mode, files)


@page(right="support.answer", methods=("POST",))
def detach(request: PageRequest, case_id: UUID) -> HttpResponse:
    """One file less."""
    mode = request.POST.get("mode", "")
    gone = _uuid(request.POST.get("file", ""))
    files = actions.detach(actor=request.actor, case_id=case_id, mode=mode, file_id=gone, now=now())
    return _list(request, case_id, mode, files)


def chosen(request: PageRequest, case_id: UUID, mode: str) -> list[Attachment]:
    """The files that stood beside the words when they were sent, of those that are attached. Raises Invalid."""
    wanted = [_uuid(one) for one in request.POST.getlist("files")[:100]]
    if not wanted:
        return []
    kept = queries.files_of_drafts(queries.successor_of(case_id), actor=request.actor).get(mode, ())
    found = {one.file: one for one in kept}
    if any(one not in found for one in wanted):
        said = _("One of these files is not attached any more. Look again, then send.")
        raise Invalid(said, fields={"files": said})
    return [found[one] for one in dict.fromkeys(wanted)]


def _list(request: PageRequest, case_id: UUID, mode: str, files: Sequence[Attachment]) -> HttpResponse:
    context: dict[str, Any] = {"case": queries.by_id(case_id), "mode": mode, "files": files}
    return swap(request, "support/_attached.html", **context)


def _uuid(told: str) -> UUID:
    try:
        return UUID(told)
    except ValueError:
        raise NoSuchCase(_("There is no such file or case.")) from None
