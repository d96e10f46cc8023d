"""Fetching media from addresses that others gave us, within limits of size, time and hops."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from django.utils.translation import gettext

from trustdesk.files.storing import FileTooLarge, Incoming, Receiver, store
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.web.outward import GuardedTransport, Resolver, TargetRefused, TargetUnknown, check_url, resolve

__all__ = ["MOST_BYTES", "FetchFailed", "Fetched", "Limits", "Resolver", "fetched", "fetched_from", "resolve"]

MOST_BYTES = 64 * 2**20
AGENT = "TrustDesk-media/1"


class FetchFailed(Refusal):
    """The media could not be fetched."""

    code, status = "fetch_failed", 422

    def __init__(self, message: str, *, again: bool) -> None:
        super().__init__(message, again=again)
        self.again = again  # would trying later make sense?


@dataclass(frozen=True)
class Limits:
    """How much of others' bytes and of our time one fetch may take."""

    size: int = MOST_BYTES  # bytes, as they come over the wire and after unpacking
    seconds: float = 30.0  # the whole fetch, redirects and all
    connect_seconds: float = 5.0
    hops: int = 4


@dataclass(frozen=True)
class Fetched:
    """Bytes in a working file, the type the server names, the address they came from after all redirects."""

    incoming: Incoming
    declared_type: str
    url: str


@contextmanager
def fetched(
    url: str, *, limits: Limits, resolver: Resolver = resolve, private: bool | None = None
) -> Iterator[tuple[Incoming, str]]:
    """The bytes at an address as a working file, and the type the server names. Gone after the block unless kept.

    Every hop of a redirect is checked like the first address. Raises FetchFailed, TargetRefused.
    """
    with fetched_from(url, limits=limits, resolver=resolver, private=private) as found:
        yield found.incoming, found.declared_type


@contextmanager
def fetched_from(
    url: str,
    *,
    limits: Limits,
    resolver: Resolver = resolve,
    private: bool | None = None,
    permitted: Callable[[str], object] = check_url,
) -> Iterator[Fetched]:
    """As `fetched`, with the address after redirects. `permitted` is asked about each address before it is called, besides
    what is always checked; whatever it raises ends the fetch."""
    check_url(url)
    receiver = Receiver(limit=limits.size, folder=store().scratch())
    try:
        declared, last = asyncio.run(
            _download(url, receiver, limits=limits, resolver=resolver, private=private, permitted=permitted)
        )
        yield Fetched(receiver.finish(), declared, last)
    finally:
        receiver.discard()


async def _download(
    url: str,
    receiver: Receiver,
    *,
    limits: Limits,
    resolver: Resolver,
    private: bool | None,
    permitted: Callable[[str], object],
) -> tuple[str, str]:
    # Compressed answers are not asked for: pictures gain nothing, and a bomb would unpack before the limit sees it.
    headers = {"User-Agent": AGENT, "Accept": "image/*, video/*, audio/*, */*;q=0.5", "Accept-Encoding": "identity"}
    last = url

    async def ask_first(request: httpx.Request) -> None:
        nonlocal last
        last = str(request.url)
        permitted(last)

    try:
        async with (
            asyncio.timeout(limits.seconds),
            httpx.AsyncClient(
                transport=GuardedTransport(resolver=resolver, private=private),
                follow_redirects=True,
                max_redirects=limits.hops,
                timeout=httpx.Timeout(10, connect=limits.connect_seconds),
                headers=headers,
                trust_env=False,
                event_hooks={"request": [ask_first]},
            ) as client,
            client.stream("GET", url) as answer,
        ):
            _check(answer, limits)
            async for chunk in answer.aiter_raw():
                receiver.write(chunk)
            return answer.headers.get("content-type", ""), last
    except TimeoutError:
        raise FetchFailed(
            gettext("The media took longer than %(seconds)s seconds.") % {"seconds": f"{limits.seconds:g}"}, again=True
        ) from None
    except TargetUnknown as unknown:
        raise FetchFailed(unknown.message, again=True) from None
    except FileTooLarge:
        raise FetchFailed(
            gettext("The media is larger than %(n)s MiB.") % {"n": limits.size // 2**20}, again=False
        ) from None
    except httpx.TooManyRedirects:
        raise FetchFailed(
            gettext("The address redirects more than %(hops)s times.") % {"hops": limits.hops}, again=False
        ) from None
    except httpx.UnsupportedProtocol:
        raise TargetRefused("The address redirects to something that is not http or https.") from None
    except httpx.InvalidURL:
        raise FetchFailed("The address, or one it redirects to, is not valid.", again=False) from None
    except httpx.HTTPError as error:
        raise FetchFailed(
            gettext("The media could not be fetched (%(why)s).") % {"why": type(error).__name__}, again=True
        ) from None


def _check(answer: httpx.Response, limits: Limits) -> None:
    if answer.status_code != 200:
        again = answer.status_code in {408, 425, 429} or answer.status_code >= 500
        raise FetchFailed(
            gettext("The media's server answered %(status_code)s.") % {"status_code": answer.status_code}, again=again
        )
    if answer.headers.get("content-encoding", "identity").lower() != "identity":
        raise FetchFailed("The media's server sent a compressed answer that was not asked for.", again=False)
    announced = answer.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limits.size:
        raise FetchFailed(gettext("The media is larger than %(n)s MiB.") % {"n": limits.size // 2**20}, again=False)
