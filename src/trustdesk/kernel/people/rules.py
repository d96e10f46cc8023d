"""Who may do what: rights are verbs on scopes. Pure."""

import hashlib
from collections.abc import Collection, Iterable
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


def gettext_noop(said: str) -> str:
    """Marks words for translation; whoever shows them translates."""
    return said


# Every right of the desk with the words the people page shows. A page or verb naming another right fails a test.
RIGHTS: dict[str, str] = {
    "work.read": gettext_noop("See the queues and what waits in them"),
    "work.manage": gettext_noop("Open, close and change queues and their targets"),
    "clocks.read": gettext_noop("See clock policies and calendars, try them on a timeline"),
    "mailboxes.read": gettext_noop("See the mailboxes of the desk and whether they work"),
    "mailboxes.manage": gettext_noop("Set up mailboxes, with the passwords they sign in with"),
    "lines.manage": gettext_noop("Set up telephone lines, their secrets and who answers which extension"),
    "clocks.manage": gettext_noop("Make and change clock policies and calendars"),
    "review.read": gettext_noop("See reviews and their items"),
    "review.decide": gettext_noop("Claim, decide, skip and undo reviews"),
    "escalations.send": gettext_noop("Hand work over to another team"),
    "escalations.answer": gettext_noop("Accept and answer what other teams hand over"),
    "experts.ask": gettext_noop("Ask experts, and find what they answered"),
    "experts.answer": gettext_noop("Answer questions in the fields of one’s teams"),
    "experts.manage": gettext_noop("Say what may be asked of experts, who answers and how soon"),
    "macros.use": gettext_noop("Use saved replies and macros, keep one’s own"),
    "macros.share": gettext_noop("Keep the saved replies and macros that everybody has"),
    "golden.manage": gettext_noop("Keep golden items, see how well people agree"),
    "items.read": gettext_noop("See items, accounts and their history"),
    "items.write": gettext_noop("Submit and withdraw content"),
    "items.bulk": gettext_noop("Act on many items at once"),
    "items.export": gettext_noop("Take lists of items, accounts and decisions out as CSV"),
    "items.export_people": gettext_noop("Take names and e-mails of accounts out with them"),
    "files.write": gettext_noop("Upload files"),
    "files.read": gettext_noop("See uploaded files"),
    "files.original": gettext_noop(
        "Take out an upload as it came, with the place and camera it tells of; each time is recorded"
    ),
    "marks.reveal": gettext_noop("See the phones, e-mails and addresses that link accounts"),
    "notes.write": gettext_noop("Pin notes to accounts, items, phones, e-mails and addresses"),
    "notes.manage": gettext_noop("Write market notes: slang, law, holidays and customs beside the items"),
    "decisions.read": gettext_noop("See decisions and statements"),
    "decisions.write": gettext_noop("Decide through the API"),
    "appeals.write": gettext_noop("Send appeals of platform users, follow and withdraw them"),
    "appeals.read": gettext_noop("See appeals and what came of them"),
    "appeals.decide": gettext_noop("Claim and decide appeals, never those against one’s own decisions"),
    "appeals.manage": gettext_noop("Keep cases before out-of-court bodies; warn of misuse of appeals and pause it"),
    "support.write": gettext_noop("Open cases and add what their requesters wrote"),
    "support.read": gettext_noop("See cases and what was said in them"),
    "support.answer": gettext_noop("Answer cases, write notes, sort, merge and split them"),
    "support.export": gettext_noop("Take lists of cases out as CSV, with who asked and what was said"),
    "support.report": gettext_noop("See how often people were answered in time, and the cases behind each number"),
    "support.manage": gettext_noop("Keep the fields of cases"),
    "customers.read": gettext_noop("See customers: how they are reached, what they allow, what was promised"),
    "customers.write": gettext_noop("Keep customers: contacts, consents, promises; merge them and undo it"),
    "customers.erase": gettext_noop("Erase the record of a customer for good"),
    "problems.read": gettext_noop("See problems: many cases with one cause"),
    "problems.write": gettext_noop("Begin problems, link cases to them, say how far they are"),
    "problems.tell": gettext_noop("Tell all cases of a problem something at once"),
    "procedures.read": gettext_noop("See procedures, and how far they are on a case"),
    "procedures.use": gettext_noop("Do procedures on cases: prove who asks, recover accounts"),
    "procedures.manage": gettext_noop("Write procedures"),
    "triggers.read": gettext_noop("See triggers, what they did and why they stopped"),
    "triggers.manage": gettext_noop("Write triggers, try them on the past, put them in force and switch them off"),
    "surveys.read": gettext_noop("See how people judge the answers of the desk"),
    "surveys.manage": gettext_noop("Set when and how often people are asked how they were helped"),
    "proposals.decide": gettext_noop("Confirm or refuse what others propose: accounts ended, removals by two people"),
    "notices.write": gettext_noop("Send reports"),
    "notices.read": gettext_noop("See reports and who sent them"),
    "notices.decide": gettext_noop("Answer reports that no review can judge, acknowledge alerts"),
    "notices.manage": gettext_noop("Warn and mute reporters, keep trusted flaggers"),
    "policy.read": gettext_noop("Read policies with their rules"),
    "policy.edit": gettext_noop("Draft and check policy versions"),
    "policy.approve": gettext_noop("Approve, publish and roll back policy versions"),
    "knowledge.read": gettext_noop("Read and search articles, those for staff too; see drafts and what readers said"),
    "knowledge.write": gettext_noop("Write and translate articles"),
    "knowledge.publish": gettext_noop("Publish and archive articles, keep topics and words that mean the same"),
    "people.read": gettext_noop("See staff, teams and roles"),
    "people.manage": gettext_noop("Invite people, give roles and skills"),
    "signals.read": gettext_noop("See signals, how they fare, and the banks of known texts"),
    "signals.manage": gettext_noop("Be told when a signal breaks, have it tried at once"),
    "banks.edit": gettext_noop("Make banks of known texts, add, remove and release entries"),
    "banks.judge": gettext_noop("Say whether a match of a bank is right or wrong"),
    "models.read": gettext_noop("See labels, measurements, thresholds and models learnt here"),
    "models.propose": gettext_noop("Bring labels, measure, learn models and put them in shadow"),
    "models.release": gettext_noop("Put thresholds in force, release models proposed by others, roll back"),
    "transparency.publish": gettext_noop("Count and publish the transparency report"),
    "wellbeing.manage": gettext_noop(
        "Set budgets, breaks and whom to talk to; see weeks of groups of five people or more"
    ),
    "state.set": gettext_noop("Say whether one is available for work"),
    "workforce.manage": gettext_noop("Edit the reasons for being away"),
    "keys.manage": gettext_noop("Make and revoke API keys"),
    "webhooks.manage": gettext_noop("Add endpoints, see deliveries, send again"),
    "ledger.read": gettext_noop("Read the ledger"),
    "stuck.manage": gettext_noop("See what is stuck and try again"),
    "desk.watch": gettext_noop("Read the desk's measurements (metrics)"),
}

