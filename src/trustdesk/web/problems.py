"""One mapper from refusals and everything else that can go wrong to RFC 9457 problem+json."""

import json
import re
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from trustdesk.kernel.base.refusal import Refusal

CONTENT_TYPE = "application/problem+json"


class Malformed(Refusal):
    """The body is not valid JSON."""

    code, status = "malformed_json", 400


class TooDeep(Refusal):
    """The body is nested too deeply."""

    code, status = "too_deep", 400


class TooLarge(Refusal):
    """The body is too large."""

    code, status = "too_large", 413


class Unauthorized(Refusal):
    """Send a valid key: Authorization: Bearer tdk_…"""

    code, status = "unauthorized", 401


class TooManyRequests(Refusal):
    """This key has used up its requests for this minute."""

    code, status = "too_many_requests", 429


class PreconditionRequired(Refusal):
    """Send If-Match with the version you have seen."""

    code, status = "precondition_required", 428


def problem(
    status: int, code: str, detail: str, *, title: str = "", fields: dict[str, str] | None = None, **more: Any
) -> HttpResponse:
    """A problem+json answer; `more` become extension members."""
    body: dict[str, Any] = {
        "type": f"urn:trustdesk:problem:{code}",
        "title": title or detail,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if fields:
        body["fields"] = fields
    body |= {name: value for name, value in more.items() if name not in body}
    return HttpResponse(render(body), status=status, content_type=CONTENT_TYPE)


def render(data: Any) -> bytes:
    """JSON bytes; a lone surrogate that a detail quotes is escaped, never a crash."""
    try:
        return orjson.dumps(data, default=str, option=orjson.OPT_UTC_Z)
    except TypeError:
        return json.dumps(data, default=str).encode("ascii")


def of_refusal(refusal: Refusal) -> HttpResponse:
    """The answer for a refusal, its sentences in the language asked for by Accept-Language, its `code` in none;
    `retry_after` (seconds) among its details becomes the header."""
    details = dict(refusal.details)
    answer = problem(
        refusal.status,
        refusal.code,
        refusal.spoken,
        title=refusal.kind_spoken,
        fields=refusal.spoken_fields or None,
        **details,
    )
    if "retry_after" in details:
        answer["Retry-After"] = str(details["retry_after"])
    if refusal.status == 401:
        answer["WWW-Authenticate"] = 'Bearer realm="trustdesk"'
    return answer


def body_of(refusal: Refusal) -> dict[str, Any]:
    """A refusal as the `problem` member of a batch entry."""
    parsed: dict[str, Any] = orjson.loads(of_refusal(refusal).content)
    return parsed


_API = re.compile(r"^/api/")


def is_api(request: HttpRequest) -> bool:
    return bool(_API.match(request.path))


# What Django itself answers under /api/ (no such address, wrong method, …) gets a code here.
CODES: dict[int, tuple[str, str]] = {
    400: ("bad_request", "The request could not be understood."),
    403: ("forbidden", "You do not have the right to do this."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not answer to this method."),
    413: ("too_large", "The body is too large."),
    500: ("failed", "Something went wrong on our side. Nothing was stored; try again."),
    503: ("unavailable", "The desk cannot answer just now. Try again soon."),
}


def of_status(status: int) -> HttpResponse:
    code, detail = CODES.get(status, ("failed" if status >= 500 else "bad_request", "The request was not answered."))
    return problem(status, code, detail)
