"""Calling addresses that others gave us: only http(s), only public machines, checked after DNS and at every hop.

The name is resolved here, every answer is checked, and the connection goes to the checked address, so a name that
answers differently the second time (DNS rebinding) gains nothing. TLS still checks the certificate against the name.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext

from trustdesk.kernel.base.refusal import Refusal

Resolver = Callable[[str, int], Awaitable[list[str]]]


class TargetRefused(Refusal):
    """This address may not be called."""

    code, status = "target_refused", 422


class TargetUnknown(Refusal):
    """This host name cannot be resolved."""

    code, status = "target_unknown", 422


# Ranges that `is_global` of some Python versions calls public, or that wrap an IPv4 address of their own.
_REFUSED = tuple(
    ip_network(net)
    for net in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)
_NAT64 = ip_network("64:ff9b::/96")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Is this a machine on the open internet? Mapped, 6to4, Teredo and NAT64 addresses are judged by what they wrap."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if wrapped is None and address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is None and int(address) >> 32 == 0:  # ::a.b.c.d, long deprecated; also :: and ::1
            wrapped = IPv4Address(int(address))
        if wrapped is not None:
            return is_public(wrapped)
        if address.teredo or address.is_site_local:
            return False
    if address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local:
        return False
    return address.is_global and not any(address in net for net in _REFUSED if net.version == address.version)


async def resolve(host: str, port: int) -> list[str]:
    """All addresses of a host, by the machine's own resolver. Raises TargetUnknown."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise TargetUnknown(gettext("The host name “%(host)s” cannot be resolved.") % {"host": host}) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def checked_address(host: str, port: int, *, resolver: Resolver = resolve, private: bool | None = None) -> str:
    """An address of `host` that may be called. One private answer among public ones refuses the name.

    `private` allows private machines; by default the setting decides. Raises TargetRefused, TargetUnknown.
    """
    if private is None:
        private = settings.PRIVATE_TARGETS
    found = await resolver(host, port)
    if not found:
        raise TargetUnknown(gettext("The host name “%(host)s” has no address.") % {"host": host})
    for text in found:
        try:
            address = ip_address(text.partition("%")[0])
        except ValueError:
            raise TargetRefused(
                gettext("“%(host)s” does not resolve to an internet address.") % {"host": host}
            ) from None
        if not private and not is_public(address):
            raise TargetRefused(
                gettext("“%(host)s” leads to a private address (%(address)s); only public machines are called.")
                % {"host": host, "address": address}
            )
    return found[0]


def check_url(url: str) -> None:
    """The written form of an address, before anything is resolved. Raises TargetRefused."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise TargetRefused("This is not a valid address.") from None
    if parts.scheme not in {"http", "https"}:
        raise TargetRefused("Only http and https addresses are called.")
    if not host:
        raise TargetRefused("The address names no host.")
    if parts.username is not None or parts.password is not None:
        raise TargetRefused("The address must not contain a user name or password.")


class GuardedTransport(httpx.AsyncBaseTransport):
    """httpx's transport, except that every request goes to an address that was resolved and checked here.

    Connections are never kept: the pool knows them by address, and two names on one address must not share a
    certificate check.
    """

    def __init__(
        self, *, resolver: Resolver = resolve, private: bool | None = None, verify: ssl.SSLContext | None = None
    ) -> None:
        self._resolver = resolver
        self._private = private
        self._inner = httpx.AsyncHTTPTransport(
            verify=verify or _tls(), trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        check_url(str(request.url))
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = await checked_address(host, port, resolver=self._resolver, private=self._private)
        # The Host header was set from the name already; only the connection goes to the number. The request itself keeps
        # its name: a redirect that gives only a path is relative to that.
        named = {} if ip_literal(host) else {"sni_hostname": host}
        numbered = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, **named},
        )
        return await self._inner.handle_async_request(numbered)

    async def aclose(self) -> None:
        await self._inner.aclose()


def ip_literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address a host is written as, or None for a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


_context: ssl.SSLContext | None = None


def _tls() -> ssl.SSLContext:
    # Loading the certificate store takes longer than a call; it is read once a process.
    global _context  # noqa: PLW0603
    if _context is None:
        _context = httpx.create_ssl_context(trust_env=False)
    return _context
