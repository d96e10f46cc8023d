"""Chatting with the desk: a page, a frame of it for other sites, and what both say to the desk.

The frame is a page of the desk's own address, so nothing here answers to another origin: no CORS, no cookie. A visitor is
known by the key of their chat, which their page keeps and sends as a header. Only the sites of the desk's sources may frame it.
"""

import json
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from django.conf import settings
from django.core.cache import cache as counts
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from trustdesk.chat import actions, queries
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import sources
from trustdesk.portal.asking import PUBLIC, AskForm, send_question
from trustdesk.portal.pages import language_here, public
from trustdesk.portal.reporting import network_of
from trustdesk.support import queries as cases
from trustdesk.support.queries import MessageView
from trustdesk.web.live.serving import admit_guest
from trustdesk.web.middleware import CSP

LONGEST_BODY = 64 * 1024
BY_NETWORK, SPAN = 600, 60  # calls of one network to one web process in a minute
WIDGET = Path(__file__).parent / "static" / "portal" / "widget.js"


class TooManyCalls(Refusal):
    """Too much came from here at once. It goes on by itself in a moment."""

    code, status = "too_many_calls", 429


def told(view: Callable[[HttpRequest, dict[str, Any]], dict[str, Any]]) -> Callable[[HttpRequest], HttpResponse]:
    """An address that chat pages send JSON to: refusals come back as {"code", "said"}. A page of another site cannot send
    this type of body without being asked, and nobody is asked here; so no cookie and no token is needed."""

    @csrf_exempt
    @wraps(view)
    def run(request: HttpRequest) -> HttpResponse:
        language = request.headers.get("X-Language", "")
        with translation.override(language if language in dict(settings.LANGUAGES) else language_here()):
            try:
                answer = HttpResponse(orjson.dumps(view(request, _body(request))), content_type="application/json")
            except Refusal as refusal:
                said = next(iter(refusal.spoken_fields.values()), "") or refusal.spoken
                body = {"code": refusal.code, "said": said, "fields": list(refusal.fields)}
                answer = HttpResponse(orjson.dumps(body), content_type="application/json", status=refusal.status)
        answer["Cache-Control"] = "no-store"
        return answer

    run.right = "public"  # type: ignore[attr-defined]
    run.methods = ("POST",)  # type: ignore[attr-defined]
    return run


@public
def chat(request: HttpRequest) -> HttpResponse:
    """The page: a chat by itself."""
    return _page(request, framed=False)


@public
def frame(request: HttpRequest) -> HttpResponse:
    """The same for a corner of another site: only those of the desk's sources may show it."""
    answer = _page(request, framed=True)
    answer["Content-Security-Policy"] = CSP.replace("frame-ancestors 'none'", f"frame-ancestors {_ancestors()}")
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.xframe_options_exempt = True  # an old header that knows no list of sites
    return answer


