"""Asking an expert, answering, finding what was answered; fields of knowledge; what stands on the work it is about."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.experts import actions, queries, rules
from trustdesk.experts.forms import AnswerForm, AskForm, DeclineForm, FieldForm, HandForm, UntilForm
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.web.page import PageRequest, go, page, refuse, swap

STATE_WORDS = {
    "waiting": gettext_lazy("waits"),
    "answered": gettext_lazy("answered"),
    "reused": gettext_lazy("known before"),
    "declined": gettext_lazy("cannot be answered"),
    "withdrawn": gettext_lazy("taken back"),
}
STATE_TONES = {"waiting": "warning", "answered": "approve", "reused": "approve"}
BOX_WORDS = {
    "answers": gettext_lazy("Answers"),
    "waiting": gettext_lazy("For me to answer"),
    "asked": gettext_lazy("Asked by me"),
    "again": gettext_lazy("To look at again"),
}
WORDS = {"states": STATE_WORDS, "tones": STATE_TONES}


def today() -> date:
    """The day where whoever looks is."""
    return timezone.localtime(now()).date()


def top(request: HttpRequest) -> dict[str, Any] | None:
    """The place in the top bar that says that an answer came, or that questions wait."""
    actor = getattr(request, "actor", None)
    return {} if actor is not None and actor.kind == "staff" and actor.may("experts.ask") else None


@page(right="experts.ask", methods=("GET", "HEAD"))
def calls(request: PageRequest) -> HttpResponse:
    """That place, asked for once the page stands, and when something came."""
    own, waiting = queries.calls(request.actor)
    return swap(request, "experts/_calls.html", own=own, waiting=waiting)


@page(right="experts.ask", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """What was answered, found by its words; what waits for whoever looks; what they asked."""
    box = request.GET.get("box", "answers")
    box = box if box in BOX_WORDS else "answers"
    text = request.GET.get("q", "").replace("\0", "")[:400]
    fields = queries.fields() + queries.fields(archived=True)
    field = next((one.id for one in fields if one.code == request.GET.get("field")), None)
    context: dict[str, Any] = {
        "box": box,
        "boxes": BOX_WORDS.items(),
        "asked": text,
        "fields": fields,
        "field": request.GET.get("field", ""),
        "words": WORDS,
        "today": today(),
        "may_manage": request.actor.may("experts.manage"),
        "now": now(),
    }
    if box == "waiting":
        context["questions"] = queries.waiting(request.actor)
    elif box == "asked":
        context["questions"] = queries.asked_by(request.actor)
    else:
        context["answers"] = queries.found(text=text, field=field, again=today() if box == "again" else None)
    return render(request, "experts/list.html", context)


@page(right="experts.ask")
def ask(request: PageRequest) -> HttpResponseBase:
    """Ask; what may answer it already stands beside while one writes."""
    given = {name: request.GET.get(name, "") for name in ("about", "link")}
    form = AskForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(actor=request.actor, now=now(), **form.cleaned_data)
        except Invalid as refusal:
            form.blame(refusal.fields or {"": refusal.message})
        else:
            messages.success(request, _("Asked. You are told when there is an answer; go on meanwhile."))
            return go(request, form.cleaned_data["link"] or reverse("experts:question", args=[made]))
    context = {"form": form, "some": bool(queries.fields()), "similar": queries.alike(str(form["text"].value() or ""))}
    return render(request, "experts/ask.html", context, status=422 if form.is_bound else 200)


@page(right="experts.ask", methods=("POST",))
def similar(request: PageRequest) -> HttpResponse:
    """What may answer it already; by POST, since a question is no address."""
    text = request.POST.get("text", "").replace("\0", "")[: rules.LONGEST_QUESTION]
    return swap(request, "experts/_similar.html", similar=queries.alike(text))


@page(right="experts.ask", methods=("POST",))
def served(request: PageRequest, answer_id: UUID) -> HttpResponseBase:
    """An answer that is there serves."""
    form = AskForm(request.POST)
    form.fields["field"].required = False
    if not form.is_valid():
        return refuse(request, form)
    told = {name: form.cleaned_data[name] for name in ("text", "about", "link")}
    actions.settled_by(actor=request.actor, answer_id=answer_id, now=now(), **told)
    messages.success(request, _("Good. Nobody had to be asked."))
    return go(request, told["link"] or reverse("experts:answer", args=[answer_id]))


@page(right="experts.ask", methods=("GET", "HEAD"))
def question(request: PageRequest, question_id: UUID) -> HttpResponse:
    """One question, with what became of it, or with what who answers may do."""
    return _question(request, question_id)


def _question(
    request: PageRequest, question_id: UUID, *, form: AnswerForm | None = None, refused: Refusal | None = None
) -> HttpResponse:
    found = queries.question(question_id, actor=request.actor)
    if found is None or not (found.text or found.answer):
        raise actions.NoSuchQuestion
    own = str(found.asker) == request.actor.id
    if own and found.ended_at is not None and request.method == "GET":
        actions.see(actor=request.actor, question_id=question_id, now=now())
    context = {
        "one": found,
        "own": own,
        "words": WORDS,
        "now": now(),
        "refused": refused,
        "form": form or AnswerForm(),
        "keeps": found.yours or (form is not None),
        "decline": DeclineForm(),
        "others": [one for one in queries.fields() if one.id != found.field] if found.yours else [],
        "similar": queries.alike(found.text) if found.yours else [],
    }
    status = refused.status if refused else 422 if form is not None else 200
    return render(request, "experts/question.html", context, status=status)


@page(right="experts.answer", methods=("POST",))
def reply(request: PageRequest, question_id: UUID) -> HttpResponseBase:
    """Answer it. What was written stays on the page whatever is wrong."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _question(request, question_id, form=form)
    try:
        actions.answer(actor=request.actor, question_id=question_id, told=form.told(), now=now(), today=today())
    except Invalid as refusal:
        form.blame(refusal.fields or {"": refusal.message})
        return _question(request, question_id, form=form)
    except actions.EndedAlready as refusal:
        return _question(request, question_id, form=form, refused=refusal)
    messages.success(request, _("Answered. Who asked is told."))
    return go(request, reverse("experts:question", args=[question_id]))


