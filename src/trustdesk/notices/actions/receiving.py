"""A notice comes in: checked, bounded, weighed, and one row for each thing it is about."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.utils.translation import gettext

from trustdesk.content import queries as content
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Forbidden, Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.actions import Part
from trustdesk.kernel.work.models import Queue
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.notices import limits, rules
from trustdesk.notices.actions.alerting import raise_alert
from trustdesk.notices.actions.answering import answer, confirm
from trustdesk.notices.facts import NoticeReceived, NoticeSentAgain
from trustdesk.notices.models import Flagger, Notice, Reporter
from trustdesk.notices.trusting import is_muted, trust_in
from trustdesk.notices.weighing import facts_of, gathered, is_own, repeats, rounds_of, words_of
from trustdesk.policy import queries as policy

KIND = QUEUE = "notice"
LONGEST_REASON = 5_000
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Sender:
    """Who sends a notice: a person's address, or a platform's user by the platform's own name for them."""

    email: str = ""
    name: str = ""
    external_id: str = ""
    language: str = ""


@dataclass(frozen=True)
class Submission:
    """A notice as it comes in. `items`, `accounts`: what it is about; `addresses`: where nobody found anything yet."""

    category: str
    reason: str
    good_faith: bool
    channel: str
    sender: Sender | None = None
    source: UUID | None = None
    items: tuple[UUID, ...] = ()
    accounts: tuple[UUID, ...] = ()
    addresses: tuple[str, ...] = ()
    danger: bool = False
    legal: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    network: str = ""
    flagger: UUID | None = None
    once: UUID | None = None  # made by the form: sent twice, it is taken in once


@dataclass(frozen=True)
class Received:
    """The receipt: which submission, and how each of its notices stands: (notice, item or account, standing)."""

    bundle: UUID
    standings: tuple[tuple[UUID, UUID | None, str], ...]
    received_at: datetime


@action(right="notices.write")
def receive(*, actor: Actor, submission: Submission, now: datetime) -> Received:
    """Take a notice in, with its receipt: one row for each thing it is about; what nobody can place becomes work of its
    own. Raises Invalid (fields), Forbidden (another's flagger), TooManyNotices: then nothing is stored."""
    given = checked(submission)
    if given.once is not None and (before := _taken(given.once, now=now)) is not None:
        return before
    flagger = _flagger(given)
    limits.refuse_flood(
        count=max(1, len(given.items) + len(given.accounts) + bool(given.addresses)),
        reporter=key_of(given.sender, given.source) if given.sender else "",
        network=given.network,
        flagger=flagger.id if flagger else None,
        now=now,
    )
    reporter = _reporter(given, given.sender, now=now) if given.sender else None
    bundle = given.once or uuid7()
    rows = [
        *(_take(actor, given, bundle, reporter, flagger, item=one, now=now) for one in _items(given)),
        *(_take(actor, given, bundle, reporter, flagger, account=one, now=now) for one in _accounts(given)),
    ]
    if given.addresses:
        rows.append(_take(actor, given, bundle, reporter, flagger, now=now))
    confirm(actor=actor, notices=[row for row, _ in rows], now=now)
    return Received(bundle, tuple((row.id, row.item_id or row.account_id, said) for row, said in rows), now)


def _taken(once: UUID, *, now: datetime) -> Received | None:
    """What was answered when this came for the first time; a twin waits for that."""
    _lock(f"bundle:{once}")
    rows = list(Notice.objects.filter(bundle=once).order_by("id"))
    if not rows:
        return None
    record(NoticeSentAgain(notice=rows[0].id), actor=SYSTEM, at=now)
    return Received(
        once, tuple((row.id, row.item_id or row.account_id, row.state) for row in rows), rows[0].received_at
    )


