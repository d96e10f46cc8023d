"""People: who works here, what they may do and can do."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.console.forms.people import AddForm, RoleForm, SkillsForm
from trustdesk.console.pages.ledger import lines
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.people import actions
from trustdesk.kernel.people import queries as people
from trustdesk.web.page import PageRequest, go, page, refuse


@page(right="people.read")
def staff_list(request: PageRequest) -> HttpResponse:
    """Everybody, those with an open sign-in first."""
    context = {"people": people.staff_list(), "may_manage": request.actor.may("people.manage")}
    return render(request, "console/people.html", context)


@page(right="people.manage")
def add(request: PageRequest) -> HttpResponseBase:
    """Add a person; their first password is shown once, to be handed over."""
    form = AddForm(request.POST or None, initial={"language": "en"})
    if request.method == "POST" and form.is_valid():
        password = secrets.token_urlsafe(12)
        try:
            staff_id = actions.add_staff(actor=request.actor, now=now(), password=password, **form.cleaned_data)
        except Invalid as refusal:
            for name, words in refusal.spoken_fields.items():
                form.add_error(name if name in form.fields else None, words)
        else:
            person = people.staff_by_id(staff_id)
            return render(request, "console/person_added.html", {"person": person, "password": password})
    return render(request, "console/person_add.html", {"form": form}, status=422 if form.is_bound else 200)


@page(right="people.read")
def person(request: PageRequest, staff_id: UUID) -> HttpResponse:
    """One person: roles with their scope, skills, what changed."""
    found = people.staff_by_id(staff_id)
    if found is None:
        raise NotFound
    skills = {
        "languages": " ".join(found.languages),
        "markets": list(found.markets),
        "certificates": " ".join(found.certificates),
    }
    context = {
        "person": found,
        "grants": people.grants_of(staff_id),
        "role_form": RoleForm(auto_id="role_%s"),
        "skills_form": SkillsForm(initial=skills, auto_id="skill_%s"),
        "story": lines(ledger.of_subject(staff_id), viewer=request.actor)[::-1],
        "may_manage": request.actor.may("people.manage"),
    }
    return render(request, "console/person.html", context)


@page(right="people.manage", methods=("POST",))
def give_role(request: PageRequest, staff_id: UUID) -> HttpResponseBase:
    form = RoleForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.give_role(actor=request.actor, staff_id=staff_id, now=now(), **form.cleaned_data)
    return _back(request, staff_id, _("The role is given."))


@page(right="people.manage", methods=("POST",))
def take_role(request: PageRequest, staff_id: UUID) -> HttpResponseBase:
    actions.take_role(actor=request.actor, staff_id=staff_id, role=request.POST.get("role", ""), now=now())
    return _back(request, staff_id, _("The role is taken away."))


@page(right="people.manage", methods=("POST",))
def set_skills(request: PageRequest, staff_id: UUID) -> HttpResponseBase:
    form = SkillsForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.set_skills(actor=request.actor, staff_id=staff_id, now=now(), **form.cleaned_data)
    return _back(request, staff_id, _("The skills are kept."))


@page(right="people.manage", methods=("POST",))
def close(request: PageRequest, staff_id: UUID) -> HttpResponseBase:
    actions.close_sign_in(actor=request.actor, staff_id=staff_id, now=now())
    return _back(request, staff_id, _("The sign-in is closed."))


def _back(request: PageRequest, staff_id: UUID, said: str) -> HttpResponse:
    messages.success(request, said)
    return go(request, reverse("console:person", args=[staff_id]))