@page(right="experts.answer", methods=("POST",))
def reply_with(request: PageRequest, question_id: UUID, answer_id: UUID) -> HttpResponseBase:
    actions.answer_with(actor=request.actor, question_id=question_id, answer_id=answer_id, now=now())
    messages.success(request, _("Answered. Who asked is told."))
    return go(request, reverse("experts:question", args=[question_id]))


@page(right="experts.answer", methods=("POST",))
def decline(request: PageRequest, question_id: UUID) -> HttpResponseBase:
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.decline(actor=request.actor, question_id=question_id, why=form.cleaned_data["why"], now=now())
    messages.success(request, _("Kept. Who asked is told."))
    return go(request, reverse("experts:list") + "?box=waiting")


@page(right="experts.answer", methods=("POST",))
def hand_on(request: PageRequest, question_id: UUID) -> HttpResponseBase:
    form = HandForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.hand_on(actor=request.actor, question_id=question_id, field=form.cleaned_data["field"], now=now())
    messages.success(request, _("Handed on."))
    return go(request, reverse("experts:list") + "?box=waiting")


@page(right="experts.ask", methods=("POST",))
def withdraw(request: PageRequest, question_id: UUID) -> HttpResponseBase:
    actions.withdraw(actor=request.actor, question_id=question_id, now=now())
    messages.success(request, _("Taken back."))
    return go(request, reverse("experts:list") + "?box=asked")


@page(right="experts.ask", methods=("GET", "HEAD"))
def answer(request: PageRequest, answer_id: UUID) -> HttpResponse:
    """One answer, with those it replaced."""
    return _answer(request, answer_id)


