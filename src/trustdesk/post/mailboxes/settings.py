"""What a mailbox is made of, and what cannot be so. No database, no network."""

import re
from dataclasses import asdict, dataclass, field, fields
from email.headerregistry import Address
from typing import Any

from django.utils.translation import gettext_noop

WAYS_IN = ("server", "imap", "none")
WAYS_OUT = ("desk", "smtp")
TLS = ("tls", "starttls", "none")
PORTS = {"imap": {"tls": 993, "starttls": 143, "none": 143}, "smtp": {"tls": 465, "starttls": 587, "none": 25}}
AFTER = ("seen", "move")
SHORTEST_POLL, LONGEST_POLL = 10, 3600  # seconds
MOST_SIGNATURE = 1_000
# Passwords are read from variables of this name only: whoever sets up mailboxes must not read the desk's other secrets.
SECRET_NAME = re.compile(r"TRUSTDESK_MAILBOX_[A-Z0-9_]{1,60}")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Server:
    """A mail server, and as whom one speaks with it. `secret_from`: the variable its password is read from, "" for one
    that is kept here."""

    host: str = ""
    port: int = 0
    tls: str = "tls"
    user: str = ""
    secret_from: str = ""


@dataclass(frozen=True)
class Settings:
    """A mailbox as its page keeps it. Blank `address`: the desk's own, at its own domain."""

    name: str
    address: str = ""
    sender_name: str = ""
    signatures: dict[str, str] = field(default_factory=dict)
    language: str = ""  # of who writes, where their words do not tell
    market: str = ""
    way_in: str = "server"
    imap: Server = field(default_factory=Server)
    folder: str = "INBOX"
    after: str = "seen"  # what the server is told once a mail is kept
    move_to: str = ""
    poll_seconds: int = 60
    idle: bool = True
    way_out: str = "desk"
    smtp: Server = field(default_factory=Server)


def written(settings: Settings) -> dict[str, Any]:
    """As it lies in the database."""
    return asdict(settings)


def read(told: dict[str, Any]) -> Settings:
    """What `written` wrote; names of later versions are passed over."""
    known = {one.name for one in fields(Settings)}
    given = {name: value for name, value in told.items() if name in known}
    for name in ("imap", "smtp"):
        given[name] = Server(**given.get(name, {}))
    return Settings(**given)


def problems(settings: Settings, *, default: bool, own_domain: str, taken: frozenset[str]) -> dict[str, str]:
    """What cannot be so, by field; sentences are looked up in the reader's language. `taken`: local parts of the desk's own
    addresses that mean something else."""
    wrong: dict[str, str] = {}
    if not settings.name.strip():
        wrong["name"] = gettext_noop("Give it a name.")
    if not settings.address and not default:
        wrong["address"] = gettext_noop("Which address do people write to?")
    if settings.address and not is_address(settings.address):
        wrong["address"] = gettext_noop("This is not an e-mail address.")
    local, _, domain = settings.address.rpartition("@")
    if settings.way_in == "server" and settings.address and "address" not in wrong:
        if not own_domain:
            wrong["way_in"] = gettext_noop("The desk's own mail server is not set up (TRUSTDESK_MAIL_DOMAIN).")
        elif domain != own_domain:
            wrong["address"] = gettext_noop("The desk's own mail server takes mail for its own domain only.")
        elif "+" in local or local in taken:
            wrong["address"] = gettext_noop("This address means something else here. Choose another.")
    if any(len(text) > MOST_SIGNATURE for text in settings.signatures.values()):
        wrong["signatures"] = gettext_noop("This signature is too long.")
    if settings.way_in == "imap":
        wrong |= {f"imap_{name}": said for name, said in _server(settings.imap, user=True).items()}
        if not settings.folder.strip():
            wrong["folder"] = gettext_noop("Which folder is read?")
        if settings.after == "move" and not settings.move_to.strip():
            wrong["move_to"] = gettext_noop("To which folder is mail moved?")
        elif settings.after == "move" and settings.move_to.strip() == settings.folder.strip():
            wrong["move_to"] = gettext_noop("Choose a folder other than the one that is read.")
        if not SHORTEST_POLL <= settings.poll_seconds <= LONGEST_POLL:
            wrong["poll_seconds"] = gettext_noop("Between 10 and 3,600 seconds.")
    if settings.way_out == "smtp":
        wrong |= {f"smtp_{name}": said for name, said in _server(settings.smtp, user=False).items()}
    return wrong


def is_address(text: str) -> bool:
    try:
        found = Address(addr_spec=text)
    except (ValueError, IndexError):
        return False
    return "." in found.domain and text.isascii() and len(text) <= 254 and " " not in text


def _server(server: Server, *, user: bool) -> dict[str, str]:
    wrong = {}
    if not _HOST.fullmatch(server.host):
        wrong["host"] = gettext_noop("Give the name of the server, such as imap.example.com.")
    if not 0 < server.port < 65536:
        wrong["port"] = gettext_noop("Ports are between 1 and 65535.")
    if user and not server.user:
        wrong["user"] = gettext_noop("As whom does the desk sign in?")
    if any(letter < " " or letter == "\x7f" for letter in server.user):
        wrong["user"] = gettext_noop("As whom does the desk sign in?")
    if server.secret_from and not SECRET_NAME.fullmatch(server.secret_from):
        wrong["secret_from"] = gettext_noop("Its name begins with TRUSTDESK_MAILBOX_.")
    return wrong
