"""Reporting something, step by step, without an account and without script; and the page of a report.

Nothing is stored before the last step: what was said so far travels in the form, signed, and is forgotten after a day.
"""

import ipaddress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trustdesk.appeals import queries as appeals
from trustdesk.content import queries as content
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import sources
from trustdesk.kernel.people.rules import Allowance
from trustdesk.notices import actions, queries
from trustdesk.notices.actions import TooManyNotices
from trustdesk.portal.pages import public

STEPS = ("where", "what", "why", "who", "check")
# What each step asks, and in which step a field that was refused is mended.
FIELDS: dict[str, tuple[str, ...]] = {
    "where": ("addresses",),
    "what": ("category", "danger"),
    "why": ("reason", "law"),
    "who": ("name", "email"),
    "check": ("good_faith",),
}
_LONGEST = {"addresses": 100_000, "reason": 20_000, "law": 1_000, "name": 200, "email": 320}
_AGE = 86_400
_SALT = "report"
PUBLIC = Actor(kind="user", id="public", name="public", allowances=frozenset({Allowance("notices.write")}))


class _NoLink(NotFound):
    """This link leads nowhere. Perhaps it was copied without its last letters, or was replaced."""


@dataclass
class Asked:
    """The form as it stands: what was said, which step is shown, what is to mend there."""

    said: dict[str, Any]
    step: str
    wrong: dict[str, str]


@public
def report(request: HttpRequest, token: str = "") -> HttpResponse:
    """The form. `token`: the signed address of a trusted flagger, who speaks by it."""
    flagger = _flagger(token) if token else None
    if request.method != "POST":
        first = request.GET.get("url", "")[:2_000].replace("\0", "")
        return _show(request, Asked({"addresses": first, "once": str(uuid7())}, "where", {}), flagger)
    asked = _read(request, flagger)
    if request.POST.get("to") in STEPS:  # back, or to mend something: what stands here is kept as it is
        return _show(request, Asked(asked.said, request.POST["to"], {}), flagger)
    if asked.wrong:
        return _show(request, asked, flagger, status=422)
    after = STEPS[min(STEPS.index(asked.step) + 1, len(STEPS) - 1)]
    if after == "who" and flagger is not None:
        after = "check"
    if asked.step != "check":
        return _show(request, Asked(asked.said, after, {}), flagger)
    try:
        received = actions.receive(actor=PUBLIC, submission=_submission(request, asked.said, flagger), now=now())
    except Invalid as refused:
        wrong = {_FIELD_OF.get(name, name): said for name, said in refused.spoken_fields.items()}
        step = next((one for one in STEPS if set(FIELDS[one]) & wrong.keys()), "check")
        return _show(request, Asked(asked.said, step, wrong), flagger, status=422)
    except TooManyNotices as flood:
        said = Asked(asked.said, "check", {"": flood.spoken})
        return _show(request, said, flagger, status=429)
    return redirect(queries.notice_path(received.standings[0][0]))


_FIELD_OF = {"subject": "addresses", "reporter": "email", "reporter.email": "email"}


def _read(request: HttpRequest, flagger: queries.FlaggerView | None) -> Asked:
    """What was said before and what this step says, checked as far as a step can be."""
    step = request.POST.get("step", "")
    if step not in STEPS:
        step = "where"
    try:
        said: dict[str, Any] = signing.loads(request.POST.get("kept", ""), salt=_SALT, max_age=_AGE)
    except BadSignature:
        # Old, or not ours: it begins anew, and what this step says is kept.
        said = {"once": str(uuid7())}
    for name in FIELDS[step]:
        said[name] = request.POST.get(name, "").replace("\0", "").strip()[: _LONGEST.get(name, 40)]
    wrong: dict[str, str] = {}
    places = _addresses(said)
    if not places:
        wrong["addresses"] = _("Give at least one address: copy it from the page.")
    elif len(places) > queries.MOST_ADDRESSES:
        wrong["addresses"] = _("At most %(most)s addresses at once; there are %(n)s. Send the others separately.") % {
            "most": queries.MOST_ADDRESSES,
            "n": len(places),
        }
    elif any(len(one) > 2_000 for one in places):
        wrong["addresses"] = _("An address has at most 2,000 characters.")
    if step != "where" and said.get("category") not in queries.CATEGORIES:
        wrong["category"] = _("Choose what comes nearest.")
    if step in {"why", "who", "check"} and len(said.get("reason", "")) < 10:
        wrong["reason"] = _("Say in a sentence why you think so.")
    elif len(said.get("reason", "")) > actions.LONGEST_REASON:
        wrong["reason"] = _("At most %(most)s characters; it has %(n)s.") % {
            "most": actions.LONGEST_REASON,
            "n": len(said["reason"]),
        }
    nameless = flagger is not None or said.get("category") in queries.NAMELESS
    if step in {"who", "check"} and not nameless and not said.get("email"):
        wrong["email"] = _("Without an address we cannot tell you what was decided.")
    elif step in {"who", "check"} and said.get("email") and not actions.is_mail(said["email"]):
        wrong["email"] = _("This is not an e-mail address: look for a typing error.")
    if step == "check" and not said.get("good_faith"):
        wrong["good_faith"] = _("Please confirm this: a report needs it.")
    # What an earlier step lacks is mended there.
    first = next((one for one in STEPS if set(FIELDS[one]) & wrong.keys()), step)
    return Asked(said, first, {name: words for name, words in wrong.items() if name in FIELDS[first]})