def _answer(
    request: PageRequest, answer_id: UUID, *, form: AnswerForm | None = None, refused: Refusal | None = None
) -> HttpResponse:
    found = queries.answer(answer_id)
    if found is None:
        raise actions.NoSuchAnswer
    mine = queries.answers_in(request.actor, found.field)
    context = {
        "one": found,
        "versions": queries.versions(found),
        "mine": (mine and found.in_force) or form is not None,
        "today": today(),
        "refused": refused,
        "form": form or AnswerForm(initial={"title": found.title, "text": found.text}),
        "open": form is not None,
        "until": UntilForm(auto_id="until_%s"),
    }
    status = refused.status if refused else 422 if form is not None else 200
    return render(request, "experts/answer.html", context, status=status)


@page(right="experts.answer", methods=("POST",))
def replace(request: PageRequest, answer_id: UUID) -> HttpResponseBase:
    """Write it anew."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _answer(request, answer_id, form=form)
    try:
        made = actions.replace(actor=request.actor, answer_id=answer_id, told=form.told(), now=now(), today=today())
    except Invalid as refusal:
        form.blame(refusal.fields or {"": refusal.message})
        return _answer(request, answer_id, form=form)
    except actions.ReplacedAlready as refusal:
        return _answer(request, answer_id, form=form, refused=refusal)
    messages.success(request, _("Kept. The answer before is no longer found."))
    return go(request, reverse("experts:answer", args=[made]))


@page(right="experts.answer", methods=("POST",))
def confirm(request: PageRequest, answer_id: UUID) -> HttpResponseBase:
    form = UntilForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.confirm(actor=request.actor, answer_id=answer_id, now=now(), today=today(), **form.cleaned_data)
    messages.success(request, _("It holds."))
    return go(request, reverse("experts:answer", args=[answer_id]))


@page(right="experts.answer", methods=("POST",))
def retire(request: PageRequest, answer_id: UUID) -> HttpResponseBase:
    actions.retire(actor=request.actor, answer_id=answer_id, now=now())
    messages.success(request, _("Put away. It is no longer found."))
    return go(request, reverse("experts:list"))


@page(right="experts.ask", methods=("GET", "HEAD"))
def about(request: PageRequest, work_id: UUID) -> HttpResponse:
    """What was asked about some work, for its page; a question of others without its words."""
    link = request.GET.get("link", "")
    return swap(
        request,
        "experts/_about.html",
        questions=queries.about(work_id, actor=request.actor),
        words=WORDS,
        work=work_id,
        link=link if rules.is_link(link) else "",
        some=bool(queries.fields()),
    )


@page(right="experts.manage")
def fields(request: PageRequest) -> HttpResponseBase:
    """What people know about, and who answers."""
    known = queries.fields() + queries.fields(archived=True)
    # What is wrong stands where it was written: beside its own field, or with a new one.
    own = next((one for one in known if str(one.id) == request.POST.get("field_id")), None)
    form = FieldForm(request.POST or None, auto_id=f"{own.code}_%s" if own else "id_%s")
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_field(actor=request.actor, now=now(), **form.cleaned_data)
        except Invalid as refusal:
            form.blame(refusal.fields or {"": refusal.message})
        else:
            messages.success(request, _("Kept."))
            return go(request, reverse("experts:fields"))
    forms = [(one, form if one is own else _field_form(one)) for one in known]
    context = {"known": forms, "form": FieldForm() if own else form}
    return render(request, "experts/fields.html", context, status=422 if form.is_bound else 200)


def _field_form(one: queries.FieldView) -> FieldForm:
    """What a field is now, to be changed."""
    is_now = {
        "field_id": one.id,
        "version": one.version,
        "name": one.name,
        "about": one.about,
        "team": str(one.team),
        "minutes": one.minutes,
    }
    return FieldForm(auto_id=f"{one.code}_%s", initial=is_now)


@page(right="experts.manage", methods=("POST",))
def archive_field(request: PageRequest, field_id: UUID) -> HttpResponseBase:
    actions.archive_field(actor=request.actor, field_id=field_id, now=now())
    messages.success(request, _("Put away. What waits there is still answered."))
    return go(request, reverse("experts:fields"))
