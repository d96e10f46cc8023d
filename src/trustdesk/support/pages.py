"""The case desk: the inbox, one case with its conversation, everything one does there."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.escalations import queries as escalations
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import Invalid, Refusal, Stale
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work import actions as work
from trustdesk.macros import queries as macros
from trustdesk.post import actions as post_actions
from trustdesk.post import queries as post
from trustdesk.support import actions, file_pages, queries, rules, saving, showing, wording
from trustdesk.support.asking import Unclear
from trustdesk.support.forms import MergeForm, NoteForm, OpenForm, ReplyForm, SnoozeForm, StatusForm, UseForm
from trustdesk.support.refusals import NoSuchCase
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse, swap

BOXES = saving.BOXES


@page(right="support.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """The inbox, filtered by its address."""
    return render(request, "support/cases.html", _inbox(request))


@page(right="support.read", methods=("GET", "HEAD"))
def show(request: PageRequest, case_id: UUID) -> HttpResponse:
    """One case, with the inbox it was opened from."""
    return render(request, "support/cases.html", {**_inbox(request), **_case(request, case_id)})


@page(right="support.read", methods=("GET", "HEAD"))
def numbered(request: PageRequest, number: int) -> HttpResponseBase:
    """A case by the number people say."""
    found = queries.by_number(number)
    if found is None or not queries.may_see(found, actor=request.actor):
        raise NoSuchCase
    return go(request, reverse("support:show", args=[found.id]))


@page(right="support.read", methods=("GET", "HEAD"))
def talk(request: PageRequest, case_id: UUID) -> HttpResponse:
    """The conversation alone, or with its composer (`whole`), for a page that shows an older one."""
    template = "support/_talk.html" if request.GET.get("whole") else "support/_log.html"
    return swap(request, template, **_case(request, case_id))


@page(right="support.read", methods=("GET", "HEAD"))
def as_sent(request: PageRequest, case_id: UUID, message_id: UUID) -> HttpResponse:
    """A mail as its writer made it, cleaned, in a frame that runs and loads nothing."""
    mail_id = _mail_of(request, case_id, message_id)
    remote = request.GET.get("pictures") == "1"
    context: dict[str, Any] = {
        "case_id": case_id,
        "message_id": message_id,
        "frame": post.frame_address(mail_id, actor=request.actor, remote=remote),
        "waiting": 0 if remote else post.page_of(post.one_mail(mail_id)).waiting,
    }
    return swap(request, "support/_mail.html", **context)


@page(right="files.original", methods=("POST",))
def raw(request: PageRequest, case_id: UUID, message_id: UUID) -> HttpResponseBase:
    """The raw file of a mail, as a download; that it was taken is recorded."""
    mail_id = _mail_of(request, case_id, message_id)
    taken = post_actions.take_mail_out(actor=request.actor, mail_id=mail_id, now=now())
    return go(request, files.signed_url(taken, "original", now=now()))


@page(right="support.read", methods=("POST",))
def here(request: PageRequest, case_id: UUID) -> HttpResponse:
    """Still here: others see who looks and who writes; who else does, and whether there is something new, is answered."""
    context = _case(request, case_id)
    if context["sheet"].mine:
        with suppress(Refusal):  # it is kept, or has just gone to somebody else
            work.heartbeat(actor=request.actor, work_id=context["case"].work, now=now())
    actions.be_here(
        actor=request.actor,
        case_id=case_id,
        writes=request.POST.get("writes") == "yes",
        active=request.POST.get("active") == "yes",
        now=now(),
    )
    seen = request.POST.get("seen", "")
    newer = max((one.no for one in context["sheet"].said), default=0) > (int(seen) if seen.isdecimal() else 0)
    return swap(request, "support/_here.html", **context, newer=newer)


@page(right="support.answer", methods=("POST",))
def draft(request: PageRequest, case_id: UUID) -> HttpResponse:
    """What is typed is kept; sent while one types and as a beacon when the page closes."""
    told = request.POST
    actions.save_draft(
        actor=request.actor, case_id=case_id, mode=told.get("mode", ""), text=told.get("text", ""), now=now()
    )
    return HttpResponse(status=204)


@page(right="support.answer", methods=("POST",))
def reply(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """Send; stopped when something newer came in, which is shown beside what was typed."""
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    try:
        attached = file_pages.chosen(request, case_id, "reply")
        actions.reply(actor=request.actor, case_id=case_id, attached=attached, now=now(), **form.cleaned_data)
    except Stale as stopped:
        actions.save_draft(
            actor=request.actor, case_id=case_id, mode="reply", text=form.cleaned_data["text"], now=now()
        )
        if not request.htmx:
            messages.warning(request, stopped.message)
            return _back(request, case_id)
        return swap(request, "support/_talk.html", **_case(request, case_id), stopped=stopped)
    return _after(request, case_id)


@page(right="support.answer", methods=("POST",))
def undo(request: PageRequest, case_id: UUID, message_id: UUID) -> HttpResponseBase:
    actions.undo_send(actor=request.actor, message_id=message_id, now=now())
    return _after(request, case_id, undone=True)


@page(right="support.answer", methods=("POST",))
def note(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    attached = file_pages.chosen(request, case_id, "note")
    actions.note(actor=request.actor, case_id=case_id, text=form.cleaned_data["text"], attached=attached, now=now())
    return _after(request, case_id)


@page(right="macros.use", methods=("GET", "HEAD"))
def saved(request: PageRequest, case_id: UUID) -> HttpResponse:
    """Saved replies and macros by their words, to be used on this case."""
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=request.actor):
        raise NoSuchCase
    words = request.GET.get("saved", "").replace("\0", " ")[:200]
    found = macros.find(request.actor, words, now=now())
    rows = [(one, one.texts.get(macros.best_language(one.texts, case.language), "")[:120]) for one in found]
    return swap(request, "support/_saved.html", rows=rows, asked=words)


@page(right="support.answer", methods=("POST",))
def use(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """Use one: its steps are done, its words become the draft, or leave at once where the macro says so."""
    form = UseForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    used = actions.use_macro(
        actor=request.actor,
        case_id=case_id,
        macro_id=form.cleaned_data["macro"],
        seen=form.cleaned_data["seen"],
        now=now(),
    )
    if used.missing:
        said = _("Fill in before you send: %(names)s") % {"names": ", ".join(f"{{{{{one}}}}}" for one in used.missing)}
        messages.warning(request, said)
    then = f"?then={used.then_status}" if used.then_status and used.message is None else ""
    return go(request, reverse("support:show", args=[case_id]) + then)


@page(right="support.answer", methods=("POST",))
def status(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    form = StatusForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_status(actor=request.actor, case_id=case_id, status=form.cleaned_data["status"], now=now())
    return _back(request, case_id)


@page(right="support.answer", methods=("POST",))
def priority(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    actions.set_priority(actor=request.actor, case_id=case_id, priority=request.POST.get("priority", ""), now=now())
    return _back(request, case_id)


@page(right="support.answer", methods=("POST",))
def sort(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """Category, tags and the desk's own fields."""
    told = request.POST
    known = {rule.code for rule in queries.field_rules()}
    actions.sort(
        actor=request.actor,
        case_id=case_id,
        category=told.get("category"),
        tags=told["tags"].split(",") if "tags" in told else None,
        fields={code: told[f"field.{code}"] for code in known if f"field.{code}" in told},
        now=now(),
    )
    return _back(request, case_id)