# Roles a new desk starts with; roles are data and can be changed.
STARTING_ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "reviewer": (
        "Reviewer",
        (
            "work.read",
            "review.read",
            "review.decide",
            "appeals.read",
            "appeals.decide",
            "notices.read",
            "notices.decide",
            "support.write",
            "support.read",
            "support.answer",
            "customers.read",
            "customers.write",
            "procedures.read",
            "procedures.use",
            "problems.read",
            "problems.write",
            "state.set",
            "macros.use",
            "escalations.send",
            "experts.ask",
            "items.read",
            "files.read",
            "notes.write",
            "marks.reveal",
            "policy.read",
            "signals.read",
            "banks.judge",
            "decisions.read",
            "knowledge.read",
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
            "appeals.read",
            "macros.use",
            "escalations.send",
            "experts.ask",
            "experts.answer",
            "escalations.answer",
            "items.read",
            "notices.read",
            "notes.manage",
            "files.read",
            "decisions.read",
            "proposals.decide",
            "knowledge.read",
            "knowledge.write",
            "knowledge.publish",
        ),
    ),
    "lead": (
        "Lead",
        (
            "work.read",
            "work.manage",
            "clocks.read",
            "clocks.manage",
            "mailboxes.read",
            "review.read",
            "review.decide",
            "appeals.read",
            "appeals.decide",
            "appeals.manage",
            "notices.read",
            "notices.decide",
            "notices.manage",
            "support.write",
            "support.read",
            "support.answer",
            "support.manage",
            "customers.read",
            "customers.write",
            "customers.erase",
            "procedures.read",
            "procedures.use",
            "procedures.manage",
            "problems.read",
            "problems.write",
            "problems.tell",
            "triggers.read",
            "triggers.manage",
            "surveys.read",
            "surveys.manage",
            "support.export",
            "support.report",
            "golden.manage",
            "state.set",
            "workforce.manage",
            "macros.use",
            "macros.share",
            "escalations.send",
            "experts.ask",
            "experts.answer",
            "experts.manage",
            "escalations.answer",
            "items.read",
            "items.bulk",
            "items.export",
            "files.read",
            "files.original",
            "notes.write",
            "notes.manage",
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
            "transparency.publish",
            "proposals.decide",
            "people.read",
            "ledger.read",
            "stuck.manage",
            "webhooks.manage",
            "wellbeing.manage",
            "knowledge.read",
            "knowledge.write",
            "knowledge.publish",
        ),
    ),
    "specialist": (
        "Specialist of a team that is asked",
        ("escalations.send", "escalations.answer", "experts.ask", "experts.answer", "knowledge.read"),
    ),
    "auditor": (
        "Auditor",
        (
            "work.read",
            "clocks.read",
            "mailboxes.read",
            "appeals.read",
            "support.read",
            "support.report",
            "procedures.read",
            "problems.read",
            "customers.read",
            "surveys.read",
            "items.read",
            "notices.read",
            "items.export",
            "policy.read",
            "signals.read",
            "models.read",
            "decisions.read",
            "people.read",
            "ledger.read",
            "knowledge.read",
        ),
    ),
    "admin": ("Administrator", tuple(RIGHTS)),
}

# What an API key's scope opens.
SCOPES: dict[str, tuple[str, ...]] = {
    "items:write": ("items.write", "items.read", "files.write"),
    "items:read": ("items.read",),
    "notices:write": ("notices.write",),
    "decisions:read": ("decisions.read",),
    "decisions:write": ("decisions.write", "decisions.read"),
    "appeals:write": ("appeals.write", "files.write"),
    "cases:write": ("support.write", "support.read", "files.write"),
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


def newly_born(
    rights: Collection[str], *, shipped: Collection[str] | None, ships: Collection[str]
) -> tuple[list[str], bool]:
    """(rights born since a starting role was `shipped`, was it changed by hand), for a role that has `rights` and now `ships`
    with others. An older desk does not know what it was shipped with (None): what has no right of its own is as shipped."""
    by_hand = not set(rights) <= set(ships) if shipped is None else set(rights) != set(shipped)
    known = {*rights, *(shipped or ())}
    return [right for right in ships if right not in known], by_hand


def rights_of_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """The rights that these scopes open; an unknown scope opens nothing."""
    return frozenset(right for scope in scopes for right in SCOPES.get(scope, ()))


def hash_secret(secret: str) -> str:
    """How a key is kept: SHA-256, hex; enough for 256 random bits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
