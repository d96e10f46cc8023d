"""The API's plumbing: one NinjaAPI, `needs(right)` on every endpoint, problem+json for everything that goes wrong."""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any, TypeVar

import orjson
import structlog
from django.core.exceptions import BadRequest, RequestDataTooBig
from django.db import InterfaceError, OperationalError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from ninja import NinjaAPI, Router
from ninja.errors import HttpError, ValidationError, ValidationErrorContext
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.renderers import BaseRenderer
from ninja.utils import contribute_operation_callback

from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import KeyHolder
from trustdesk.web import idempotency, problems, reading
from trustdesk.web.keys import api_key_auth

log = structlog.get_logger(__name__)
F = TypeVar("F", bound=Callable[..., Any])
_SAFE = {"GET", "HEAD", "OPTIONS"}
# Answers that say nothing about the call itself are not kept: the next try may fare better.
_NOT_KEPT = {401, 403, 408, 413, 425, 429}


class ApiRequest(HttpRequest):
    """What an endpoint gets: the key's holder and actor, the names of repaired fields, the idempotent claim if any."""

    actor: Actor
    holder: KeyHolder
    repairs: set[str]
    once: idempotency.Once | None


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):  # exact, as a JSON number
        return orjson.Fragment(format(value, "f")) if value.is_finite() else None
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


class _Renderer(BaseRenderer):
    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:  # noqa: ARG002  ninja's signature
        return to_json(data)


class _Parser(Parser):
    def parse_body(self, request: HttpRequest) -> Any:
        return reading.parse(request.body)


class Api(NinjaAPI):
    """NinjaAPI whose validation errors name every field with its remedy."""

    def validation_error_from_error_contexts(self, error_contexts: list[ValidationErrorContext]) -> ValidationError:
        fields: dict[str, str] = {}
        for context in error_contexts:
            model: Any = context.model
            errors: list[Any] = list(context.pydantic_validation_error.errors(include_url=False, include_input=False))
            told = reading.told(errors, model)
            single = getattr(model, "__read_from_single_attr__", None)
            for name, words in told.items():
                # One body parameter is the body itself: its own name means nothing to a caller.
                shown = name.removeprefix(f"{single}.") if single else name
                fields.setdefault("body" if shown == single else shown, words)
        error = ValidationError([])
        error.fields = fields  # type: ignore[attr-defined]
        return error


def to_json(data: Any) -> bytes:
    """JSON as the API writes it: UTC times with Z, exact decimals, ids as text."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def new_api(namespace: str) -> Api:
    """The API with its error handling: one stands at /api/v1, tests make their own."""
    made = Api(
        title="TrustDesk",
        version="1",
        description=(
            "Send content, reports and appeals; learn what was decided and why. Errors are RFC 9457 problems with a "
            "stable `code`; times are RFC 3339 in UTC; ids are UUIDv7; lists are paged by `next`; a write may carry an "
            "`Idempotency-Key`."
        ),
        urls_namespace=namespace,
        auth=api_key_auth,
        renderer=_Renderer(),
        parser=_Parser(),
        docs_url=None,
    )
    handlers: tuple[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]], ...] = (
        (Refusal, _refused),
        (ValidationError, _not_valid),
        (HttpError, _http_error),
        (Http404, _not_found),
        (BadRequest, _bad_request),
        (RequestDataTooBig, _too_big),
        (Exception, _failed),
    )
    for kind, handler in handlers:
        made.add_exception_handler(kind, handler)
    return made


def router(tag: str) -> Router:
    """A slice's router; hang it in config/urls.py with `api.add_router("/things", …)`."""
    return Router(tags=[tag])


