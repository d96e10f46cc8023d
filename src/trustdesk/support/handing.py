"""The page behind “Ask another team” on a case."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.escalations import queries as escalations
from trustdesk.kernel.base.timesource import now
from trustdesk.support import actions, queries
from trustdesk.support.forms import EscalateForm
from trustdesk.support.refusals import NoSuchCase
from trustdesk.web.page import PageRequest, go, page, refuse, swap


@page(right="escalations.send")
def escalate(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """The teams one can ask (for the sheet, when it opens); posted, the case is on hold until one of them answers."""
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=request.actor, right="support.answer"):
        raise NoSuchCase
    if request.method != "POST":
        teams, severities = escalations.teams(), escalations.severities()
        return swap(request, "escalations/_ask.html", teams=teams, severities=severities, areas=escalations.areas())
    form = EscalateForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    link = reverse("support:show", args=[case_id])
    actions.escalate(actor=request.actor, case_id=case_id, link=link, now=now(), **form.cleaned_data)
    messages.success(request, _("They have it. The case is on hold until they answer, and comes back to you first."))
    return go(request, link)
