"""The desk's own fields of cases: made, changed, put in order, put away and taken up again."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.support import actions, queries, rules, showing
from trustdesk.support.queries import FieldView
from trustdesk.web.page import PageRequest, go, page

KIND_WORDS = {
    "text": gettext_lazy("Words"),
    "number": gettext_lazy("A number"),
    "date": gettext_lazy("A day"),
    "choice": gettext_lazy("One of a list"),
    "yes_no": gettext_lazy("Yes or no"),
}


class FieldForm(forms.Form):
    name = forms.CharField(max_length=80, label=gettext_lazy("Name"))
    kind = forms.ChoiceField(
        choices=[(one, KIND_WORDS[one]) for one in rules.FIELD_KINDS], label=gettext_lazy("What it holds")
    )
    choices = forms.CharField(
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 5}),
        label=gettext_lazy("What can be chosen"),
        help_text=gettext_lazy("One on each line, only for one of a list."),
    )
    required_at = forms.MultipleChoiceField(
        required=False,
        choices=[(one, showing.STATUS_WORDS[one]) for one in rules.SETTABLE],
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("A case is not given this status without it"),
    )


@page(right="support.manage", methods=("GET", "HEAD"))
def fields(request: PageRequest) -> HttpResponse:
    """All of them in their order, and those that were put away."""
    context = {
        "fields": [_shown(one) for one in queries.fields()],
        "away": [_shown(one) for one in queries.fields(archived=True)],
    }
    return render(request, "support/fields.html", context)


@page(right="support.manage")
def add_field(request: PageRequest) -> HttpResponseBase:
    return _write(request, None)


@page(right="support.manage")
def change_field(request: PageRequest, field_id: UUID) -> HttpResponseBase:
    found = next((one for one in queries.fields() if one.id == field_id), None)
    if found is None:
        raise NotFound("There is no such field.")
    return _write(request, found)


@page(right="support.manage", methods=("POST",))
def move_field(request: PageRequest, field_id: UUID) -> HttpResponseBase:
    actions.move_field(actor=request.actor, field_id=field_id, up=request.POST.get("way") == "up", now=now())
    return go(request, reverse("support:fields"))


@page(right="support.manage", methods=("POST",))
def archive_field(request: PageRequest, field_id: UUID) -> HttpResponseBase:
    actions.archive_field(actor=request.actor, field_id=field_id, now=now())
    messages.success(request, _("It is asked for no more. What cases hold of it stays."))
    return go(request, reverse("support:fields"))


@page(right="support.manage", methods=("POST",))
def put_back_field(request: PageRequest, field_id: UUID) -> HttpResponseBase:
    actions.put_back_field(actor=request.actor, field_id=field_id, now=now())
    return go(request, reverse("support:fields"))


def _write(request: PageRequest, field: FieldView | None) -> HttpResponseBase:
    rule = field.rule if field else None
    begun = {"choices": "\n".join(rule.choices), "name": rule.name, "required_at": rule.required_at} if rule else {}
    form = FieldForm(request.POST if request.method == "POST" else None, initial=begun)
    if rule is not None:
        del form.fields["kind"]  # it keeps what it holds
    if form.is_valid():
        told = form.cleaned_data
        try:
            actions.set_field(
                actor=request.actor,
                name=told["name"],
                kind=rule.kind if rule else told["kind"],
                choices=told["choices"].splitlines(),
                required_at=told["required_at"],
                field_id=field.id if field else None,
                now=now(),
            )
        except Invalid as wrong:
            for name, said in wrong.spoken_fields.items():
                form.add_error(name if name in form.fields else None, said)
        else:
            return go(request, reverse("support:fields"))
    context = {"form": form, "field": rule, "kind": KIND_WORDS[rule.kind] if rule else ""}
    return render(request, "support/field.html", context, status=422 if form.errors else 200)


def _shown(one: FieldView) -> dict[str, object]:
    return {
        "id": one.id,
        "rule": one.rule,
        "kind": KIND_WORDS[one.rule.kind],
        "needed": [showing.STATUS_WORDS[status] for status in one.rule.required_at],
    }
