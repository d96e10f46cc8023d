"""Trying a mailbox: it really connects, takes nothing, sends nothing, and says step by step what works."""

import contextlib
import smtplib
import socket
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings as desk
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _

from trustdesk.post.mailboxes import imap, outgoing
from trustdesk.post.mailboxes.settings import Server, Settings
from trustdesk.post.mailboxes.troubles import Trouble, spoken, told, trouble_of, words

TIMEOUT = 8  # seconds: somebody waits


@dataclass(frozen=True)
class Step:
    """`well`: True it works, False it does not, None it works and could be better."""

    well: bool | None
    words: str


def tried(settings: Settings, *, in_password: str, out_password: str) -> list[Step]:
    """The way in, then the way out; after the first that fails its way is not followed on."""
    return [*_in(settings, in_password), *_out(settings, out_password)]


def works(steps: list[Step]) -> bool:
    return all(step.well is not False for step in steps)


def failed(trouble: Trouble) -> Step:
    return Step(False, spoken(told(trouble)))


def _in(settings: Settings, password: str) -> list[Step]:
    if settings.way_in == "imap":
        return _imap(settings, password)
    if settings.way_in == "server":
        return [_listening()]
    return []


def _imap(settings: Settings, password: str) -> list[Step]:
    steps = []
    server = settings.imap
    try:
        with imap.connected(server, password, timeout=TIMEOUT) as client:
            steps.append(Step(True, _("Signed in to %(host)s.") % {"host": server.host}))
            folder = imap.opened(client, settings.folder, readonly=True)
            n = len(client.search(["UNSEEN", "UNDELETED"]))
            said = _("The folder “%(name)s” can be read; unread mails in it: %(n)s.") % {
                "name": settings.folder,
                "n": n,
            }
            steps.append(Step(True, said))
            if server.tls == "none" and server.host not in {"127.0.0.1", "::1", "localhost"}:
                steps.append(Step(None, _("The password and all mail travel in the clear. Choose TLS.")))
            if settings.idle and not folder.idles:
                steps.append(
                    Step(None, _("The server does not tell of new mail by itself: it is asked every few seconds."))
                )
            if settings.after == "move" and not client.folder_exists(settings.move_to):
                said = _("There is no folder “%(name)s” yet: it will be made.") % {"name": settings.move_to}
                steps.append(Step(None, said))
    except Trouble as trouble:
        steps.append(failed(trouble))
    return steps


def _listening() -> Step:
    if not desk.MAIL_DOMAIN or not desk.MAIL_LISTEN:
        return Step(
            False, _("The desk's own mail server is not set up (TRUSTDESK_MAIL_LISTEN, TRUSTDESK_MAIL_DOMAIN).")
        )
    parts = urlsplit(desk.MAIL_LISTEN)
    host, port = parts.hostname or "127.0.0.1", parts.port or 8024
    try:
        with socket.create_connection((host if host != "0.0.0.0" else "127.0.0.1", port), timeout=TIMEOUT) as line:  # noqa: S104
            greeting = line.recv(200)
    except OSError as error:
        return failed(trouble_of(error, host=host, port=port))
    if not greeting.startswith(b"220"):
        return Step(False, _("Something else answers at the address of the desk's own mail server."))
    return Step(True, _("The desk's own mail server answers at port %(port)s.") % {"port": port})


def _out(settings: Settings, password: str) -> list[Step]:
    own = settings.way_out == "smtp"
    if own:
        server, backend = settings.smtp, outgoing.backend(settings.smtp, password, timeout=TIMEOUT)
    elif desk.EMAIL_BACKEND == outgoing.BACKEND:
        tls = "tls" if desk.EMAIL_USE_SSL else "starttls" if desk.EMAIL_USE_TLS else "none"
        server = Server(desk.EMAIL_HOST, desk.EMAIL_PORT, tls, desk.EMAIL_HOST_USER)
        backend = outgoing.backend(server, desk.EMAIL_HOST_PASSWORD, timeout=TIMEOUT)
    else:
        return [
            Step(
                None,
                _("Letters are written to files only: the desk has no mail server to send by (TRUSTDESK_MAIL_URL)."),
            )
        ]
    sender = settings.address or parseaddr(desk.DEFAULT_FROM_EMAIL)[1]
    steps = []
    try:
        outgoing.connect(backend, server)
        steps.append(Step(True, _("Letters can be handed to %(host)s.") % {"host": server.host}))
        if own and server.tls == "none" and server.host not in {"127.0.0.1", "::1", "localhost"}:
            steps.append(Step(None, _("Letters travel in the clear. Choose TLS or STARTTLS.")))
        steps.append(_sender(cast(Any, cast(EmailBackend, backend).connection), sender, server))
    except Trouble as trouble:
        steps.append(failed(trouble))
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            backend.close()
    return steps


def _sender(line: smtplib.SMTP, sender: str, server: Server) -> Step:
    """Does it let the desk write as this address? Nothing is sent."""
    try:
        line.ehlo_or_helo_if_needed()
        code, said = line.mail(sender)
        line.rset()
    except (OSError, smtplib.SMTPException) as error:
        return failed(trouble_of(error, host=server.host, port=server.port))
    if code >= 400:
        told_of = {"host": server.host, "address": sender, "said": f"{code} {words(said)}"}
        return Step(False, _("%(host)s takes no letters from %(address)s: %(said)s") % told_of)
    return Step(True, _("It takes letters from %(address)s.") % {"address": sender})
