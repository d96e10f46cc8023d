"""Trying a policy: on words somebody pastes, or on an item of the desk, with each rule's answer in words."""

from collections.abc import Mapping
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import queries
from trustdesk.policy.marking import pieces_of
from trustdesk.policy.pages.reading import may
from trustdesk.policy.pages.writing import Said, Sheet, editor, number_of, texts
from trustdesk.policy.reading import duration
from trustdesk.policy.samples import further
from trustdesk.web.page import PageRequest, page, swap


@page(right="policy.edit", methods=("POST",))
def try_on(request: PageRequest) -> HttpResponseBase:
    """Try the text as it stands in the editor: a fragment for the page's script, the whole editor without."""
    text, translations = texts(request)
    code, number = request.POST.get("code", ""), number_of(request)
    told = _told(request, code, text, translations, number)
    if request.htmx:
        return swap(request, "policy/_trial.html", **told)
    version = queries.source_of(code, number)[0] if code else None
    own = version is None or (version.state == "draft" and version.author == request.actor.label)
    return editor(request, Sheet(code, text, translations, version, own), Said(extra=told))


@page(right="policy.read")
def try_version(request: PageRequest, code: str, number: int) -> HttpResponseBase:
    """Try a stored version: nothing to write, all to ask."""
    version, text, translations = queries.source_of(code, number)
    told: Mapping[str, Any] = {}
    if request.method == "POST":
        told = _told(request, code, text, translations, number)
        if request.htmx:
            return swap(request, "policy/_trial.html", **told)
    content = queries.live_content()
    context = {
        "code": code,
        "version": version,
        "kinds": list(content.pack.kinds),
        "markets": [(market.code, market.name) for market in content.pack.markets.values()],
        "languages": sorted({one for market in content.pack.markets.values() for one in market.languages}),
        "sample": request.POST,
        "may": may(request),
        "may_items": request.actor.may("items.read"),
        **told,
    }
    return render(request, "policy/try.html", context)


def _told(request: PageRequest, code: str, text: str, translations: Mapping[str, str], number: int) -> dict[str, Any]:
    """The trial for the template: `tried_on`, or `trial_refused` with the reason in words."""
    try:
        item = request.POST.get("try.item", "").strip()
        if item:
            request.actor.require("items.read")
            found = queries.try_item(
                actor=request.actor, code=code, text=text, translations=translations, item=item, number=number
            )
        else:
            sample = _sample(request)
            found = queries.try_sample(
                code=code, text=text, translations=translations, sample=sample, now=now(), number=number
            )
    except Refusal as refusal:
        return {"trial_refused": " ".join([refusal.spoken, *refusal.spoken_fields.values()])}
    return {"tried_on": found, "trial_pieces": pieces_of(found)}


def _sample(request: PageRequest) -> queries.Sample:
    """Raises Invalid, naming what is wrong."""
    posted = request.POST
    wrong: dict[str, str] = {}
    price = posted.get("try.price", "").strip().replace(",", "")
    age = posted.get("try.age", "").strip()
    number = None
    if price:
        try:
            number = float(price)
        except ValueError:
            wrong["price"] = _("The price is a number.")
    seconds = duration(age) if age else None
    if age and seconds is None:
        wrong["age"] = _("The account's age is a duration such as “2 days” or “1 year”.")
    more, lookups, problem = further(posted.get("try.more", ""))
    if problem:
        wrong["more"] = problem
    if wrong:
        raise Invalid(_("Something in the trial needs mending."), fields=wrong)
    return queries.Sample(
        text=posted.get("try.text", "").replace("\r\n", "\n")[:20_000],
        title=posted.get("try.title", "").strip()[:500],
        kind=posted.get("try.kind", ""),
        market=posted.get("try.market", ""),
        language=posted.get("try.language", ""),
        price=number,
        category=posted.get("try.category", "").strip()[:200],
        account_age=seconds,
        more=more,
        lookups=lookups,
    )
