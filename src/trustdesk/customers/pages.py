"""The pages of customers: who there is, one with their whole story, merging and parting, what stands beside a case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.customers import actions, queries, showing
from trustdesk.customers.actions import NoSuchCustomer
from trustdesk.customers.forms import (
    CONSENT_WORDS,
    CONTACT_WORDS,
    HOW_WORDS,
    ChangeForm,
    ConsentForm,
    ContactForm,
    PromiseForm,
)
from trustdesk.customers.queries import CustomerView
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.support import queries as support
from trustdesk.support.actions import NoSuchCase
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, go, page, refuse, swap

WHICH_WORDS = {
    "all": gettext_lazy("All"),
    "overdue": gettext_lazy("Promise overdue"),
    "promised": gettext_lazy("Promised something"),
}


@page(right="customers.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """Customers by words, address or number; that somebody looked for an address or number is recorded."""
    text = request.GET.get("q", "").replace("\0", "")[:200]
    which = request.GET.get("which", "all")
    which = which if which in queries.WHICH else "all"
    mark = cursors.decode(request.GET.get("after"), datetime, UUID)
    if queries.is_personal(text):
        actions.note_looked_for(actor=request.actor, value=text, now=now())
    found = queries.listed(
        actor=request.actor, text=text, which=which, after=(mark[0], mark[1]) if mark else None, now=now()
    )
    context = {
        "rows": found.rows,
        "next": cursors.encode(found.next) if found.next else "",
        "asked": text,
        "which": which,
        "whiches": [(one, WHICH_WORDS[one]) for one in queries.WHICH],
    }
    return render(request, "customers/list.html", context)


@page(right="customers.read", methods=("GET", "HEAD"))
def show(request: PageRequest, customer_id: UUID) -> HttpResponseBase:
    """One customer; who was merged leads to who goes on."""
    if (into := queries.goes_on_as(customer_id)) != customer_id:
        return go(request, reverse("customers:show", args=[into]))
    customer = _seen(request, customer_id)
    return render(request, "customers/customer.html", _whole(request, customer))


@page(right="customers.read", methods=("GET", "HEAD"))
def of_account(request: PageRequest, account_id: UUID) -> HttpResponseBase:
    """The customer a platform account belongs to."""
    found = queries.of_account(account_id)
    if found is None:
        raise NoSuchCustomer("This account has asked the desk nothing yet, so there is no customer.")
    return go(request, reverse("customers:show", args=[found]))


@page(right="customers.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """Whose case it is, what was promised and what they allowed, for its page."""
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=request.actor):
        raise NoSuchCase
    customer = queries.of_case(case_id)
    if customer is None or customer.erased_at or not queries.may_see(customer, actor=request.actor):
        return swap(request, "customers/_of_case.html", customer=None)
    at = now()
    open_ones = queries.promises_of(customer.id, open_only=True, limit=20)
    return swap(
        request,
        "customers/_of_case.html",
        customer=customer,
        case=case,
        promises=[(one, one.late(at)) for one in open_ones],
        allowed=[(CONSENT_WORDS[what], one.given) for what, one in queries.now_allowed(customer.id).items()],
        cases=len(queries.cases_of(customer.id, limit=100)),
        alike=len(queries.alike(customer.id, actor=request.actor)),
        writes=request.actor.may("customers.write", market=customer.market or None),
    )


@page(right="customers.write", methods=("POST",))
def change(request: PageRequest, customer_id: UUID) -> HttpResponseBase:
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.change(actor=request.actor, customer_id=customer_id, now=now(), **form.cleaned_data)
    return _back(request, customer_id)


@page(right="customers.write", methods=("POST",))
def add_contact(request: PageRequest, customer_id: UUID) -> HttpResponseBase:
    form = ContactForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.add_contact(actor=request.actor, customer_id=customer_id, now=now(), **form.cleaned_data)
    return _back(request, customer_id)


@page(right="customers.write", methods=("POST",))
def remove_contact(request: PageRequest, customer_id: UUID, contact_id: UUID) -> HttpResponseBase:
    actions.remove_contact(actor=request.actor, customer_id=customer_id, contact_id=contact_id, now=now())
    return _back(request, customer_id)


@page(right="customers.write", methods=("POST",))
def consent(request: PageRequest, customer_id: UUID) -> HttpResponseBase:
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    at = now()
    actions.set_consent(actor=request.actor, customer_id=customer_id, now=at, **form.told(at))
    messages.success(request, _("Noted. What was said before stays in the story."))
    return _back(request, customer_id)


@page(right="customers.write", methods=("POST",))
def promise(request: PageRequest, customer_id: UUID) -> HttpResponseBase:
    form = PromiseForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    told = form.cleaned_data
    case = told["case"]
    actions.promise(
        actor=request.actor,
        customer_id=customer_id,
        text=told["text"],
        due_at=told["due_at"],
        staff=told["staff"],
        case_id=case,
        now=now(),
    )
    messages.success(request, _("The promise is noted. The desk is told when its time is over."))
    return go(request, reverse("support:show", args=[case])) if case else _back(request, customer_id)


@page(right="customers.write", methods=("POST",))
def end_promise(request: PageRequest, customer_id: UUID, promise_id: UUID) -> HttpResponseBase:
    how = request.POST.get("how", "")
    actions.end_promise(actor=request.actor, customer_id=customer_id, promise_id=promise_id, how=how, now=now())
    return _back(request, customer_id)


@page(right="customers.write")
def merge(request: PageRequest, customer_id: UUID, other_id: UUID) -> HttpResponseBase:
    """Both beside each other, then one."""
    if request.method == "POST":
        confirmed = request.POST.get("confirmed") == "yes"
        done = actions.merge(
            actor=request.actor, customer_id=customer_id, other_id=other_id, confirmed=confirmed, now=now()
        )
        messages.success(request, _("They are one customer now. This can be undone for thirty days."))
        return go(request, reverse("customers:show", args=[customer_id]) + f"?merged={done}")
    pair = [_pair(request, one) for one in (customer_id, other_id)]
    accounts = [{one["account"].account for one in side["accounts"]} for side in pair]
    context = {"one": pair[0], "other": pair[1], "words": showing, "contact_words": CONTACT_WORDS}
    context["two_accounts"] = bool(accounts[0] and accounts[1] and accounts[0] != accounts[1])
    return render(request, "customers/merge.html", context)


@page(right="customers.write")
def part(request: PageRequest, merge_id: UUID) -> HttpResponseBase:
    """What goes back and what stays, then two again."""
    found = queries.merge(merge_id)
    survivor = queries.by_id(found.survivor) if found else None
    if found is None or survivor is None or not queries.may_see(survivor, actor=request.actor):
        raise NoSuchCustomer
    if request.method == "POST":
        back = actions.undo_merge(actor=request.actor, merge_id=merge_id, now=now())
        messages.success(request, _("They are two customers again."))
        return _back(request, back)
    context = {
        "merge": found,
        "customer": survivor,
        "names": people.names_of([found.by]),
        "last": found.at + queries.UNDO_WITHIN,
    }
    return render(request, "customers/part.html", context)


@page(right="customers.write", methods=("POST",))
def keep_apart(request: PageRequest, customer_id: UUID, other_id: UUID) -> HttpResponseBase:
    actions.keep_apart(actor=request.actor, customer_id=customer_id, other_id=other_id, now=now())
    messages.success(request, _("They are not suggested to be the same any more."))
    return _back(request, customer_id)


@page(right="customers.erase", methods=("POST",))
def erase(request: PageRequest, customer_id: UUID) -> HttpResponseBase:
    actions.erase(actor=request.actor, customer_id=customer_id, now=now())
    messages.success(request, _("The record is erased. Its cases stay as they are."))
    return go(request, reverse("customers:list"))


def _seen(request: PageRequest, customer_id: UUID) -> CustomerView:
    """The customer, for whose record this look is noted. Raises NoSuchCustomer."""
    customer = queries.by_id(customer_id)
    if customer is None or customer.erased_at or not queries.may_see(customer, actor=request.actor):
        raise NoSuchCustomer
    actions.note_seen(actor=request.actor, customer_id=customer_id, now=now())
    return customer


def _whole(request: PageRequest, customer: CustomerView) -> dict[str, Any]:
    at = now()
    mark = cursors.decode(request.GET.get("after"), datetime)
    told = showing.story(customer.id, actor=request.actor, before=mark[0] if mark else None, now=at)
    contacts = queries.contacts_of([customer.id]).get(customer.id, [])
    accounts = [one.account for one in contacts if one.account]
    allowed = queries.now_allowed(customer.id)
    return {
        "customer": customer,
        "story": told,
        "next": cursors.encode([told.next]) if told.next else "",
        "contacts": [
            one for one in contacts if one.kind != "account" and (one.kind, one.value) != ("name", customer.name)
        ],
        "standings": showing.standings(accounts, actor=request.actor, now=at),
        "consents": [(what, words, allowed.get(what)) for what, words in CONSENT_WORDS.items()],
        "promises": [(one, one.late(at)) for one in queries.promises_of(customer.id, open_only=True)],
        "alike": [
            (one, [showing.WHY_WORDS[why] for why in one.why])
            for one in queries.alike(customer.id, actor=request.actor)
        ],
        "merges": [one for one in queries.merges_of(customer.id) if at <= one.at + queries.UNDO_WITHIN],
        "panels": [
            reverse(name, args=[account])
            for account in accounts[:3]
            for name, right in showing.PANELS
            if request.actor.may(right)
        ],
        "people": people.staff_with("customers.write") if request.actor.may("customers.write") else [],
        "me": request.actor.id,
        "words": showing,
        "contact_words": CONTACT_WORDS,
        "consent_words": CONSENT_WORDS,
        "how_words": HOW_WORDS,
        "contact_form": ContactForm(),
        "consent_form": ConsentForm(),
        "promise_form": PromiseForm(),
        "writes": request.actor.may("customers.write", market=customer.market or None),
        "erases": request.actor.may("customers.erase", market=customer.market or None),
        "now": at,
    }


def _pair(request: PageRequest, customer_id: UUID) -> dict[str, Any]:
    customer = _seen(request, customer_id)
    contacts = queries.contacts_of([customer_id]).get(customer_id, [])
    known = showing.standings([one.account for one in contacts if one.account], actor=request.actor, now=now())
    shown = {one.account.id: one for one in known}
    return {
        "customer": customer,
        "contacts": [one for one in contacts if one.kind != "account"],
        "accounts": [{"account": one, "standing": shown.get(one.account)} for one in contacts if one.account],
        "cases": len(queries.cases_of(customer_id)),
        "promises": len(queries.promises_of(customer_id, open_only=True)),
        "consents": len(queries.consents_of(customer_id)),
    }


def _back(request: PageRequest, customer_id: UUID) -> HttpResponseBase:
    return go(request, reverse("customers:show", args=[customer_id]))
