"""Clusters and rings in the console: the list, a cluster and its decision, what became of it, who is behind it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.actions import Incomplete
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import names_of
from trustdesk.policy import queries as policy
from trustdesk.review import gathering, together
from trustdesk.review.forms import PreviewForm, SeenForm, TogetherForm
from trustdesk.review.pages import dict_of_languages
from trustdesk.review.queries import refuse_shut
from trustdesk.review.showing import options_for, suggestions
from trustdesk.review.similar import similar_to
from trustdesk.signals import queries as signals
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse
from trustdesk.wellbeing import actions as wellbeing

LIMIT = 50
KINDS = ("text", "image")
STATES = ("open", "decided")


@page(right="items.read", methods=("GET", "HEAD"))
def list_all(request: PageRequest) -> HttpResponse:
    """Clusters, the newest or the biggest first."""
    order = "biggest" if request.GET.get("order") == "biggest" else "newest"
    kind = request.GET.get("kind", "")
    state = request.GET.get("state", "")
    start = cursors.decode(request.GET.get("after"), int if order == "biggest" else datetime, UUID)
    decided = gathering.decided_clusters() if state in STATES else set()
    found = signals.clusters(
        order=order,
        kind=kind if kind in KINDS else "",
        only=decided if state == "decided" else None,
        without=decided if state == "open" else (),
        before=(start[0], start[1]) if start else None,
        limit=LIMIT + 1,
    )
    shown = cursors.page_of(
        found, limit=LIMIT, key=lambda one: (one.members if order == "biggest" else one.last_at, one.id)
    )
    context = {
        "rows": shown.rows,
        "next": shown.next,
        "order": order,
        "kind": kind,
        "state": state,
        "texts": gathering.excerpts(shown.rows),
        "joints": gathering.joints_of(one.id for one in shown.rows),
    }
    return render(request, "review/clusters.html", context)


@page(right="items.read", methods=("GET", "HEAD"))
def show(request: PageRequest, cluster_id: UUID) -> HttpResponseBase:
    """One cluster: its members, who is behind it, and the decision for all of them."""
    cluster = signals.cluster(cluster_id)
    if cluster.joined is not None:
        return go(request, reverse("clusters:show", args=[cluster.joined]))
    found = gathering.gather(cluster, actor=request.actor)
    suggested = suggestions(gathering.open_hits(one.item.id for one in found.members), language=request.actor.language)
    joints = gathering.joints_of([cluster.id]).get(cluster.id, [])
    context = {
        "cluster": cluster,
        "found": found,
        "harm": gathering.harm_of(one.item.id for one in found.members)[0],
        "ring": gathering.ring(
            list(dict.fromkeys(one.member.account for one in found.members))[: gathering.MOST_IN_A_RING],
            reveal=request.actor.may("marks.reveal"),
            without=cluster.kind,
        ),
        "may_decide": request.actor.may("review.decide"),
        "options": options_for("", suggested, language=request.actor.language),
        "joints": joints,
        "names": names_of(one.actor for one in joints),
    }
    return render(request, "review/cluster.html", context)


@page(right="items.read", methods=("POST",))
def seen(request: PageRequest, cluster_id: UUID) -> HttpResponse:
    """How long this page was looked at; a beacon. Counted for the person alone, as a look at an item is."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    items = content.items_named(one.owner for one in signals.members(signals.cluster(cluster_id).id))
    harm, weight = gathering.harm_of(item.id for item in items.values())
    if harm:
        wellbeing.seen(
            actor=request.actor,
            harm=harm,
            weight=min(weight, 5),
            kind="cluster",
            seconds=form.cleaned_data["seconds"],
            now=now(),
        )
    return HttpResponse(status=204)


@page(right="review.decide", methods=("GET", "HEAD"))
def clauses(request: PageRequest, cluster_id: UUID) -> HttpResponse:
    """Fuzzy search over the clauses of all live policies."""
    found = signals.cluster(cluster_id)
    items = content.items_named(one.owner for one in signals.members(found.id))
    suggested = suggestions(gathering.open_hits(item.id for item in items.values()), language=request.actor.language)
    options = options_for(request.GET.get("q", ""), suggested, language=request.actor.language)
    return render(request, "review/_clause_choice.html", {"options": options})