def _lock(name: str) -> None:
    """Wait for who else has this name; given back at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"notices:{name}"])


def checked(given: Submission) -> Submission:
    """The submission, or Invalid naming every field."""
    fields: dict[str, str] = {}
    if given.category not in rules.CATEGORIES:
        fields["category"] = gettext("Must be one of %(options)s.") % {"options": ", ".join(rules.CATEGORIES)}
    if given.channel not in rules.CHANNELS:
        fields["channel"] = gettext("Must be one of %(options)s.") % {"options": ", ".join(rules.CHANNELS)}
    reason = given.reason.strip()
    if len(reason) < SHORTEST_REASON:
        fields["reason"] = "Say in a sentence why you think so."
    elif len(reason) > LONGEST_REASON:
        fields["reason"] = gettext("At most %(most)s characters; it has %(has)s.") % {
            "most": f"{LONGEST_REASON:,}",
            "has": f"{len(reason):,}",
        }
    if not given.good_faith:
        fields["good_faith"] = "A notice needs the statement that it is made in good faith."
    many = len(given.items) + len(given.accounts) + len(given.addresses)
    if not many:
        fields["subject"] = "Say what the notice is about."
    elif many > rules.MOST_ADDRESSES:
        fields["subject"] = gettext("One notice names at most %(most)s addresses; this one has %(has)s.") % {
            "most": rules.MOST_ADDRESSES,
            "has": many,
        }
    if any(len(address) > 2_000 for address in given.addresses):
        fields["subject"] = "An address has at most 2,000 characters."
    sender = given.sender
    nameless = sender is None or not (sender.email or sender.external_id)
    if nameless and given.category not in rules.NAMELESS:
        fields["reporter"] = "Say who you are: an e-mail address, or the platform's name for its user."
    if sender and sender.email and not is_mail(sender.email):
        fields["reporter.email"] = "This is not an e-mail address."
    if fields:
        raise Invalid("The notice could not be taken.", fields=fields)
    values: dict[str, Any] = {**given.__dict__, "reason": reason, "sender": None if nameless else sender}
    return Submission(**values)


def key_of(sender: Sender, source: UUID | None) -> str:
    """What makes two notices one reporter's: SHA-256, hex, of the platform's name for them, else of their address."""
    same = f"user:{source}:{sender.external_id}" if sender.external_id else f"mail:{sender.email.strip().casefold()}"
    return hashlib.sha256(same.encode("utf-8", "surrogatepass")).hexdigest()


def is_mail(address: str) -> bool:
    """Can this be written to, as far as it can be seen?"""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 320


def _flagger(given: Submission) -> Flagger | None:
    if given.flagger is None:
        return None
    found = Flagger.objects.filter(id=given.flagger).first()
    if found is None:
        raise Forbidden("There is no such trusted flagger.")
    return found


def _reporter(given: Submission, sender: Sender, *, now: datetime) -> Reporter:
    made, _ = Reporter.objects.get_or_create(
        key=key_of(sender, given.source),
        defaults={
            "source_id": given.source if sender.external_id else None,
            "external_id": sender.external_id[:200],
            "email": sender.email.strip()[:320],
            "name": sender.name.strip()[:200],
            "language": (sender.language or given.language)[:12],
            "first_at": now,
        },
    )
    return made


def _items(given: Submission) -> list[content.ItemView]:
    known = content.items(given.items)
    if missing := [str(one) for one in given.items if one not in known]:
        raise Invalid(
            "The notice could not be taken.",
            fields={"subject": gettext("There is no item %(item)s.") % {"item": missing[0]}},
        )
    return [known[one] for one in sorted(known)]  # in one order: each is locked in turn


def _accounts(given: Submission) -> list[content.AccountView]:
    known = content.accounts(given.accounts)
    if missing := [str(one) for one in given.accounts if one not in known]:
        raise Invalid(
            "The notice could not be taken.",
            fields={"subject": gettext("There is no account %(account)s.") % {"account": missing[0]}},
        )
    return [known[one] for one in sorted(known)]  # in one order: each is locked in turn


def _take(
    actor: Actor,
    given: Submission,
    bundle: UUID,
    reporter: Reporter | None,
    flagger: Flagger | None,
    *,
    now: datetime,
    item: content.ItemView | None = None,
    account: content.AccountView | None = None,
) -> tuple[Notice, str]:
    """One row, with what follows from it at once; and how it stands: waits, judged_before, gone, not_counted."""
    about = item.id if item else account.id if account else None
    # Two notices on one thing are weighed one after the other: else both were the first.
    _lock(f"about:{about or bundle}")
    muted = reporter is not None and is_muted(reporter, now=now)
    market = item.market if item else ""
    trusted = (
        flagger is not None
        and flagger.state == Flagger.State.ACTIVE
        and rules.covers(categories=flagger.categories, markets=flagger.markets, category=given.category, market=market)
    )
    words = words_of(given.reason)
    same = facts_of(item=item.id if item else None, version=item.version if item else 0, account=about)
    same = same.filter(category=given.category).exclude(state=Notice.State.STORED)
    own = is_own(
        source=given.source,
        external_id=given.sender.external_id if given.sender else "",
        item=item,
        account=account,
    )
    independent = not own and not repeats(same, reporter, words, given.network)
    trust = trust_in(reporter)
    weight = rules.weight_of(trust, independent=independent, muted=muted, trusted=trusted)
    row = Notice(
        id=uuid7(),
        bundle=bundle,
        source_id=item.source if item else account.source if account else given.source,
        subject="item" if item else "account" if account else "unknown",
        item_id=item.id if item else None,
        version=item.version if item else 0,
        account_id=account.id if account else item.account if item else None,
        market=market,
        addresses=list(given.addresses) if about is None else [],
        category=given.category,
        danger=given.danger,
        reason=given.reason,
        legal={name: str(said)[:1000] for name, said in given.legal.items()},
        words=words,
        good_faith=given.good_faith,
        channel=given.channel,
        language=given.language[:12],
        network=given.network,
        reporter=reporter,
        flagger=flagger,
        trusted=trusted,
        independent=independent,
        weight=weight,
        lane=rules.lane_of(category=given.category, danger=given.danger, trusted=trusted, muted=muted),
        parts=_parts(trust, muted=muted, trusted=trusted, independent=independent, own=own, flagger=flagger),
        received_at=now,
    )
    standing = _standing(row, same, item, muted=muted)
    if standing == "not_counted":
        row.state = Notice.State.STORED
    row.save(force_insert=True)
    if row.item_id is None and standing == "waits":
        row.work_id = _open_work(row, now=now)
        Notice.objects.filter(id=row.id).update(work_id=row.work_id)
    record(
        NoticeReceived(
            about=about or row.id,
            notice=row.id,
            item=row.item_id,
            account=row.account_id,
            source=row.source_id,
            external_id=item.external_id if item else account.external_id if account else "",
            item_kind=item.kind if item else "",
            version=row.version,
            category=row.category,
            channel=row.channel,
            standing=standing,
            asks=standing == "waits" and item is not None,
            lane=row.lane,
            weight=row.weight,
            danger=row.danger,
            trusted=row.trusted,
            independent=row.independent,
            reporter=reporter.external_id if reporter else "",
        ),
        actor=actor,
        at=now,
    )
    if row.danger and not muted and standing != "gone":
        raise_alert(actor=SYSTEM, notice=row, about=about or row.id, now=now)
    if standing in {"judged_before", "gone"}:
        last = same.filter(outcome="no_action").order_by("-id").first() if standing == "judged_before" else None
        answer(actor=SYSTEM, notices=[row], outcome=standing, decision=last.decision if last else None, now=now)
    return row, standing


def _standing(row: Notice, same: Any, item: content.ItemView | None, *, muted: bool) -> str:
    if muted:
        return "not_counted"
    if item is None:
        return "waits"
    if item.status in {"withdrawn", "rejected"}:
        return "gone"
    if item.status in {"in_review", "pending"} or same.filter(state=Notice.State.WAITING).exists():
        return "waits"
    return (
        "waits"
        if rules.opens(
            rounds=rounds_of(same), gathered=gathered(same) + row.weight, danger=row.danger and row.independent
        )
        else "judged_before"
    )


def _parts(
    trust: rules.Trust, *, muted: bool, trusted: bool, independent: bool, own: bool, flagger: Flagger | None
) -> list[dict[str, Any]]:
    """Why it weighs what it weighs, for pages to say in words."""
    found: list[dict[str, Any]] = [{"name": "trust", "right": trust.right, "judged": trust.judged}]
    if muted:
        found.append({"name": "muted"})
    if own:
        found.append({"name": "own"})
    elif not independent:
        found.append({"name": "repeats"})
    if flagger is not None:
        found.append({"name": "flagger" if trusted else flagger.state if flagger.state != "active" else "outside"})
    return found


def _open_work(row: Notice, *, now: datetime) -> UUID:
    """Work of kind notice: about an account, or about something that nobody found at the addresses given."""
    if not Queue.objects.filter(code=QUEUE).exists():
        # Nothing is dealt from it: people take it by its page, as they do with hand-overs.
        work.set_queue(
            actor=SYSTEM, code=QUEUE, name="Notices", right="notices.decide", kinds=[KIND], is_open=False, now=now
        )
    severity = rules.CATEGORIES[row.category]
    work_id = work.open_work(
        actor=SYSTEM,
        kind=KIND,
        queue=QUEUE,
        lane=row.lane,
        score=severity * rules.urgency(row.weight),
        score_parts=[Part("severity", float(severity), f"severity {severity} of 5")],
        now=now,
        subject_line=(row.addresses[0] if row.addresses else row.reason)[:200],
        category=row.category,
        market=row.market,
    )
    minutes = policy.lane_target(row.lane)
    if minutes:
        work.start_clock(actor=SYSTEM, work_id=work_id, name="answer", target=Target(minutes), now=now)
    return work_id


def source_of(addresses: Sequence[str]) -> UUID | None:
    """The app or site that an address lies under; None where none does."""
    for source in people.sources().values():
        site = source.public_url.rstrip("/")
        if site and any(one == site or one.startswith(f"{site}/") for one in addresses):
            return source.id
    return None
