"""The way out of a mailbox: the desk's relay, or a server of its own."""

import smtplib
from datetime import datetime

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from trustdesk.post.mailboxes import viewing
from trustdesk.post.mailboxes.settings import Server, read
from trustdesk.post.mailboxes.troubles import Trouble, told, trouble_of
from trustdesk.post.models import Mailbox

TIMEOUT = 20
BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def server_of(code: str) -> tuple[BaseEmailBackend, Server | None]:
    """What the letters of a mailbox are handed to, not yet connected; None with it for the desk's relay. Raises Trouble
    (its password cannot be read)."""
    row = Mailbox.objects.filter(code=code).first() if code else None
    settings = read(row.told) if row else None
    if row is None or settings is None or settings.way_out != "smtp":
        return get_connection(), None
    return backend(settings.smtp, viewing.password(settings.smtp, row.out_secret)), settings.smtp


def backend(server: Server, password: str, *, timeout: int = TIMEOUT) -> BaseEmailBackend:
    return get_connection(
        BACKEND,
        host=server.host,
        port=server.port,
        username=server.user,
        password=password,
        use_ssl=server.tls == "tls",
        use_tls=server.tls == "starttls",
        timeout=timeout,
    )


def connect(connection: BaseEmailBackend, server: Server) -> None:
    """Raises Trouble."""
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise trouble_of(error, host=server.host, port=server.port) from error


def note(code: str, trouble: Trouble | None, *, now: datetime) -> None:
    """Say at the mailbox whether its letters leave."""
    if not code:
        return
    rows = Mailbox.objects.filter(code=code)
    if trouble is None:
        rows.filter(out_trouble_at__isnull=False).update(out_trouble={}, out_trouble_at=None)
    elif not rows.filter(out_trouble_at__isnull=False).update(out_trouble=told(trouble)):
        rows.update(out_trouble=told(trouble), out_trouble_at=now)