@page(right="review.decide", methods=("GET", "HEAD"))
def preview(request: PageRequest, cluster_id: UUID) -> HttpResponse:
    """What the author of the item in the middle will read; the others read the same about theirs."""
    form = PreviewForm({**request.GET.dict(), "clauses": request.GET.getlist("clauses")})
    cluster = signals.cluster(cluster_id)
    item = content.items_named([cluster.centre]).get(cluster.centre)
    if not form.is_valid() or not form.cleaned_data["clauses"] or item is None:
        return render(request, "review/_letter.html", {"preview": None})
    try:
        shown = decisions.preview(
            actor=request.actor,
            item=item,
            version=content.newest_versions([item.id])[item.id],
            account=content.accounts([item.account])[item.account],
            outcome=form.cleaned_data["outcome"],
            clauses=form.cleaned_data["clauses"],
            evidence=[],
            author_note=form.cleaned_data["author_note"],
            automated_detection=False,
            noticed_at=now(),
            now=now(),
        )
    except Incomplete as missing:
        return refuse(request, Refusal(_("The statement would lack %(what)s.") % {"what": missing}))
    with override(shown.language or None):
        language = dict_of_languages().get(shown.language, shown.language)
    return render(request, "review/_letter.html", {"preview": shown, "language": language})


@page(right="review.decide", methods=("POST",))
def decide(request: PageRequest, cluster_id: UUID) -> HttpResponseBase:
    """Decide the ticked ones; a job does it."""
    form = TogetherForm(
        {
            **request.POST.dict(),
            "clauses": request.POST.getlist("clauses"),
            "members": request.POST.getlist("members"),
            "shown": request.POST.get("shown", "0"),
        }
    )
    signals.cluster(cluster_id)
    if not form.is_valid():
        return refuse(request, form)
    said = form.cleaned_data
    made = together.decide_together(
        actor=request.actor,
        cluster_id=cluster_id,
        members=said["members"],
        excepted=max(0, said["shown"] - len(said["members"])),
        outcome=said["outcome"],
        clauses=said["clauses"],
        author_note=said["author_note"],
        rationale=said["rationale"],
        now=now(),
    )
    return go(request, reverse("clusters:joint", args=[made]))


@page(right="items.read", methods=("GET", "HEAD"))
def joint(request: PageRequest, joint_id: UUID) -> HttpResponse:
    """How far a joint decision is, and what became of each item."""
    return render(request, "review/joint.html", _joint(request, joint_id))


@page(right="items.read", methods=("GET", "HEAD"))
def progress(request: PageRequest, joint_id: UUID) -> HttpResponse:
    """The bar, again each second; the whole page once it is over."""
    context = _joint(request, joint_id)
    answer = render(request, "review/_joint_progress.html", context)
    if not context["joint"].open:
        answer["HX-Refresh"] = "true"
    return answer


@page(right="review.decide", methods=("POST",))
def take_back(request: PageRequest, joint_id: UUID) -> HttpResponseBase:
    together.take_back(actor=request.actor, joint_id=joint_id, now=now())
    messages.success(request, _("What has not taken effect is taken back."))
    return go(request, reverse("clusters:joint", args=[joint_id]))


@page(right="items.read", methods=("GET", "HEAD"))
def of_item(request: PageRequest, item_id: UUID) -> HttpResponse:
    """What other pages show of an item: what is alike to it, whom its account is linked with. Nothing where nothing is."""
    item = content.items([item_id]).get(item_id)
    if item is None:
        raise NotFound("There is no such item.")
    refuse_shut(request.actor, item_id)
    account = content.accounts([item.account])[item.account]
    context = {"similar": similar_to(item, account, now=now()), "account": account}
    return render(request, "review/_alike.html", context)


@page(right="items.read", methods=("GET", "HEAD"))
def ring(request: PageRequest, account_id: UUID) -> HttpResponse:
    """Who an account is linked with, by what, since when."""
    account = content.accounts([account_id]).get(account_id)
    if account is None:
        raise NotFound("There is no such account.")
    found = gathering.ring([f"{account.source}/{account.external_id}"], reveal=request.actor.may("marks.reveal"))
    context = {"account": account, "ring": found, "reveals": request.actor.may("marks.reveal")}
    return render(request, "review/ring.html", context)


def _joint(request: PageRequest, joint_id: UUID) -> dict[str, Any]:
    view = gathering.joint(joint_id)
    if view is None:
        raise NotFound("There is no such joint decision.")
    words = policy.grounds({(ground["policy"], ground["version"]) for ground in view.clauses})
    grounds = [
        words.get(ground["policy"], ground["version"]).clause_title(ground["clause"], request.actor.language)
        or words.get(ground["policy"], ground["version"]).title_in(request.actor.language)
        for ground in view.clauses
    ]
    mine = view.actor == request.actor.label
    return {
        "joint": view,
        "grounds": grounds,
        "rows": gathering.told(joint_id),
        "name": names_of([view.actor])[view.actor],
        "may_undo": mine and view.state in {"running", "done"} and bool(view.counts.get("decided") or view.open),
    }
