"""The mail server of the desk: LMTP behind a mail server of one's own, or SMTP. Run by the worker where it is configured.

Whoever sends is told 250 only after everything is committed; whatever goes wrong before is a 4xx, and they try again.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import close_old_connections, connection

from trustdesk.kernel.base import timesource
from trustdesk.post.addressing import is_ours
from trustdesk.post.boxes import box_of
from trustdesk.post.receiving import TooMuchMail, take

log = structlog.get_logger(__name__)

MOST_BYTES = 64 * 2**20  # of one mail
MOST_SESSIONS = 10  # that may hold a mail in memory at once
MOST_RECIPIENTS = 100
_LATER = "451 4.3.0 Try again later"
_TOO_MUCH = "450 4.7.1 Too many mails from this address in an hour, try again later"


class _Smtp(SMTP):
    # Hostile and old programs write lines longer than RFC 5321 allows; a mail is worth more than that rule.
    line_length_limit = 2**20

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.sessions += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.sessions -= 1
        super().connection_lost(error)


class _Lmtp(_Smtp, LMTP):
    async def push(self, status: Any) -> None:
        # Words about the data come once for each recipient in LMTP (RFC 2033, 4.2); these two the library says itself.
        if isinstance(status, str) and status.startswith(("552 Error: Too much mail", "500 Line too long")):
            status = "\r\n".join([status] * len(self.envelope.rcpt_tos if self.envelope else [""]))
        await super().push(status)


class Door:
    """What the server asks at each step. `lmtp`: data is answered for each recipient."""

    def __init__(self, *, lmtp: bool, clock: Callable[[], datetime] = timesource.now) -> None:
        self.lmtp, self.clock = lmtp, clock
        # One thread with a connection of its own: mail comes in slowly, and the loop must hear the others.
        self._hands = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
        self.sessions = 0

    async def handle_MAIL(  # noqa: N802  the library's names
        self, _server: Any, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sessions > MOST_SESSIONS:
            return "421 4.3.2 Too busy, try again later"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take addresses of ours only: the desk relays nothing, and a forged address leads nowhere."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        if not is_ours(address):
            return "550 5.7.1 This server takes mail for its own addresses only"
        if await asyncio.get_running_loop().run_in_executor(self._hands, _leads_nowhere, address):
            return "550 5.1.1 There is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail, then say so."""
        said = await asyncio.get_running_loop().run_in_executor(self._hands, self._take, envelope)
        return "\r\n".join([said] * len(envelope.rcpt_tos)) if self.lmtp else said

    async def handle_exception(self, error: Exception) -> str:
        log.error("the mail server failed", error=type(error).__name__, exc_info=error)
        return _LATER

    def close(self) -> None:
        self._hands.submit(lambda: connection.close()).result()  # noqa: PLW0108  the thread's own
        self._hands.shutdown()

    def _take(self, envelope: Envelope) -> str:
        close_old_connections()
        try:
            content = envelope.original_content or b""
            take(raw=content, sender=envelope.mail_from or "", recipients=envelope.rcpt_tos, now=self.clock())
        except TooMuchMail:
            return _TOO_MUCH
        except Exception as error:  # a full disk, a lost database: the sender's server keeps it and comes again
            log.error("a mail could not be kept", error=type(error).__name__, exc_info=error)
            return _LATER
        return "250 2.0.0 Kept"


def _leads_nowhere(address: str) -> bool:
    close_old_connections()
    return box_of(address) is None


class Listener:
    """The server in a thread of its own, bound to one address. `port` 0 takes a free one, which then stands in `port`."""

    def __init__(self, *, host: str, port: int, lmtp: bool) -> None:
        self.host, self.port, self.door = host, port, Door(lmtp=lmtp)
        self._ready = threading.Event()
        self._failed: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="mail server", daemon=True)

    def start(self) -> None:
        """Returns when it hears. Raises OSError when the address cannot be had."""
        self._thread.start()
        self._ready.wait()
        if self._failed is not None:
            self.stop()
            raise self._failed

    def stop(self) -> None:
        if self._loop is not None and self._over is not None:
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self.door.close()

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        try:
            server = await self._loop.create_server(self._session, self.host, self.port)
            self.port = server.sockets[0].getsockname()[1]
        except OSError as error:
            self._failed, self._loop = error, None
            return
        finally:
            self._ready.set()
        async with server:
            await self._over.wait()

    def _session(self) -> SMTP:
        return (_Lmtp if self.door.lmtp else _Smtp)(
            self.door,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname=settings.MAIL_DOMAIN,
            ident="TrustDesk",
            timeout=120,
            command_call_limit={"*": 200},
            loop=asyncio.get_running_loop(),
        )


_running: list[Listener] = []


def listen(*, now: datetime) -> None:  # noqa: ARG001  loops are called alike
    """See that the server runs, where TRUSTDESK_MAIL_LISTEN names an address. Hung in `wiring.LOOPS`.

    Raises OSError when the port is taken, by another worker of this machine perhaps: the loop comes again.
    """
    if not settings.MAIL_LISTEN or _running:
        return
    parts = urlsplit(settings.MAIL_LISTEN)
    listener = Listener(host=parts.hostname or "127.0.0.1", port=parts.port or 8024, lmtp=parts.scheme == "lmtp")
    listener.start()
    _running.append(listener)
    log.info("mail is taken", at=settings.MAIL_LISTEN, domain=settings.MAIL_DOMAIN)
