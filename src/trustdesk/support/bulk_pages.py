"""Many cases at once: what would be changed, how far it is, what became of each."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.work import queries as work
from trustdesk.macros import queries as macros
from trustdesk.support import actions, bulking, hands, queries, rules, saving, showing
from trustdesk.support.actions.assigning import takes_cases
from trustdesk.support.actions.bulk import too_many
from trustdesk.support.bulking import Chosen
from trustdesk.support.forms import BulkForm
from trustdesk.support.queries import CaseView
from trustdesk.support.refusals import NoSuchBulk
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, swap

PAGE = 100
_MACROS = 100


@page(right="support.answer")
def prepare(request: PageRequest) -> HttpResponse:
    """The sheet: what is chosen, and what may be done with all of it. Opened by its address, one's newest changes."""
    if request.method != "POST":
        return render(request, "support/bulks.html", {"bulks": bulking.newest(actor=request.actor, now=now())})
    chosen, cases = _chosen(request)
    return _sheet(request, chosen, cases, _form(request, cases))


@page(right="support.answer", methods=("GET", "HEAD"))
def all_of(request: PageRequest) -> HttpResponse:
    """How many are like the list, as the button that chooses them all; a part of the inbox."""
    wanted = saving.wanted_of(QueryDict(saving.canonical(request.GET.urlencode())))
    n = queries.count(actor=request.actor, wanted=wanted, now=now(), most=rules.MOST_AT_ONCE)
    return swap(request, "support/_choose_all.html", n=n, most=rules.MOST_AT_ONCE, over=n > rules.MOST_AT_ONCE)


@page(right="support.answer", methods=("POST",))
def begin(request: PageRequest) -> HttpResponseBase:
    """Do it, to exactly what was shown."""
    chosen, cases = _chosen(request)
    form = _form(request, cases, request.POST)
    if not form.is_valid():
        return _sheet(request, chosen, cases, form, status=422)
    try:
        made = actions.begin_bulk(actor=request.actor, chosen=chosen, changes=form.changes(), now=now())
    except Invalid as wrong:
        for name, said in wrong.spoken_fields.items():
            form.add_error(name if name in form.fields else None, said)
        return _sheet(request, chosen, cases, form, status=422)
    return go(request, reverse("support:bulk_show", args=[made]))


@page(right="support.answer", methods=("GET", "HEAD"))
def show(request: PageRequest, bulk_id: UUID) -> HttpResponse:
    """How far it is, and what became of each case."""
    context = _bulk(request, bulk_id)
    state = request.GET.get("state", "")
    start = cursors.decode(request.GET.get("after"), int)
    rows = bulking.turns(
        bulk_id,
        state=state if state in context["bulk"].counts else "",
        after=start[0] if start else 0,
        limit=PAGE + 1,
    )
    shown = cursors.page_of(rows, limit=PAGE, key=lambda turn: (turn.number,))
    context |= {"rows": shown.rows, "next": shown.next, "state": state, "words": showing}
    return render(request, "support/bulk.html", context)


@page(right="support.answer", methods=("GET", "HEAD"))
def progress(request: PageRequest, bulk_id: UUID) -> HttpResponse:
    """The bar, again each second; the whole page once it is over."""
    context = _bulk(request, bulk_id)
    answer = swap(request, "support/_bulk_progress.html", **context)
    if not context["bulk"].open:
        answer["HX-Refresh"] = "true"
    return answer


@page(right="support.answer", methods=("POST",))
def cancel(request: PageRequest, bulk_id: UUID) -> HttpResponseBase:
    before = bulking.view_of(bulk_id, actor=request.actor, now=now())
    actions.cancel_bulk(actor=request.actor, bulk_id=bulk_id, now=now())
    none = before is not None and before.done == 0
    messages.success(request, _("Taken back: nothing was done.") if none else _("It is stopped. What was done stays."))
    return go(request, reverse("support:bulk_show", args=[bulk_id]))


@page(right="support.answer", methods=("POST",))
def again(request: PageRequest, bulk_id: UUID) -> HttpResponseBase:
    made = actions.retry_bulk(actor=request.actor, bulk_id=bulk_id, now=now())
    return go(request, reverse("support:bulk_show", args=[made]))