def _addresses(said: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in str(said.get("addresses", "")).splitlines() if line.strip()))


def _submission(request: HttpRequest, said: dict[str, Any], flagger: queries.FlaggerView | None) -> actions.Submission:
    places = _addresses(said)
    items, accounts, addresses = queries.placed(places)
    sender = None
    if flagger is not None:
        sender = actions.Sender(email=flagger.email, name=flagger.name, external_id=f"flagger:{flagger.code}")
    elif said.get("email"):
        sender = actions.Sender(email=said["email"], name=said.get("name", ""))
    return actions.Submission(
        category=str(said.get("category", "")),
        reason=str(said.get("reason", "")),
        good_faith=bool(said.get("good_faith")),
        channel="portal",
        sender=sender,
        source=actions.source_of(places),
        items=items,
        accounts=accounts,
        addresses=addresses,
        danger=bool(said.get("danger")),
        legal={"law": said["law"]} if said.get("law") else {},
        language=get_language() or "en",
        network=network_of(request),
        flagger=flagger.id if flagger else None,
        once=UUID(said["once"]),
    )


def network_of(request: HttpRequest) -> str:
    """Where a call comes from, as a keyed hash: whom it belongs to cannot be read from it. Networks, not addresses: an
    IPv6 household has billions of these."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.PRODUCTION:  # behind its proxy, which writes the last of these
        told = request.headers.get("X-Forwarded-For", told).rpartition(",")[2].strip() or told
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return ""
    network = ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False)
    return salted_hmac("notice.network", str(network), algorithm="sha256").hexdigest()


def _flagger(token: str) -> queries.FlaggerView:
    try:
        found = queries.flagger_of_link(token)
    except BadSignature:
        raise _NoLink from None
    if found is None:
        raise _NoLink
    return found


def _show(
    request: HttpRequest, asked: Asked, flagger: queries.FlaggerView | None, *, status: int = 200
) -> HttpResponse:
    steps = [one for one in STEPS if one != "who" or flagger is None]
    number = steps.index(asked.step) if asked.step in steps else len(steps) - 1
    places = _addresses(asked.said)
    context = {
        "step": asked.step,
        "number": number + 1,
        "count": len(steps),
        "before": steps[number - 1] if number else "",
        "said": asked.said,
        "wrong": asked.wrong,
        "kept": signing.dumps(asked.said, salt=_SALT, compress=True),
        "categories": queries.CATEGORY_WORDS,
        "category_words": queries.CATEGORY_WORDS.get(str(asked.said.get("category")), ""),
        "places": places[:10],
        "more_places": max(0, len(places) - 10),
        "nameless": asked.said.get("category") in queries.NAMELESS,
        "flagger": flagger,
        "language": get_language(),
        "most": queries.MOST_ADDRESSES,
    }
    answer = render(request, "portal/report.html", context, status=status)
    patch_cache_control(answer, private=True, no_store=True)
    answer["Referrer-Policy"] = "same-origin"
    return answer


@public
def notice(request: HttpRequest, token: str) -> HttpResponse:
    """One report's own page, for who sent it: that it arrived, how it stands, what was decided, what one can do."""
    try:
        found = queries.one(queries.notice_of_token(token))
    except BadSignature:
        raise _NoLink from None
    if found is None:
        raise _NoLink
    together = queries.of_bundle(found.bundle)
    items = content.items({one.item for one in together if one.item})
    source = sources().get(found.source) if found.source else None
    objected = appeals.of_notice(found.id)
    context = {
        "one": found,
        "token": token,
        "objected": objected,
        "objection_path": appeals.path_of(objected.id) if objected else "",
        "standing": appeals.objection_of(found.id, now=now()) if found.state == "answered" else None,
        "source": source,
        "together": [
            (one, items[one.item].title if one.item in items else (one.addresses[0] if one.addresses else ""))
            for one in together
        ],
        "paragraphs": [part for part in found.answer.split("\n\n") if part][1:-2] if found.answer else [],
    }
    answer = render(request, "portal/notice.html", context)
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    patch_cache_control(answer, private=True, no_store=True)
    return answer