@public
def widget(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  views are called alike
    """The one script of a site that has the chat in its corner."""
    answer = HttpResponse(_widget(), content_type="text/javascript; charset=utf-8")
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@told
def begin(request: HttpRequest, body: dict[str, Any]) -> dict[str, Any]:
    """Open a chat, or come back to the one a platform opened (`ticket`)."""
    _refuse_flood(request)
    if ticket := _text(body, "ticket", 200):
        found = queries.one(queries.chat_of_ticket(ticket), now=now())
        return {"key": queries.key_of(found.id), "name": found.name, "known": True}
    made = actions.open_chat(
        actor=PUBLIC,
        name=_text(body, "name", 80),
        address=_address(body),
        language=translation.get_language() or "",
        origin=_origin(_text(body, "origin", 200)),
        network=network_of(request),
        now=now(),
    )
    return {"key": queries.key_of(made), "known": False}


@told
def say(request: HttpRequest, body: dict[str, Any]) -> dict[str, Any]:
    """One message, under the name its page gave it."""
    _refuse_flood(request)
    try:
        name = UUID(_text(body, "id", 40))
    except ValueError:
        raise Invalid(fields={"id": "Must be a UUID."}) from None
    kept = actions.say(
        actor=PUBLIC, chat_id=_chat(request), message_id=name, text=_text(body, "text", LONGEST_BODY), now=now()
    )
    return {"thread": str(kept.case), "again": kept.again}


@told
def since(request: HttpRequest, body: dict[str, Any]) -> dict[str, Any]:
    """What was said after the last one that the page has."""
    after = body.get("after")
    found = queries.said(
        _chat(request),
        after=after if isinstance(after, int) and 0 <= after < 2**31 else 0,
        thread=_text(body, "thread", 40),
        now=now(),
    )
    return {
        "thread": str(found.thread or ""),
        "messages": [_shown(one) for one in found.messages],
        "more": found.more,
        "by": found.by,
        "ended": found.ended,
        "available": bool(found.by) or queries.there(now=now()),
    }


@told
def here(request: HttpRequest, body: dict[str, Any]) -> dict[str, Any]:
    _refuse_flood(request)
    actions.be_here(chat_id=_chat(request), writes=body.get("writes") is True, now=now())
    return {}


@told
def end(request: HttpRequest, body: dict[str, Any]) -> dict[str, Any]:
    """The visitor ends it, and may say where to send what was said."""
    found = _chat(request)
    address = _address(body)
    chat = queries.one(found, now=now())
    if address and not chat.address:
        actions.keep_address(chat_id=found, address=address)
        if chat.ended_at is not None:
            actions.send_transcript(actor=PUBLIC, chat_id=found, to=address, now=now())
    if chat.ended_at is None:
        actions.end(actor=PUBLIC, chat_id=found, how="visitor", now=now())
    return {"mailed": bool(address or chat.address)}


@told
def leave(request: HttpRequest, body: dict[str, Any]) -> dict[str, Any]:
    """Nobody is there: what is written becomes a case, as on the page where one asks."""
    _refuse_flood(request)
    text = _text(body, "text", 10_000)
    form = AskForm(
        {
            "subject": text.strip().split("\n", 1)[0][:120],
            "text": text,
            "name": _text(body, "name", 200),
            "email": _text(body, "address", 254),
        }
    )
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Invalid(str(errors[0]), fields={"address" if name == "email" else name: str(errors[0])})
    case = send_question(request, form, translation.get_language() or "en")
    return {"url": cases.path_of(case)}


@public
def stream(request: HttpRequest) -> HttpResponse:
    """Told at once that something was said or that somebody writes; the page then asks `since`."""
    try:
        found = queries.one(_chat(request), now=now())
    except Refusal:
        return HttpResponse(status=204)
    if found.case is None or found.ended_at is not None:
        return HttpResponse(status=204)
    return admit_guest(request, who=found.case, topics=queries.HEARD)


def _page(request: HttpRequest, *, framed: bool) -> HttpResponse:
    shown = list(sources().values())
    wished = request.GET.get("lang", "")
    context = {
        "framed": framed,
        "source": shown[0] if len(shown) == 1 else None,
        "available": queries.there(now=now()),
        "lang": wished if wished in dict(settings.LANGUAGES) else "",
    }
    return render(request, "portal/chat.html", context)


def _shown(one: MessageView) -> dict[str, Any]:
    ours = one.direction == "out"
    return {
        "id": str(one.id),
        "no": one.no,
        "by": one.handle if ours else "",
        "ours": ours,
        "client": one.external_id.removeprefix("chat:") if not ours else "",
        "text": one.text,
        "at": one.at.isoformat(),
    }


def _chat(request: HttpRequest) -> UUID:
    """Whose chat this is. Raises NoSuchChat."""
    kind, _space, key = request.headers.get("Authorization", "").partition(" ")
    return queries.chat_of(key if kind == "Chat" else "")


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.method != "POST" or request.content_type != "application/json":
        raise Invalid(fields={"body": "Send JSON by POST."})
    try:
        if int(request.headers.get("Content-Length") or 0) > LONGEST_BODY:
            raise Invalid(fields={"body": "This is too long for a chat."})
        read = json.loads(request.body.decode())
    except (ValueError, RecursionError, RequestDataTooBig):
        raise Invalid(fields={"body": "This is no JSON."}) from None
    if not isinstance(read, dict):
        raise Invalid(fields={"body": "This is no JSON."})
    return read


def _text(body: dict[str, Any], name: str, longest: int) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise Invalid(fields={name: "Must be text."})
    # Half a character (a lone surrogate) cannot be kept.
    return value.encode("utf-8", "replace").decode()[:longest]


def _address(body: dict[str, Any]) -> str:
    address = _text(body, "address", 254).strip()
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise Invalid(fields={"address": "This is not an e-mail address."}) from None
    return address


def _origin(given: str) -> str:
    try:
        parts = urlsplit(given)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in {"http", "https"} and parts.netloc else ""


def _ancestors() -> str:
    """The origins of the desk's sources: who may show the frame. Nothing that an address could smuggle into the policy."""
    known = {_origin(one.public_url) for one in sources().values()}
    return " ".join(["'self'", *sorted(one for one in known if one and not set(one) & set(" ;,'\"\\"))])


def _refuse_flood(request: HttpRequest) -> None:
    """Raises TooManyCalls. Counted in this process: a guard against one gone wild; chats have limits of their own."""
    if network := network_of(request):
        name = f"portal.chatting.{network}"
        counts.add(name, 0, SPAN)
        if counts.incr(name) > BY_NETWORK:
            raise TooManyCalls


@cache
def _widget() -> str:
    words = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            words[code] = {
                "open": _("Chat with us"),
                "close": _("Close the chat"),
                "unread": _("new messages"),
            }
    return WIDGET.read_text().replace('"__WORDS__"', json.dumps(words, ensure_ascii=False))