def _chosen(request: PageRequest) -> tuple[list[Chosen], list[CaseView]]:
    """What was ticked, or all of the list as it is now; of it, what one may answer. Raises Invalid, Unclear."""
    if request.POST.get("which") == "all":
        wanted = saving.wanted_of(QueryDict(saving.canonical(request.POST.get("query", ""))))
        most = rules.MOST_AT_ONCE + 1
        found = queries.batches(
            actor=request.actor, wanted=wanted, right="support.answer", most=most, now=now(), size=most
        )
        cases = [case for batch in found for case in batch]
        chosen = [Chosen(case.id, case.version, case.messages) for case in cases]
    else:
        told = request.POST.get("chosen", "").split() or request.POST.getlist("ticked")
        chosen = [_one(each) for each in told[: rules.MOST_AT_ONCE + 1]]
        views = queries.views_of(one.case for one in chosen)
        cases = [views[one.case] for one in chosen if one.case in views and _may(request, views[one.case])]
    if len(chosen) > rules.MOST_AT_ONCE:
        raise Invalid(too_many(), fields={"chosen": too_many()})
    if not cases:
        raise Invalid(_("Choose at least one case."))
    kept = {case.id for case in cases}
    return [one for one in chosen if one.case in kept], cases


def _may(request: PageRequest, case: CaseView) -> bool:
    return queries.may_see(case, actor=request.actor, right="support.answer")


def _one(told: str) -> Chosen:
    """One ticked case as `id:version:last message`. Raises Invalid."""
    try:
        case, version, seen = told.split(":")
        made = Chosen(UUID(case), int(version), int(seen))
    except ValueError:
        raise Invalid(_("This choice cannot be read. Choose again.")) from None
    if not (0 <= made.version < 2**31 and 0 <= made.seen < 2**31):
        raise Invalid(_("This choice cannot be read. Choose again."))
    return made


def _form(request: PageRequest, cases: Sequence[CaseView], told: QueryDict | None = None) -> BulkForm:
    at, language = now(), get_language() or "en"
    people_there = hands.able_for_all(cases, now=at)
    saved = macros.find(request.actor, "", limit=_MACROS, now=at) if request.actor.may("macros.use") else []
    return BulkForm(
        told,
        queues=[(one.code, one.name) for one in work.queues() if takes_cases(one) and one.takes_new],
        people=[(str(one.id), f"{one.name} ({showing.standing(one, language)})") for one in people_there],
        macros=[(f"{one.id}:{one.number}", one.name) for one in saved],
    )


def _sheet(
    request: PageRequest, chosen: Sequence[Chosen], cases: Sequence[CaseView], form: BulkForm, *, status: int = 200
) -> HttpResponse:
    statuses = Counter(case.status for case in cases)
    context: dict[str, Any] = {
        "form": form,
        "chosen": " ".join(f"{one.case}:{one.version}:{one.seen}" for one in chosen),
        "n": len(chosen),
        "query": saving.canonical(request.POST.get("query", "")),
        "some": cases[:5],
        "statuses": [(showing.STATUS_WORDS[one], statuses[one]) for one in rules.STATUSES if statuses[one]],
    }
    return render(request, "support/bulk_sheet.html", context, status=status)


def _bulk(request: PageRequest, bulk_id: UUID) -> dict[str, Any]:
    view = bulking.view_of(bulk_id, actor=request.actor, now=now())
    if view is None:
        raise NoSuchBulk
    return {
        "bulk": view,
        "by": people.names_of([view.actor])[view.actor],
        "lines": _lines(request, view.changes),
        "now": now(),
    }


def _lines(request: PageRequest, changes: rules.Changes) -> list[tuple[str, str]]:
    """What is changed, in words: (what, to what)."""
    told = [(_("Status"), str(showing.STATUS_WORDS[changes.status]))] if changes.status else []
    if changes.priority:
        told.append((_("Priority"), str(showing.PRIORITY_WORDS[changes.priority])))
    if changes.category:
        told.append((_("Category"), changes.category))
    if changes.add_tags:
        told.append((_("Tags added"), ", ".join(changes.add_tags)))
    if changes.remove_tags:
        told.append((_("Tags taken away"), ", ".join(changes.remove_tags)))
    if changes.queue:
        told.append((_("Queue"), changes.queue))
    if changes.to:
        label = f"staff:{changes.to}"
        told.append((_("Given to"), _("nobody") if changes.to == "-" else people.names_of([label])[label]))
    if changes.until:
        told.append((_("Put away until"), changes.until))
    if changes.macro:
        told.append((_("Saved reply"), _saved(request, changes.macro)))
    return told


def _saved(request: PageRequest, macro_id: str) -> str:
    try:
        return macros.one(request.actor, UUID(macro_id)).name
    except NotFound:
        return "?"
