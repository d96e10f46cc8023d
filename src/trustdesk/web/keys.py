"""Who calls: API keys as Bearer tokens, each with its own limit a minute."""

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja.security import HttpBearer

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import queries as people
from trustdesk.web.problems import TooManyRequests, Unauthorized


class ApiKeyAuth(HttpBearer):
    """Authorization: Bearer tdk_… Sets `request.holder` and `request.actor`; asked twice in a request, counts once."""

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> people.KeyHolder:
        known: people.KeyHolder | None = getattr(request, "holder", None)
        if known is not None:
            return known
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthorized
        return self.authenticate(request, secret.strip())

    def authenticate(self, request: HttpRequest, token: str) -> people.KeyHolder:
        """The key's holder. Raises Unauthorized, TooManyRequests."""
        holder = people.holder_of(token, now=now()) if token.startswith("tdk_") and len(token) <= 200 else None
        if holder is None:
            raise Unauthorized("This key is unknown, expired or revoked.")
        _count(holder)
        request.holder = holder  # type: ignore[attr-defined]
        request.actor = holder.actor  # type: ignore[attr-defined]
        return holder


def _count(holder: people.KeyHolder) -> None:
    # One count a web process (the cache is in memory): n processes allow n times the limit. It guards the desk against
    # a caller gone wild; it is no quota.
    moment = now()
    name = f"web.calls.{holder.key_id}.{moment:%d%H%M}"
    cache.add(name, 0, 120)
    if cache.incr(name) > holder.per_minute:
        wait = 60 - moment.second
        raise TooManyRequests(
            gettext("This key may call %(n)s times a minute. Try again in %(wait)s s.")
            % {"n": f"{holder.per_minute:,}", "wait": wait},
            retry_after=wait,
        )


api_key_auth = ApiKeyAuth()
