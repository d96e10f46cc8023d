"""POST /api/v1/calls?line=code: the telephone exchange tells of a call, signed as Standard Webhooks says.

No key of the API: the secret is the line's own. The signature is over the bytes as they came, and nothing of them is read
before it fits; a line that is none and a signature that does not fit are answered alike.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from pydantic import AwareDatetime

from trustdesk.calls import actions, queries, rules
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.web import problems, reading
from trustdesk.web.api import to_json
from trustdesk.web.page import public
from trustdesk.web.reading import Code, In, Text, bounded


class EventIn(In):
    """`call` is the exchange's own name for the call, the same in all its events; `number` the other side's ("" or
    “anonymous” when it is withheld); `extension` where it rings, or who answered; `wanted_…` when they want to be called
    back, of callback_requested."""

    type: Literal["ringing", "answered", "ended", "missed", "recording", "callback_requested"]
    call: Annotated[Code, bounded(1, 200)]
    direction: Literal["in", "out"] = "in"
    number: Annotated[Text, bounded(0, 80)] = ""
    extension: Annotated[Code, bounded(0, 40)] = ""
    recording: Annotated[Code, bounded(0, rules.LONGEST_LINK)] = ""
    at: AwareDatetime | None = None
    wanted_from: AwareDatetime | None = None
    wanted_until: AwareDatetime | None = None


@public
@csrf_exempt
def webhook(request: HttpRequest) -> HttpResponse:
    try:
        return _webhook(request, at=now())
    except problems.TooLarge:
        size = f"{rules.LONGEST_BODY:,}"
        said = gettext("An event may have at most %(size)s bytes.") % {"size": size}
        return problems.problem(413, "too_large", said, limit=rules.LONGEST_BODY)
    except Refusal as refusal:
        return problems.of_refusal(refusal)


def _webhook(request: HttpRequest, *, at: datetime) -> HttpResponse:
    if request.method != "POST":
        raise actions.WrongMethod
    body = reading.body(request, limit=rules.LONGEST_BODY)
    webhook_id = request.headers.get("webhook-id", "")
    signer = queries.signer(request.GET.get("line", ""), now=at)
    if signer is None or not 0 < len(webhook_id) <= 200 or not webhook_id.isprintable():
        raise actions.BadSignature
    actions.check(body, request.headers, signer.sealed)
    told = reading.checked(EventIn, reading.parse(body))
    if told.type == "recording" and not told.recording:
        raise Invalid(fields={"recording": "This field is needed."})
    if told.recording and not rules.is_link(told.recording):
        raise Invalid(
            fields={"recording": "Give an https address of at most 2,000 characters, without a password in it."}
        )
    answer = actions.hear(
        actor=SYSTEM,
        line_id=signer.id,
        webhook_id=webhook_id,
        body_hash=hashlib.sha256(body).hexdigest(),
        event=actions.Event(**told.model_dump()),
        now=at,
    )
    return HttpResponse(to_json(answer), content_type="application/json")
