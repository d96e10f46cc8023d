"""An account: its whole story, what holds now, its ladder, what colleagues noted; its items; the story to take away."""

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from trustdesk.console import story, story_links, story_names
from trustdesk.content import queries as content
from trustdesk.customers import queries as customers
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.review import queries as reviews
from trustdesk.search import actions as search_actions
from trustdesk.search import queries as search
from trustdesk.search.queries import timelines
from trustdesk.signals import queries as signals
from trustdesk.web.page import PageRequest, page

LIMIT = 25
STEPS = 40
MOST_TAKEN = 20_000  # steps of a story taken out at once


@page(right="items.read", methods=("GET", "HEAD"))
def account(request: PageRequest, account_id: UUID) -> HttpResponse:
    """One account with its story, newest first, narrowed by what stands in the address."""
    at = now()
    found = _found(account_id)
    asked, said = _asked(request)
    shown = timelines.page(
        account_id,
        asked,
        actor=request.actor,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        limit=STEPS,
    )
    told = _told(request, shown.rows)
    notes = content.notes([("account", str(account_id))])
    source = people.sources().get(found.source)
    cuts = [cut for cut in decisions.items_restricted(account_id, now=at) if cut[0] not in asked.without]
    things = content.items([*(step.item for step in told if step.item), *(item for item, _cut in cuts)])
    context = {
        "account": found,
        "source": source.name if source else "",
        "steps": told,
        "links": story_links.links_of(told, actor=request.actor),
        "next": shown.next,
        "previous": shown.previous,
        "sorts": list(story_names.sorts().items()),
        "makers": list(story_names.makers().items()),
        "asked": said,
        "narrowed": bool(said["query"]),
        "things": things,
        "statuses": content.status_counts(account_id),
        "ladder": decisions.ladder_of(account_id, now=at),
        "restrictions": [(cut, things.get(item)) for item, cut in cuts],
        "notes": notes,
        "names": people.names_of(note.author_label for note in notes),
        "customer": customers.of_account(account_id) if request.actor.may("customers.read") else None,
        "linked": signals.linked([signals.LinkedQuestion(f"{found.source}/{found.external_id}")])[0],
        "may_propose": request.actor.may("review.decide"),
        "may_export": request.actor.may("items.export") and not people.is_partner(request.user.id),
    }
    return render(request, "console/account.html", context)


@page(right="items.read", methods=("GET", "HEAD"))
def account_items(request: PageRequest, account_id: UUID) -> HttpResponse:
    """What the account posted, newest first."""
    found = _found(account_id)
    items = search.items_of(
        account_id,
        actor=request.actor,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
        limit=LIMIT,
        now=now(),
    )
    context = {
        "account": found,
        "rows": items.rows,
        "next": items.next,
        "previous": items.previous,
        "statuses": content.status_counts(account_id),
    }
    return render(request, "console/account_items.html", context)


@page(right="items.export", methods=("POST",))
def take_story(request: PageRequest, account_id: UUID, form: str) -> HttpResponseBase:
    """The story as it is narrowed, as CSV or JSON; that it was taken out is a step of it."""
    found = _found(account_id)
    if people.is_partner(request.user.id):
        raise Forbidden(_("Partner teams take no lists out."))
    if form not in {"csv", "json"}:
        raise NotFound("A story is taken out as csv or json.")
    asked, _said = _asked(request)
    events = timelines.newest(account_id, asked, actor=request.actor, limit=MOST_TAKEN + 1)
    if len(events) > MOST_TAKEN:
        raise Invalid(_("That is too much at once. Choose fewer days."))
    told = _told(request, events)
    things = content.items(step.item for step in told if step.item)
    search_actions.export_timeline(actor=request.actor, account_id=account_id, rows=len(told), form=form, now=now())
    rows = [_row(step, things) for step in told]
    if form == "json":
        whole = {"account": found.id, "external_id": found.external_id, "taken_at": now(), "steps": rows}
        answer = HttpResponse(orjson.dumps(whole, option=orjson.OPT_INDENT_2), content_type="application/json")
    else:
        answer = HttpResponse(_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="account-{found.id}.{form}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _found(account_id: UUID) -> content.AccountView:
    found = content.accounts([account_id]).get(account_id)
    if found is None:
        raise NotFound("There is no such account.")
    return found


def _told(request: PageRequest, events: list[timelines.Event]) -> list[story.Step]:
    """Events in words. Notes of who judges apart are not told to who may judge next, before the matter is ended."""
    quiet = reviews.unspoken(request.actor)
    open_ones = [
        event
        for event in events
        if not (event.sort == "notes" and any(event.fact.actor == who and event.fact.at >= at for who, at in quiet))
    ]
    return story.steps(open_ones, names=people.names_of(event.fact.actor for event in open_ones))


def _asked(request: PageRequest) -> tuple[timelines.Asked, dict[str, Any]]:
    """The filters of the address, checked, and as the form shows them. Raises Invalid."""
    sorts = tuple(dict.fromkeys(one for one in request.GET.getlist("what") if one))
    makers = tuple(dict.fromkeys(one for one in request.GET.getlist("by") if one))
    wrong = {}
    if any(one not in timelines.SORTS for one in sorts):
        wrong["what"] = _("Must be one of %(list)s.") % {"list": ", ".join(timelines.SORTS)}
    if any(one not in timelines.MAKERS for one in makers):
        wrong["by"] = _("Must be one of %(list)s.") % {"list": ", ".join(timelines.MAKERS)}
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        given = request.GET.get(name, "")
        try:
            days[name] = date.fromisoformat(given) if given else None
        except ValueError:
            wrong[name] = _("Must be a day, such as 2026-03-31.")
    if wrong:
        raise Invalid(_("Something in the filters needs mending."), fields=wrong)
    zone = ZoneInfo(request.user.time_zone or "UTC")
    since, until = days["since"], days["until"]
    asked = timelines.Asked(
        sorts=sorts,
        makers=makers,
        since=_midnight(since, zone),
        until=_midnight(until + timedelta(days=1), zone) if until and until < date.max else None,
        without=reviews.in_hand(request.actor),
    )
    said = [("what", one) for one in sorts] + [("by", one) for one in makers]
    said += [(name, str(day)) for name, day in days.items() if day]
    return asked, {"what": sorts, "by": makers, "since": since, "until": until, "query": urlencode(said)}


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return None


def _row(step: story.Step, things: dict[UUID, content.ItemView]) -> dict[str, Any]:
    thing = things.get(step.item) if step.item else None
    return {
        "position": step.position,
        "at": step.at.isoformat(timespec="seconds"),
        "sort": step.sort,
        "kind": step.kind,
        "what": step.said.title,
        "details": " · ".join(step.said.detail),
        "who": step.who,
        "item": str(step.item) if step.item else "",
        "item_external_id": thing.external_id if thing else "",
        "item_title": thing.title if thing else "",
        "decision": str(step.decision) if step.decision else "",
        "appeal": str(step.appeal) if step.appeal else "",
        "notice": str(step.notice) if step.notice else "",
        "proposal": str(step.proposal) if step.proposal else "",
    }


def _csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    names = (
        "position", "at", "sort", "kind", "what", "details", "who", "item", "item_external_id", "item_title", "decision",
        "appeal", "notice", "proposal",
    )  # fmt: skip
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([search.cell(row[name]) for name in names] for row in rows)
    return out.getvalue()
