"""Is this desk fit for production? Each thing that is not, in words, with its remedy."""

import ipaddress
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from trustdesk.config import options
from trustdesk.config.supervisor.refusals import CannotStart

SECRET_LENGTH = 40


@dataclass(frozen=True)
class Problem:
    """One setting that is missing or unsafe, and what to do."""

    setting: str
    wrong: str
    remedy: str


def problems() -> list[Problem]:
    """Everything that keeps this desk from being run in production; nothing is connected to."""
    return [*_mode(), *_secret_key(), *_seal_key(), *_public_url(), *_hosts(), *_database(), *_mail(), *_targets()]


def refuse_unfit() -> None:
    """In production mode, raise CannotStart unless every check passes; on one's own machine nothing is asked."""
    mode = options.get("TRUSTDESK_MODE")
    if mode not in {"desk", "production"}:
        raise CannotStart(f"TRUSTDESK_MODE is “{mode}”; it may be `desk` or `production`.")
    if mode != "production":
        return
    if found := problems():
        names = ", ".join(dict.fromkeys(problem.setting for problem in found))
        raise CannotStart(f"Not fit for production: {names}. `trustdesk check --deploy` explains each.")


def _mode() -> Iterator[Problem]:
    if options.get("TRUSTDESK_MODE") != "production":
        yield Problem(
            "TRUSTDESK_MODE",
            "is not `production`: cookies travel without TLS and sample people may sign in.",
            "Set TRUSTDESK_MODE=production.",
        )


def _secret_key() -> Iterator[Problem]:
    key = options.get("TRUSTDESK_SECRET_KEY")
    how = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))', keep it where only the desk reads it."
    if not key:
        yield Problem("TRUSTDESK_SECRET_KEY", "is missing: sessions and links could not be signed.", how)
    elif len(key) < SECRET_LENGTH or len(set(key)) < 10:
        yield Problem(
            "TRUSTDESK_SECRET_KEY", f"is too easy to guess (under {SECRET_LENGTH} characters, or few different).", how
        )


def _seal_key() -> Iterator[Problem]:
    given = options.get("TRUSTDESK_SEAL_KEY")
    how = "Make one with: openssl genpkey -algorithm ed25519 -out seal.pem, mode 0600, outside the database's machine; name it here."
    if not given:
        yield Problem("TRUSTDESK_SEAL_KEY", "is missing: the ledger's seals could not be signed.", how)
        return
    path = Path(given).expanduser()
    try:
        if path.stat().st_mode & 0o077:
            yield Problem("TRUSTDESK_SEAL_KEY", f"{path} can be read by others than its owner.", f"chmod 600 {path}")
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        if not isinstance(load_pem_private_key(path.read_bytes(), password=None), Ed25519PrivateKey):
            yield Problem("TRUSTDESK_SEAL_KEY", f"{path} holds no Ed25519 private key.", how)
    except OSError as error:
        yield Problem("TRUSTDESK_SEAL_KEY", f"{path} cannot be read ({error.strerror}).", how)
    except (ValueError, TypeError):
        yield Problem("TRUSTDESK_SEAL_KEY", f"{path} holds no unencrypted PEM private key.", how)


def _public_url() -> Iterator[Problem]:
    given = os.environ.get("TRUSTDESK_PUBLIC_URL", "")
    parts = urlsplit(given)
    if parts.scheme != "https" or not parts.hostname:
        yield Problem(
            "TRUSTDESK_PUBLIC_URL",
            "is missing." if not given else "is no https:// address: people's sessions would travel in the clear.",
            "Put a proxy that speaks TLS in front (docs/operate.md) and set TRUSTDESK_PUBLIC_URL=https://desk.example.com.",
        )


def _hosts() -> Iterator[Problem]:
    given = os.environ.get("TRUSTDESK_HOSTS", "")
    hosts = [host.strip() for host in given.split(",") if host.strip()]
    public = urlsplit(os.environ.get("TRUSTDESK_PUBLIC_URL", "")).hostname
    if not hosts:
        yield Problem("TRUSTDESK_HOSTS", "is missing.", "Name the hosts the desk answers to, such as desk.example.com.")
    elif "*" in hosts:
        yield Problem(
            "TRUSTDESK_HOSTS",
            "answers to every name (*): links in letters could be forged.",
            "Name the hosts one by one.",
        )
    elif public and not any(host == public or (host.startswith(".") and public.endswith(host)) for host in hosts):
        yield Problem("TRUSTDESK_HOSTS", f"does not name {public}, the host of TRUSTDESK_PUBLIC_URL.", f"Add {public}.")


def _database() -> Iterator[Problem]:
    given = options.get("TRUSTDESK_DATABASE_URL")
    if not given:
        yield Problem(
            "TRUSTDESK_DATABASE_URL",
            "is missing: the embedded database is for one's own machine.",
            "Name a PostgreSQL 15 or newer that is backed up: postgresql://user:password@host/name?sslmode=verify-full.",
        )
        return
    parts = urlsplit(given)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    host = query.get("host") or parts.hostname or ""
    if not _is_local(host) and query.get("sslmode") not in {"require", "verify-ca", "verify-full"}:
        yield Problem(
            "TRUSTDESK_DATABASE_URL",
            f"talks to {host} without demanding TLS.",
            "Add ?sslmode=verify-full&sslrootcert=/path/to/ca.pem (or at least sslmode=require).",
        )


def _is_local(host: str) -> bool:
    if not host or host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _mail() -> Iterator[Problem]:
    parts = urlsplit(options.get("TRUSTDESK_MAIL_URL"))
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        yield Problem(
            "TRUSTDESK_MAIL_URL",
            "names no mail server: statements and invitations would lie in a folder.",
            "Set smtp://user:password@host:587 or smtps://….",
        )
    sender = options.get("TRUSTDESK_MAIL_FROM")
    if sender.rpartition("@")[2].rstrip(">") in {"", "localhost"}:
        yield Problem(
            "TRUSTDESK_MAIL_FROM", f"is {sender}, which no mail server accepts.", "Set an address of your own domain."
        )
    if options.get("TRUSTDESK_MAIL_LISTEN") and not options.get("TRUSTDESK_MAIL_DOMAIN"):
        yield Problem(
            "TRUSTDESK_MAIL_DOMAIN",
            "is not set: no address would lead to the desk.",
            "Set the domain of the desk's own addresses, such as desk.example.com.",
        )


def _targets() -> Iterator[Problem]:
    if options.get("TRUSTDESK_PRIVATE_TARGETS") != "refuse":
        yield Problem(
            "TRUSTDESK_PRIVATE_TARGETS",
            "lets webhooks and media reach private addresses: anyone who may name one could look into your network.",
            "Unset it.",
        )
    home = options.home()
    if home.is_relative_to(Path(tempfile.gettempdir()).resolve()):
        yield Problem("TRUSTDESK_HOME", f"lies in {home}, which is emptied at will.", "Choose a lasting folder.")
