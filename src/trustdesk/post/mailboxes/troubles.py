"""What is wrong with a mailbox, in words for whoever can mend it. Stored by its sentence, told in the reader's language."""

import imaplib
import smtplib
import socket
import ssl
from typing import Any

from django.utils.translation import gettext, gettext_noop

_LOGIN = gettext_noop("%(host)s refuses this user and password: %(said)s")
_CUT = 200


class Trouble(Exception):
    """Something a mail server, or the way to it, did not do. `says` with `values` is a sentence."""

    def __init__(self, says: str, **values: Any) -> None:
        super().__init__(says % values)
        self.says, self.values = says, values


def told(trouble: Trouble) -> dict[str, Any]:
    """As it lies in the database."""
    return {"says": trouble.says, "values": trouble.values}


def spoken(kept: dict[str, Any]) -> str:
    """What lies in the database, as the reader says it."""
    if not kept:
        return ""
    says = kept.get("says", "")
    try:
        return gettext(says) % kept["values"]
    except (KeyError, TypeError, ValueError):
        return str(says)


def refused_login(host: str, said: object) -> Trouble:
    return Trouble(_LOGIN, host=host, said=words(said))


def trouble_of(error: Exception, *, host: str, port: int) -> Trouble:
    """What an error of the network, of TLS or of a library means."""
    here = {"host": host, "port": port}
    match error:
        case Trouble():
            return error
        case socket.gaierror():
            return Trouble(gettext_noop("There is no server of the name %(host)s."), host=host)
        case ConnectionRefusedError():
            return Trouble(gettext_noop("Nothing answers at %(host)s, port %(port)s."), **here)
        case TimeoutError():
            return Trouble(gettext_noop("%(host)s, port %(port)s, does not answer in time."), **here)
        case ssl.SSLCertVerificationError():
            return Trouble(
                gettext_noop("The certificate of %(host)s is not to be trusted: %(said)s"),
                host=host,
                said=words(error.verify_message or error),
            )
        case ssl.SSLError():
            return Trouble(
                gettext_noop("%(host)s does not speak TLS at port %(port)s. Is it STARTTLS there, or another port?"),
                **here,
            )
        case smtplib.SMTPAuthenticationError():
            return refused_login(host, error.smtp_error)
        case smtplib.SMTPNotSupportedError():
            return Trouble(
                gettext_noop("%(host)s, port %(port)s, does not know STARTTLS, or lets nobody sign in."), **here
            )
        case smtplib.SMTPResponseException():
            return Trouble(
                gettext_noop("%(host)s answers: %(said)s"),
                host=host,
                said=f"{error.smtp_code} {words(error.smtp_error)}",
            )
        case ConnectionError() | smtplib.SMTPServerDisconnected() | imaplib.IMAP4.abort() | EOFError():
            return Trouble(gettext_noop("%(host)s, port %(port)s, hung up. Does it speak this way there?"), **here)
        case imaplib.IMAP4.error():
            return Trouble(gettext_noop("%(host)s answers: %(said)s"), host=host, said=words(error))
        case OSError():
            return Trouble(
                gettext_noop("%(host)s, port %(port)s, cannot be reached: %(said)s"),
                said=words(error.strerror or error),
                **here,
            )
    raise error


def words(said: object) -> str:
    """What a stranger's server says, as one short line."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if text.startswith(("b'", 'b"')):
        text = text[2:-1]
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:_CUT]
