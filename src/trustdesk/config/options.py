"""Every setting an operator may give, by environment variable. `docs/operate.md` shows this table; a test keeps them equal."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Option:
    """One environment variable: what it means, what it is without being set, whether production must set it."""

    name: str
    meaning: str
    default: str = ""
    required_in_production: bool = False
    secret: bool = False


def _default_home() -> str:
    # For root never a private home: the embedded PostgreSQL opens every folder above the data folder to its own user.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return "/var/lib/trustdesk"
    return "~/.local/share/trustdesk"


OPTIONS: tuple[Option, ...] = (
    Option("TRUSTDESK_HOME", "Data folder: embedded database, files, keys, outgoing mail.", _default_home()),
    Option(
        "TRUSTDESK_DATABASE_URL",
        "A PostgreSQL 15 or newer to use instead of the embedded one: postgresql://user:password@host/name.",
        required_in_production=True,
        secret=True,
    ),
    Option("TRUSTDESK_MODE", "`desk` on one's own machine, `production` behind a TLS proxy.", "desk"),
    Option(
        "TRUSTDESK_SECRET_KEY",
        "Signs sessions and links. In `desk` mode made once and kept in the data folder.",
        required_in_production=True,
        secret=True,
    ),
    Option(
        "TRUSTDESK_SEAL_KEY",
        "Ed25519 private key (PEM file) that signs the ledger's seals. In `desk` mode made once and kept in the data folder.",
        required_in_production=True,
    ),
    Option(
        "TRUSTDESK_PUBLIC_URL",
        "Where people reach the desk, for links in letters and webhooks: https://desk.example.com.",
        "http://127.0.0.1:8000",
        required_in_production=True,
    ),
    Option(
        "TRUSTDESK_HOSTS",
        "Host names the desk answers to, separated by commas.",
        "127.0.0.1,localhost,[::1]",
        required_in_production=True,
    ),
    Option(
        "TRUSTDESK_MAIL_URL",
        "Mail server for letters: smtp://user:password@host:587, smtps://… or folder: (kept in the data folder).",
        "folder:",
        required_in_production=True,
        secret=True,
    ),
    Option("TRUSTDESK_MAIL_FROM", "Sender of letters where a source names none.", "desk@localhost"),
    Option(
        "TRUSTDESK_MAIL_LISTEN",
        "Where the worker takes mail for the desk: lmtp://127.0.0.1:8024 behind a mail server, or smtp://…. Off without it.",
    ),
    Option(
        "TRUSTDESK_MAIL_DOMAIN", "Domain of the desk's own addresses, such as desk.example.com: notices@…, appeal+…@…."
    ),
    Option(
        "TRUSTDESK_MAIL_AUTHSERV",
        "What your own mail server calls itself in Authentication-Results, the mail domain without it; others are not believed.",
    ),
    Option("TRUSTDESK_FILES", "Folder for uploaded bytes.", "<TRUSTDESK_HOME>/files"),
    Option(
        "TRUSTDESK_APPEALS_BLIND",
        "`no` shows at once what was decided to who judges an appeal; else only after their own first judgement.",
        "yes",
    ),
    Option("TRUSTDESK_UPLOAD_LIMIT_MIB", "Largest upload, in MiB.", "512"),
    Option("TRUSTDESK_ATTACH_LIMIT_MIB", "Largest file that is attached to a reply, in MiB.", "20"),
    Option("TRUSTDESK_ATTACH_TOGETHER_MIB", "All files of one reply together, in MiB.", "25"),
    Option("TRUSTDESK_REHEARSAL_PROCESSES", "Processes the worker gives one backtest of a policy.", "2"),
    Option("TRUSTDESK_DATABASE_POOL", "Most database connections of one web process.", "10"),
    Option(
        "TRUSTDESK_PRIVATE_TARGETS",
        "`allow` lets webhooks and media come from private addresses: for trying things on one machine, never in production.",
        "refuse",
    ),
    Option(
        "TRUSTDESK_SPEECH",
        "`on` lets the media worker write down what is said in videos; it needs the extra `asr` (docs/video.md).",
        "off",
    ),
    Option("TRUSTDESK_PACK", "Folder of the policy pack loaded at the first start.", "<package>/packs/classifieds"),
    Option(
        "TRUSTDESK_SAMPLE",
        "What a new desk on one's own machine is filled with: `all` (people and items), `people`, `none`. Never in production.",
        "all",
    ),
    Option(
        "TRUSTDESK_CORPUS", "Folder of the evaluation corpus (docs/corpus.md); only tests and model training read it."
    ),
    Option(
        "TRUSTDESK_REMOTE_MODEL_URL",
        "Base address of an OpenAI-compatible endpoint (docs/remote-models.md), such as https://models.example/v1. Off without it.",
    ),
    Option("TRUSTDESK_REMOTE_MODEL_KEY", "The endpoint's key.", secret=True),
    Option("TRUSTDESK_REMOTE_MODERATION_MODEL", "The model asked at /moderations, for `remote_score`."),
    Option("TRUSTDESK_REMOTE_CHAT_MODEL", "The model asked at /chat/completions, for `remote_judgement`."),
    Option("TRUSTDESK_REMOTE_MODEL_REQUESTS_A_DAY", "Most requests to the endpoint in a day (UTC).", "1000"),
    Option("TRUSTDESK_REMOTE_MODEL_TOKENS_A_DAY", "Most tokens spent there in a day (UTC).", "1000000"),
    Option("TRUSTDESK_REMOTE_MODEL_TIMEOUT", "Seconds for a question to the endpoint with all its tries.", "20"),
    Option(
        "TRUSTDESK_REMOTE_MODEL_PRIVATE",
        "`allow` lets the endpoint be a machine of one's own network, and http.",
        "refuse",
    ),
    Option(
        "TRUSTDESK_DSA_URL",
        "The EU's register of statements, for `trustdesk export statements --to dsa --send` (docs/due-process.md).",
        "https://transparency.dsa.ec.europa.eu",
    ),
    Option("TRUSTDESK_DSA_TOKEN", "The register's token for the source that is sent.", secret=True),
    Option("PORT", "Port of the web server, on 127.0.0.1.", "8000"),
)

_BY_NAME = {option.name: option for option in OPTIONS}


def get(name: str) -> str:
    """The setting's value, or its default; an unknown name is a KeyError, so no setting escapes the table."""
    option = _BY_NAME[name]
    return os.environ.get(name) or option.default


def home() -> Path:
    """The data folder, as an absolute path."""
    return Path(get("TRUSTDESK_HOME")).expanduser().resolve()


class BadSetting(ValueError):
    """A setting that cannot be understood; the message names it."""


def number(name: str) -> int:
    """A setting that is a whole number. Raises BadSetting."""
    given = get(name)
    if not given.isdecimal():
        raise BadSetting(f"{name} is “{given}”, which is no whole number.")
    return int(given)


def strangers() -> list[str]:
    """Variables of the environment that look like settings and are none: a misspelt setting is silent otherwise."""
    ours = {*_BY_NAME, "TRUSTDESK_PARENT_PIPE", "TRUSTDESK_TEST_POSTGRES"}
    return sorted(name for name in os.environ if name.startswith("TRUSTDESK_") and name not in ours)
