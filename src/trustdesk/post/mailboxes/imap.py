"""A folder of an IMAP server: what is new in it, one mail after the other, told to the server once it is kept here."""

import contextlib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_noop
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from trustdesk.post.mailboxes.settings import Server, Settings
from trustdesk.post.mailboxes.troubles import Trouble, refused_login, trouble_of, words

TIMEOUT = 30.0  # seconds without a word of the server
MOST_BYTES = 64 * 2**20  # of one mail, as the desk's own server takes
MOST_HEAD = 2**20


@dataclass(frozen=True)
class Folder:
    """A folder as it was opened. Numbers of mails (UIDs) mean the same mails while `validity` is the same."""

    validity: int
    next_uid: int
    idles: bool  # the server tells of new mail by itself


@contextlib.contextmanager
def connected(server: Server, password: str, *, timeout: float = TIMEOUT) -> Iterator[IMAPClient]:
    """Signed in, until the block ends. Raises Trouble, also for whatever the server does inside."""
    client: IMAPClient | None = None
    try:
        context = ssl.create_default_context()
        client = IMAPClient(server.host, server.port, ssl=server.tls == "tls", ssl_context=context, timeout=timeout)
        if server.tls == "starttls":
            if not client.has_capability("STARTTLS"):
                raise Trouble(
                    gettext_noop("%(host)s, port %(port)s, does not offer STARTTLS."),
                    host=server.host,
                    port=server.port,
                )
            client.starttls(context)
        try:
            client.login(server.user, password)
        except LoginError as error:
            raise refused_login(server.host, error) from None
        yield client
    except (OSError, IMAPClientError, EOFError) as error:
        raise trouble_of(error, host=server.host, port=server.port) from error
    finally:
        if client is not None:
            gone = (OSError, IMAPClientError, EOFError, ValueError)
            with contextlib.suppress(*gone):
                client.logout()
            with contextlib.suppress(*gone):
                client.shutdown()


def opened(client: IMAPClient, name: str, *, readonly: bool = False) -> Folder:
    """Open a folder. Raises Trouble, which names those there are."""
    try:
        found = client.select_folder(name, readonly=readonly)
    except IMAPClientError as error:
        if not client.folder_exists(name):
            there = ", ".join(str(one) for _flags, _sep, one in client.list_folders()[:20])
            raise Trouble(
                gettext_noop("There is no folder “%(name)s”. There are: %(there)s"), name=name, there=there
            ) from None
        raise Trouble(
            gettext_noop("The folder “%(name)s” cannot be opened: %(said)s"), name=name, said=words(error)
        ) from None
    return Folder(
        validity=int(found[b"UIDVALIDITY"]),
        next_uid=int(found.get(b"UIDNEXT") or _next(client)),
        idles=bool(client.has_capability("IDLE")),
    )


def waiting(client: IMAPClient, *, since: int) -> list[int]:
    """What is to be taken, oldest first: what nobody has read, and all that came after `since`."""
    unread = client.search(["UNSEEN", "UNDELETED"])
    newer = client.search(["UNDELETED", "UID", f"{since + 1}:*"])  # "*" is the newest one, however old
    return sorted({*unread, *(uid for uid in newer if uid > since)})


def taken_out(client: IMAPClient, uid: int) -> bytes | None:
    """The bytes of a mail, which stays unread; of one that is too large its head, with a line that says so. None when it is
    gone. No server makes the desk hold more than `MOST_BYTES`."""
    found = client.fetch([uid], ["RFC822.SIZE"]).get(uid)
    if found is None:
        return None
    size = int(found[b"RFC822.SIZE"])
    if size <= MOST_BYTES:
        raw = _part(client, uid, b"BODY[]", MOST_BYTES + 1)
        if raw is None or len(raw) <= MOST_BYTES:
            return raw
    head = _part(client, uid, b"BODY[HEADER]", MOST_HEAD) or b""
    # Its body is not here: what its head says of it would be wrong.
    kept = _without(head, (b"content-type", b"content-transfer-encoding", b"mime-version"))
    said = f"[This mail is too large to be taken in: {size} bytes. It lies on the mail server.]"
    return kept + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + said.encode() + b"\r\n"


def acknowledge(client: IMAPClient, uid: int, settings: Settings) -> None:
    """Tell the server that a mail is kept: it is marked as read, and moved where that is wished."""
    client.add_flags([uid], [b"\\Seen"], silent=True)
    if settings.after != "move":
        return
    if not client.folder_exists(settings.move_to):
        client.create_folder(settings.move_to)
    if client.has_capability("MOVE"):
        client.move([uid], settings.move_to)
        return
    client.copy([uid], settings.move_to)
    client.delete_messages([uid], silent=True)
    if client.has_capability("UIDPLUS"):
        client.expunge([uid])  # this one only: others may have been marked by people


def _part(client: IMAPClient, uid: int, part: bytes, most: int) -> bytes | None:
    peek = part.replace(b"BODY[", b"BODY.PEEK[").decode()
    found = client.fetch([uid], [f"{peek}<0.{most}>"]).get(uid)
    if found is None:
        return None
    said = next((value for name, value in found.items() if name.startswith(part)), b"")
    return said if isinstance(said, bytes) else b""


def _without(head: bytes, names: tuple[bytes, ...]) -> bytes:
    kept, drops = [], False
    for line in head.splitlines():
        if not line.strip():
            continue
        if line[:1] not in b" \t":
            drops = line.partition(b":")[0].strip().lower() in names
        if not drops:
            kept.append(line)
    return b"".join(line + b"\r\n" for line in kept)


def _next(client: IMAPClient) -> int:
    return max(client.search(["ALL"]), default=0) + 1