def needs(right: str, *, limit: int | None = reading.MIB, own_transaction: bool = False) -> Callable[[F], F]:
    """Say which right an endpoint needs; goes under the router's line. `right="-"`: any valid key.

    A body larger than `limit` bytes is refused (None: the endpoint streams it itself). With an Idempotency-Key the
    endpoint runs inside one transaction that also stores its answer. `own_transaction=True` is for endpoints that must
    compute before their transaction opens: they call `keep(request, status, answer)` inside it.
    """

    def mark(view: F) -> F:
        def contribute(operation: Operation) -> None:
            operation.right = right  # type: ignore[attr-defined]
            names = _query_names(operation)

            def guard(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
                @wraps(run)
                def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
                    try:
                        _admit(request, right=right, limit=limit, names=names)
                    except Refusal as refusal:
                        return problems.of_refusal(refusal)
                    key = request.headers.get("Idempotency-Key")
                    if key is None or request.method in _SAFE:
                        return run(request, *args, **kwargs)
                    work = lambda: run(request, *args, **kwargs)  # noqa: E731
                    return _once(request, key, work, limit=limit, own_transaction=own_transaction)

                return guarded

            operation.run = guard(operation.run)  # type: ignore[method-assign]
            if not hasattr(operation, "_run_decorators"):
                operation._run_decorators = []  # type: ignore[attr-defined]
            operation._run_decorators.append(guard)  # type: ignore[attr-defined]

        contribute_operation_callback(view, contribute)
        view.right = right  # type: ignore[attr-defined]
        return view

    return mark


def keep(request: HttpRequest, status: int, answer: Any) -> None:
    """Store the answer of an `own_transaction` endpoint, inside the transaction of its effect; without a key, nothing.

    Called again after waiting for a verdict, it replaces the first. Raises ClaimGone, which must roll the effect back.
    """
    once: idempotency.Once | None = getattr(request, "once", None)
    if once is not None:
        once.keep(status=status, body=to_json(answer))


def required_version(request: HttpRequest) -> int:
    """The version an edit was made from, by If-Match: "3". Raises PreconditionRequired, Invalid."""
    given = request.headers.get("If-Match")
    if given is None:
        raise problems.PreconditionRequired
    number = given.strip().removeprefix("W/").strip('"')
    if not number.isdecimal() or len(number) > 9:
        raise Invalid('If-Match holds one version, such as "3".', fields={"If-Match": 'Give a version, such as "3".'})
    return int(number)


def etag(version: int) -> str:
    """The ETag of a version; hand it back in If-Match."""
    return f'"{version}"'


def _query_names(operation: Operation) -> frozenset[str]:
    return frozenset(
        name
        for model in operation.models
        if getattr(model, "__ninja_param_source__", "") == "query"
        for name in getattr(model, "__ninja_flatten_map__", {})
    )


def _admit(request: Any, *, right: str, limit: int | None, names: frozenset[str]) -> None:
    request.repairs = set()
    request.once = None
    holder = api_key_auth(request)
    if right != "-":
        holder.actor.require(right)
    if limit is not None:
        reading.body(request, limit=limit)
    if unknown := sorted(set(request.GET) - names):
        said = gettext("There is no such parameter.")
        if names:
            said += " " + gettext("There are: %(names)s.") % {"names": ", ".join(sorted(names))}
        raise Invalid(fields=dict.fromkeys(unknown, said))


def _once(
    request: Any, key: str, work: Callable[[], HttpResponseBase], *, limit: int | None, own_transaction: bool
) -> HttpResponseBase:
    # A streamed body cannot be hashed before it is read: its announced length and type stand for it.
    told = f"{request.headers.get('Content-Length')} {request.headers.get('Content-Type')}".encode()
    body = told if limit is None else request.body
    try:
        claimed = idempotency.claim(
            holder=request.holder.key_id,
            method=request.method,
            path=request.path,
            key=key,
            body_hash=idempotency.fingerprint(body),
        )
        if isinstance(claimed, idempotency.Kept):
            return claimed.response()
    except Refusal as refusal:
        return problems.of_refusal(refusal)
    request.once = claimed
    try:
        response = work() if own_transaction else _work_inside(claimed, work)
        _keep(claimed, response)
    except Refusal as refusal:
        return problems.of_refusal(refusal)
    finally:
        claimed.release()
    return response


def _work_inside(once: idempotency.Once, work: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    with transaction.atomic():
        response = work()
        if response.status_code < 400:
            _keep(once, response)
        else:
            transaction.set_rollback(True)
    return response


def _keep(once: idempotency.Once, response: HttpResponseBase) -> None:
    status = response.status_code
    if status >= 500 or status in _NOT_KEPT or not isinstance(response, HttpResponse):
        return
    kind = response.headers.get("Content-Type", "")
    if status >= 400:
        once.keep_refusal(status=status, body=response.content, content_type=kind)
    elif once.kept != response.content:
        once.keep(status=status, body=response.content, content_type=kind)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:  # noqa: ARG001  ninja's signature
    return problems.of_refusal(refusal)


def _not_valid(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001  ninja's signature
    return problems.of_refusal(Invalid(fields=getattr(error, "fields", {})))


def _http_error(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001  ninja's signature
    # ninja wraps whatever the parser raises; the refusal inside says more.
    if isinstance(error.__cause__, Refusal):
        return problems.of_refusal(error.__cause__)
    return problems.of_status(getattr(error, "status_code", 400))


def _not_found(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001  ninja's signature
    return problems.of_status(404)


def _bad_request(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001  ninja's signature
    return problems.of_status(400)


def _too_big(request: HttpRequest, error: Exception) -> HttpResponse:  # noqa: ARG001  ninja's signature
    return problems.of_refusal(problems.TooLarge())


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("call failed", path=request.path, method=request.method, exc_info=error)
    answer = problems.of_status(503 if isinstance(error, OperationalError | InterfaceError) else 500)
    if answer.status_code == 503:
        answer["Retry-After"] = "5"
    return answer


api = new_api("api")
