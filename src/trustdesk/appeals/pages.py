"""The desk of appeals: what waits, one appeal, judging, deciding; out-of-court cases; misuse."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.appeals import actions, queries, showing
from trustdesk.appeals.forms import AskForm, ConcludeForm, DecideForm, FirstForm, LetterForm, PauseForm, ReferForm
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work import queries as work
from trustdesk.kernel.work.actions import NothingWaiting
from trustdesk.kernel.work.queries import After, WorkFilter
from trustdesk.policy import queries as policy
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse

BOXES = {"waiting": ("open", "claimed", "held"), "mine": ("claimed", "held"), "over": ("done", "cancelled")}


@page(right="appeals.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """What waits, by its due time; what I hold; what is over."""
    box = request.GET.get("box", "")
    box = box if box in BOXES else "waiting"
    mark = cursors.decode(request.GET.get("after"), datetime, UUID)
    found = work.list_work(
        actor=request.actor,
        filters=WorkFilter(
            states=BOXES[box],
            kind=queries.KIND,
            holder=UUID(request.actor.id) if box == "mine" else None,
        ),
        order="changed" if box == "over" else "oldest",
        after=After(mark[0], mark[1]) if mark else None,
        limit=30,
    )
    context = {
        "rows": found.rows,
        "appeals": queries.of_works(one.id for one in found.rows),
        "next": cursors.encode([found.next.value, found.next.id]) if found.next else "",
        "box": box,
        "decides": request.actor.may("appeals.decide"),
        "me": UUID(request.actor.id),
    }
    return render(request, "appeals/list.html", context)


@page(right="appeals.read", methods=("GET", "HEAD"))
def show(request: PageRequest, appeal_id: UUID) -> HttpResponse:
    """One appeal, with what one can do now."""
    found = showing.sheet(appeal_id, actor=request.actor, now=now())
    request.actor.require("appeals.read", market=found.item.market if found.item else None)
    one = found.appeal
    decides = request.actor.may("appeals.decide") and not found.own
    context = {
        "sheet": found,
        "one": one,
        "may_take": decides and one.state == "open" and not found.mine and found.work.state in {"open", "held"},
        "may_judge": decides and found.mine and one.hidden,
        "may_decide": decides and found.mine and not one.hidden,
        "manages": request.actor.may("appeals.manage"),
        "reads_notices": request.actor.may("notices.read"),
        "acts": one.appellant == "notifier" and found.done_since is None,
        "options": policy.clause_search("", language=request.actor.language) if one.notice and found.mine else (),
    }
    return render(request, "appeals/appeal.html", context)


@page(right="appeals.decide", methods=("POST",))
def take_next(request: PageRequest) -> HttpResponseBase:
    try:
        found = actions.claim_next(actor=request.actor, now=now())
    except NothingWaiting as nothing:
        messages.info(
            request, _(nothing.message) if nothing.details.get("why") else _("No appeal waits for you just now.")
        )
        return go(request, reverse("appeals:list"))
    return go(request, reverse("appeals:show", args=[found]))


@page(right="appeals.decide", methods=("POST",))
def take(request: PageRequest, appeal_id: UUID) -> HttpResponseBase:
    actions.claim_this(actor=request.actor, appeal_id=appeal_id, now=now())
    return _back(request, appeal_id)


@page(right="appeals.decide", methods=("POST",))
def release(request: PageRequest, appeal_id: UUID) -> HttpResponseBase:
    actions.release(actor=request.actor, appeal_id=appeal_id, now=now())
    return go(request, reverse("appeals:list"))


@page(right="appeals.decide", methods=("POST",))
def heartbeat(request: PageRequest, appeal_id: UUID) -> HttpResponse:
    actions.heartbeat(actor=request.actor, appeal_id=appeal_id, now=now())
    return HttpResponse(status=204)


@page(right="appeals.decide", methods=("POST",))
def judge_first(request: PageRequest, appeal_id: UUID) -> HttpResponseBase:
    form = FirstForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.judge_first(actor=request.actor, appeal_id=appeal_id, now=now(), **form.cleaned_data)
    return _back(request, appeal_id)


@page(right="appeals.decide", methods=("POST",))
def ask(request: PageRequest, appeal_id: UUID) -> HttpResponseBase:
    form = AskForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    told = form.cleaned_data
    actions.ask(
        actor=request.actor, appeal_id=appeal_id, text=told["text"], wait=timedelta(days=told["days"]), now=now()
    )
    return _back(request, appeal_id)


@page(right="appeals.decide", methods=("POST",))
def decide(request: PageRequest, appeal_id: UUID) -> HttpResponseBase:
    form = DecideForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    told = form.cleaned_data
    days, kind, clauses = told.pop("days"), told.pop("keep"), told.pop("clauses")
    # Fields that stand beside another choice than the one made are not meant.
    acts = bool(clauses) and told["outcome"] == "overturned"
    done = actions.decide(
        actor=request.actor,
        appeal_id=appeal_id,
        now=now(),
        keep=_specs(kind, days) if acts or told["outcome"] == "partly" else (),
        grounds=clauses if acts else (),
        **told,
    )
    if done.outcome == "overturned" and queries.view_of(appeal_id).notice:
        messages.success(request, _("It is done. Who reported it and who posted it are told."))
    elif done.reversal:
        messages.success(request, _("It is put right, and everybody who was told of the decision is told of this."))
    else:
        messages.success(request, _("It is decided, and the appellant is told."))
    return _back(request, appeal_id)


@page(right="appeals.decide", methods=("GET", "HEAD"))
def clauses(request: PageRequest, appeal_id: UUID) -> HttpResponse:
    """Clauses in force that fit what was typed."""
    _account(appeal_id)
    options = policy.clause_search(request.GET.get("q", ""), language=request.actor.language)
    return render(request, "appeals/_clauses.html", {"options": options})


@page(right="appeals.decide", methods=("GET", "HEAD"))
def letter(request: PageRequest, appeal_id: UUID) -> HttpResponse:
    """What who posted it will read when the notifier was right."""
    form = LetterForm(request.GET)
    if not form.is_valid() or not form.cleaned_data["clauses"]:
        return render(request, "appeals/_letter.html", {"letter": None})
    told = form.cleaned_data
    shown = showing.letter_of(
        appeal_id,
        actor=request.actor,
        specs=_specs(told["keep"], told["days"]),
        clauses=told["clauses"],
        author_note=told["author_note"],
        now=now(),
    )
    return render(request, "appeals/_letter.html", {"letter": shown})


def _specs(kind: str, days: int | None) -> list[actions.RestrictionSpec]:
    return [actions.RestrictionSpec(kind, seconds=days * 86400.0 if days else None)] if kind else []


@page(right="appeals.manage", methods=("POST",))
def refer(request: PageRequest, appeal_id: UUID) -> HttpResponseBase:
    form = ReferForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.refer(actor=request.actor, appeal_id=appeal_id, now=now(), **form.cleaned_data)
    return _back(request, appeal_id)


@page(right="appeals.manage", methods=("POST",))
def extend(request: PageRequest, appeal_id: UUID, referral_id: UUID) -> HttpResponseBase:
    actions.extend(actor=request.actor, referral_id=referral_id, now=now())
    return _back(request, appeal_id)


@page(right="appeals.manage", methods=("POST",))
def conclude(request: PageRequest, appeal_id: UUID, referral_id: UUID) -> HttpResponseBase:
    form = ConcludeForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.conclude(actor=request.actor, referral_id=referral_id, now=now(), **form.cleaned_data)
    return _back(request, appeal_id)


@page(right="appeals.manage", methods=("POST",))
def implement(request: PageRequest, appeal_id: UUID, referral_id: UUID) -> HttpResponseBase:
    followed = request.POST.get("followed") == "yes"
    actions.implement(actor=request.actor, referral_id=referral_id, followed=followed, now=now())
    return _back(request, appeal_id)


@page(right="appeals.manage", methods=("POST",))
def warn(request: PageRequest, appeal_id: UUID) -> HttpResponseBase:
    actions.warn_misuse(actor=request.actor, account_id=_account(appeal_id), now=now())
    return _back(request, appeal_id)


@page(right="appeals.manage", methods=("POST",))
def pause(request: PageRequest, appeal_id: UUID) -> HttpResponseBase:
    form = PauseForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.pause_misuse(actor=request.actor, account_id=_account(appeal_id), now=now(), **form.cleaned_data)
    return _back(request, appeal_id)


def _account(appeal_id: UUID) -> UUID:
    found = queries.views_of([appeal_id]).get(appeal_id)
    if found is None:
        raise NotFound("There is no such appeal.")
    return found.account


def _back(request: PageRequest, appeal_id: UUID) -> HttpResponseBase:
    return go(request, reverse("appeals:show", args=[appeal_id]))