@page(right="support.answer", methods=("POST",))
def snooze(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    form = SnoozeForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.snooze(actor=request.actor, case_id=case_id, until=form.cleaned_data["until"], now=now())
    messages.success(request, _("It is put away, and comes back then or when its requester writes."))
    return go(request, reverse("support:list"))


@page(right="support.answer", methods=("POST",))
def wake(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    actions.wake(actor=request.actor, case_id=case_id, now=now())
    return _back(request, case_id)


@page(right="support.answer", methods=("POST",))
def take(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    actions.take(actor=request.actor, case_id=case_id, now=now())
    return _back(request, case_id)


@page(right="support.answer", methods=("POST",))
def release(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    actions.release(actor=request.actor, case_id=case_id, now=now())
    return _back(request, case_id)


@page(right="support.answer", methods=("POST",))
def merge(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    form = MergeForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    into = queries.by_number(form.cleaned_data["into"])
    if into is None or not queries.may_see(into, actor=request.actor):
        raise Invalid("There is no case with this number.", fields={"into": "There is no case with this number."})
    actions.merge(actor=request.actor, case_id=case_id, into=into.id, now=now())
    messages.success(request, _("The cases are one now. Drafts and notes came along; nobody outside was told."))
    return _back(request, into.id)


@page(right="support.answer", methods=("POST",))
def split(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """The ticked messages become a case of their own."""
    chosen = [one for one in queries.conversation(case_id) if str(one.id) in request.POST.getlist("messages")]
    made = actions.split(
        actor=request.actor,
        case_id=case_id,
        messages=[one.id for one in chosen],
        subject=request.POST.get("subject", ""),
        now=now(),
    )
    messages.success(request, _("Case %(number)s holds them now.") % {"number": made.number})
    return _back(request, made.id)


@page(right="support.write")
def add(request: PageRequest) -> HttpResponseBase:
    """Somebody of the desk writes a case down."""
    form = OpenForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        opened = actions.open_case(actor=request.actor, now=now(), **form.cleaned_data)
        return go(request, reverse("support:show", args=[opened.id]))
    code = 422 if request.method == "POST" else 200
    return render(request, "support/open.html", {"form": form}, status=code)


def _inbox(request: PageRequest) -> dict[str, Any]:
    box = saving.box_of(request.GET)
    wanted = saving.wanted_of(request.GET)
    mark = cursors.decode(request.GET.get("after"), datetime, UUID)
    unclear = ""
    try:
        found = queries.listed(
            actor=request.actor, wanted=wanted, after=(mark[0], mark[1]) if mark else None, now=now()
        )
    except Unclear as said:
        unclear, found = said.spoken, queries.Page(rows=(), next=None)
    query = request.GET.copy()
    query.pop("after", None)
    kept = query.urlencode()
    return {
        "rows": found.rows,
        "next": cursors.encode(found.next) if found.next else "",
        "query": f"?{kept}" if kept else "",
        "more": f"?{kept}&" if kept else "?",
        "box": box,
        "boxes": [(one, showing.BOX_WORDS[one]) for one in BOXES],
        "wanted": wanted,
        "words": showing,
        "places": found.places,
        "unclear": unclear,
        "kept": saving.canonical(kept),
        "may_export": request.actor.may("support.export"),
        "reading": bool(wanted.text) and not wording.all_read(),
        "may_write": request.actor.may("support.write"),
        "may_answer": request.actor.may("support.answer"),
        "most": rules.MOST_AT_ONCE,
    }


def _case(request: PageRequest, case_id: UUID) -> dict[str, Any]:
    found = showing.sheet(case_id, actor=request.actor, now=now())
    case = found.case
    answers = request.actor.may("support.answer", market=case.market or None, queue=case.queue)
    return {
        "sheet": found,
        "case": case,
        "words": showing,
        "answers": answers and case.status != "closed",
        "notes": answers and case.merged_into is None,
        "seen": max((one.no for one in found.said), default=0),
        "statuses": [(one, showing.STATUS_WORDS[one]) for one in rules.SETTABLE],
        "priorities": [(one, showing.PRIORITY_WORDS[one]) for one in rules.PRIORITIES],
        "then": request.GET.get("then", ""),
        "asks_experts": request.actor.may("experts.ask"),
        "escalates": answers and request.actor.may("escalations.send") and not escalations.with_a_team(case.work),
        "gives": answers and not case.ended and not case.live and case.status not in rules.RESTING,
        "attaches": bool(case.address) and not case.live and (case.channel in rules.BY_MAIL or case.channel == "chat"),
        "takes_raw": request.actor.may("files.original"),
        "uses": answers and request.actor.may("macros.use"),
        "panels": [reverse(name, args=[case.id]) for name, right in showing.PANELS if request.actor.may(right)],
        "me": request.actor.id,
        "now": now(),
    }


def _mail_of(request: PageRequest, case_id: UUID, message_id: UUID) -> UUID:
    """The mail that a message of a case came as. Raises NoSuchCase."""
    case, message = queries.by_id(case_id), queries.message(message_id)
    if case is None or not queries.may_see(case, actor=request.actor) or message is None or message.case != case_id:
        raise NoSuchCase
    found = post.mails_of([message.raw]) if message.raw else {}
    if message.raw not in found:
        raise NoSuchCase("This message did not come by mail.")
    return found[message.raw]


def _after(request: PageRequest, case_id: UUID, **told: Any) -> HttpResponseBase:
    """The conversation and the composer as they are now."""
    if not request.htmx:
        return _back(request, case_id)
    return swap(request, "support/_talk.html", **_case(request, case_id), **told)


def _back(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    return go(request, reverse("support:show", args=[case_id]))
