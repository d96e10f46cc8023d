"""Cases linked to each other, and cases that are parts of one."""

from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.support import actions, queries
from trustdesk.support.forms import LinkForm, UnlinkForm
from trustdesk.web.page import PageRequest, go, page, refuse


@page(right="support.answer", methods=("POST",))
def link(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """Say that two cases have to do with each other, or that this one is a part of the other."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    other = queries.by_number(form.cleaned_data["number"])
    if other is None or not queries.may_see(other, actor=request.actor):
        said = _("There is no case with this number.")
        raise Invalid(said, fields={"number": said})
    if form.cleaned_data["kind"] == "part":
        actions.set_parent(actor=request.actor, case_id=case_id, parent=other.id, now=now())
    else:
        actions.link(actor=request.actor, case_id=case_id, kind="case", target=other.id, now=now())
    return go(request, reverse("support:show", args=[case_id]))


@page(right="support.answer", methods=("POST",))
def unlink(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """Take a link between cases away."""
    form = UnlinkForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    if form.cleaned_data["kind"] == "part":
        actions.set_parent(actor=request.actor, case_id=form.cleaned_data["target"], parent=None, now=now())
    else:
        actions.unlink(actor=request.actor, case_id=case_id, kind="case", target=form.cleaned_data["target"], now=now())
    return go(request, reverse("support:show", args=[case_id]))
