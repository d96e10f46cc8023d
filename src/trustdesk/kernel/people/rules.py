"""Who may do what: rights are verbs on scopes. Pure."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Allowance:
    """A right, and where it holds. An empty set means everywhere."""

    right: str
    markets: frozenset[str] = frozenset()
    queues: frozenset[str] = frozenset()


def allows(allowances: Iterable[Allowance], right: str, *, market: str | None = None, queue: str | None = None) -> bool:
    """May `right` be used in this market and queue? Without a scope: is it held anywhere?"""
    return any(
        a.right == right
        and (market is None or not a.markets or market in a.markets)
        and (queue is None or not a.queues or queue in a.queues)
        for a in allowances
    )


# Every right of the desk with the words the people page shows. A page or verb naming another right fails a test.
RIGHTS: dict[str, str] = {
    "work.read": "See the queues and what waits in them",
    "work.manage": "Open, close and change queues, calendars and targets",
    "review.read": "See reviews and their items",
    "review.decide": "Claim, decide, skip and undo reviews",
    "items.read": "See items, accounts and their history",
    "items.write": "Submit and withdraw content",
    "files.write": "Upload files",
    "files.read": "See uploaded files",
    "files.original": "Take out an upload as it came, with the place and camera it tells of; each time is recorded",
    "marks.reveal": "See the phones, e-mails and addresses that link accounts",
    "notes.write": "Pin notes to accounts and items",
    "decisions.read": "See decisions and statements",
    "decisions.write": "Decide through the API",
    "policy.read": "Read policies with their rules",
    "policy.edit": "Draft and check policy versions",
    "policy.approve": "Approve, publish and roll back policy versions",
    "people.read": "See staff, teams and roles",
    "people.manage": "Invite people, give roles and skills",
    "signals.read": "See signals, how they fare, and the banks of known texts",
    "signals.manage": "Be told when a signal breaks, have it tried at once",
    "banks.edit": "Make banks of known texts, add, remove and release entries",
    "banks.judge": "Say whether a match of a bank is right or wrong",
    "models.read": "See labels, measurements, thresholds and models learnt here",
    "models.propose": "Bring labels, measure, learn models and put them in shadow",
    "models.release": "Put thresholds in force, release models proposed by others, roll back",
    "keys.manage": "Make and revoke API keys",
    "webhooks.manage": "Add endpoints, see deliveries, send again",
    "ledger.read": "Read the ledger",
    "stuck.manage": "See what is stuck and try again",
    "desk.watch": "Read the desk's measurements (metrics)",
}

# Roles a new desk starts with; roles are data and can be changed.
STARTING_ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "reviewer": (
        "Reviewer",
        (
            "work.read",
            "review.read",
            "review.decide",
            "items.read",
            "files.read",
            "notes.write",
            "marks.reveal",
            "policy.read",
            "signals.read",
            "banks.judge",
            "decisions.read",
        ),
    ),
    "policy_owner": (
        "Policy owner",
        (
            "policy.read",
            "policy.edit",
            "policy.approve",
            "signals.read",
            "models.read",
            "models.propose",
            "models.release",
            "banks.edit",
            "banks.judge",
            "work.read",
            "review.read",
            "items.read",
            "files.read",
            "decisions.read",
        ),
    ),
    "lead": (
        "Lead",
        (
            "work.read",
            "work.manage",
            "review.read",
            "review.decide",
            "items.read",
            "files.read",
            "files.original",
            "notes.write",
            "marks.reveal",
            "policy.read",
            "policy.edit",
            "policy.approve",
            "signals.read",
            "signals.manage",
            "models.read",
            "models.propose",
            "models.release",
            "banks.edit",
            "banks.judge",
            "decisions.read",
            "people.read",
            "ledger.read",
            "stuck.manage",
            "webhooks.manage",
        ),
    ),
    "auditor": (
        "Auditor",
        (
            "work.read",
            "items.read",
            "policy.read",
            "signals.read",
            "models.read",
            "decisions.read",
            "people.read",
            "ledger.read",
        ),
    ),
    "admin": ("Administrator", tuple(RIGHTS)),
}

# What an API key's scope opens.
SCOPES: dict[str, tuple[str, ...]] = {
    "items:write": ("items.write", "items.read", "files.write"),
    "items:read": ("items.read",),
    "decisions:read": ("decisions.read",),
    "decisions:write": ("decisions.write", "decisions.read"),
    "policies:read": ("policy.read",),
    "policies:write": ("policy.read", "policy.edit"),
    "banks:read": ("signals.read",),
    "banks:write": ("signals.read", "banks.edit", "banks.judge"),
    "webhooks": ("webhooks.manage",),
    "facts:read": ("ledger.read",),
    "metrics": ("desk.watch",),
    "work": ("work.read", "review.read", "review.decide"),
    "admin": tuple(right for right in RIGHTS if right not in {"policy.approve", "models.release"}),
}


def rights_of_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """The rights that these scopes open; an unknown scope opens nothing."""
    return frozenset(right for scope in scopes for right in SCOPES.get(scope, ()))


def hash_secret(secret: str) -> str:
    """How a key is kept: SHA-256, hex; enough for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
