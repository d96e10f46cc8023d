"""Changing banks: make, remove, release; judge what they matched; stop what floods or is wrong."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import staff_by_id, staff_with
from trustdesk.post.actions import write_letter
from trustdesk.signals.facts import (
    BankChanged,
    BankMade,
    EntryReleased,
    EntryRemoved,
    EntryStopped,
    MatchJudged,
)
from trustdesk.signals.likeness import KINDS
from trustdesk.signals.memory import memory
from trustdesk.signals.models import Bank, BankEntry, BankMatch
from trustdesk.signals.queries.velocity import RateQuestion, rates
from trustdesk.signals.rules import CODE_OF_BANK, FLOOD_LIMIT, suspends

EDITORS = "banks.edit"
# What an entry matches is counted as submissions are.
MATCHES = "matches"
HOUR = 3600.0


def key_of_entry(entry_id: UUID) -> str:
    return f"bank_entry/{entry_id}"


class BankExists(Refusal):
    """A bank of this code exists already."""

    code, status = "bank_exists", 409


class NotStopped(Refusal):
    """This entry matches; there is nothing to release."""

    code, status = "not_stopped", 409


@action(right="banks.edit")
def make_bank(
    *,
    actor: Actor,
    code: str,
    title: str,
    now: datetime,
    about: str = "",
    kind: str = "text",
    distance: int | None = None,
    flood_limit: int = FLOOD_LIMIT,
) -> UUID:
    """Make a bank; whoever makes it is told what happens to its entries. Raises Invalid, BankExists."""
    wrong = _wrong_settings(kind, distance, flood_limit)
    if not CODE_OF_BANK.fullmatch(code):
        wrong["code"] = _("2 to 60 small letters, digits and hyphens.")
    if not title.strip():
        wrong["title"] = _("Say what is in it.")
    if wrong:
        raise Invalid(fields=wrong)
    if Bank.objects.filter(code=code).exists():
        raise BankExists
    bank = Bank.objects.create(
        code=code,
        title=title.strip()[:120],
        about=about.strip()[:500],
        kind=kind,
        distance=KINDS[kind].distance if distance is None else distance,
        flood_limit=flood_limit,
        owner=UUID(actor.id) if actor.kind == "staff" else None,
        made_at=now,
    )
    record(BankMade(bank=bank.id, code=code), actor=actor, at=now)
    memory.stale()
    return bank.id


@action(right="banks.edit")
def set_bank(*, actor: Actor, code: str, distance: int, flood_limit: int, now: datetime) -> None:
    """Change how alike counts as the same, and how many matches an hour are a flood. Raises NotFound, Invalid."""
    bank = bank_for(code, lock=True)
    if wrong := _wrong_settings(bank.kind, distance, flood_limit):
        raise Invalid(fields=wrong)
    Bank.objects.filter(id=bank.id).update(distance=distance, flood_limit=flood_limit)
    record(BankChanged(bank=bank.id, code=code, distance=distance, flood_limit=flood_limit), actor=actor, at=now)
    memory.stale()


@action(right="banks.edit")
def remove_entry(*, actor: Actor, entry_id: UUID, why: str, now: datetime) -> None:
    """Take an entry out; its history stays. Raises NotFound, Invalid."""
    entry = _entry(entry_id)
    if not why.strip():
        raise Invalid(fields={"why": _("Say why it goes.")})
    _change(entry, actor=actor, now=now, state=BankEntry.State.REMOVED, why=why)
    record(EntryRemoved(entry=entry.id, code=entry.bank.code, why=why.strip()[:300]), actor=actor, at=now)


@action(right="banks.edit")
def release_entry(*, actor: Actor, entry_id: UUID, now: datetime, flood_limit: int | None = None) -> None:
    """Let a stopped entry match again, with `flood_limit` matches an hour; without one, for a quarantined one twice as
    many as before or as the last hour had. What people found wrong is counted anew. Raises NotFound, NotStopped,
    Invalid."""
    entry = _entry(entry_id)
    if entry.state not in {BankEntry.State.QUARANTINED, BankEntry.State.SUSPENDED}:
        raise NotStopped
    limit = flood_limit
    if limit is None:
        limit = entry.flood_limit or entry.bank.flood_limit
        if entry.state == BankEntry.State.QUARANTINED:
            [hour] = rates([RateQuestion(MATCHES, key_of_entry(entry.id), HOUR, now)])
            limit = max(limit, hour) * 2
    if not 1 <= limit <= 1_000_000:
        raise Invalid(fields={"flood_limit": _("From 1 to 1,000,000.")})
    _change(entry, actor=actor, now=now, state=BankEntry.State.ACTIVE, why="", flood_limit=limit, wrong=0)
    record(EntryReleased(entry=entry.id, code=entry.bank.code, flood_limit=limit), actor=actor, at=now)


@action(right="banks.judge")
def judge_match(*, actor: Actor, match_id: UUID, right: bool, now: datetime) -> None:
    """Say whether a match is right or wrong; once more changes one's mind. An entry that is wrong too often is
    suspended. Raises NotFound."""
    found = BankMatch.objects.filter(id=match_id).first()
    if found is None:
        raise NotFound("There is no such match.")
    entry = _entry(found.entry_id)  # its row's lock puts judgements of one entry in order
    match = BankMatch.objects.get(id=match_id)
    judged = "right" if right else "wrong"
    if match.judged != judged:
        counts = {judged: F(judged) + 1}
        if match.judged and getattr(entry, match.judged):
            counts[match.judged] = F(match.judged) - 1
        BankEntry.objects.filter(id=entry.id).update(**counts)
    BankMatch.objects.filter(id=match_id).update(judged=judged, judged_by=actor.label, judged_at=now)
    record(MatchJudged(entry=entry.id, match=match_id, code=entry.bank.code, judged=judged), actor=actor, at=now)
    entry.refresh_from_db()
    if entry.state == BankEntry.State.ACTIVE and suspends(right=entry.right, wrong=entry.wrong):
        stop(entry, state=BankEntry.State.SUSPENDED, now=now)


def quarantine(*, entry_id: UUID, hour: int, now: datetime) -> None:
    """Stop an entry that floods, unless somebody has."""
    _quarantine(actor=SYSTEM, entry_id=entry_id, hour=hour, now=now)


@action(right="-")
def _quarantine(*, actor: Actor, entry_id: UUID, hour: int, now: datetime) -> None:  # noqa: ARG001
    entry = _entry(entry_id)
    if entry.state == BankEntry.State.ACTIVE:
        stop(entry, state=BankEntry.State.QUARANTINED, now=now, hour=hour)
    else:
        raise NotStopped


def stop(entry: BankEntry, *, state: str, now: datetime, hour: int = 0) -> None:
    """In an action: the entry records and no longer matches, and its owner is told."""
    if state == BankEntry.State.QUARANTINED:
        why = f"{hour} matches within an hour"
    else:
        why = f"found wrong {entry.wrong} times, right {entry.right} times"
    _change(entry, actor=SYSTEM, now=now, state=state, why=why)
    record(EntryStopped(entry=entry.id, code=entry.bank.code, state=state, why=why), actor=SYSTEM, at=now)
    owner = staff_by_id(entry.bank.owner) if entry.bank.owner else None
    for person in [owner] if owner and owner.active else staff_with(EDITORS):
        with translation.override(person.language):
            title = _("An entry of the bank %(bank)s no longer matches") % {"bank": entry.bank.code}
            told = (
                _("It matched %(n)s times within an hour, far more than usual. It still records what it would match.")
                % {"n": hour}
                if state == BankEntry.State.QUARANTINED
                else _("People found it wrong %(wrong)s times. It still records what it would match.")
                % {"wrong": entry.wrong}
            )
            paragraphs = [told, _("Look at its matches, then let it match again or take it out.")]
        write_letter(
            actor=SYSTEM,
            to=person.email,
            kind="alert",
            languages=[person.language],
            values={
                "name": person.name,
                "title": title,
                "paragraphs": paragraphs,
                "url": settings.PUBLIC_URL + reverse("signals:entry", args=[entry.bank.code, entry.id]),
            },
            about=f"bank {entry.bank.code}",
            now=now,
        )


def _wrong_settings(kind: str, distance: int | None, flood_limit: int) -> dict[str, str]:
    wrong = {}
    if kind not in KINDS:
        wrong["kind"] = _("One of %(kinds)s.") % {"kinds": ", ".join(KINDS)}
    elif distance is not None and not 0 <= distance <= KINDS[kind].bits // 3:
        wrong["distance"] = _("From 0 to %(most)s.") % {"most": KINDS[kind].bits // 3}
    if not 1 <= flood_limit <= 1_000_000:
        wrong["flood_limit"] = _("From 1 to 1,000,000.")
    return wrong


def bank_for(code: str, *, lock: bool) -> Bank:
    """The bank; with `lock`, inside a transaction, its row locked. Raises NotFound."""
    banks = Bank.objects.select_for_update() if lock else Bank.objects.all()
    bank = banks.filter(code=code).first()
    if bank is None:
        raise NotFound("There is no such bank.")
    return bank


def _entry(entry_id: UUID) -> BankEntry:
    """The entry with its bank, both locked, the bank first: all changes of a bank stand in one line."""
    bank = BankEntry.objects.filter(id=entry_id).values_list("bank_id", flat=True).first()
    if bank is None:
        raise NotFound("There is no such entry.")
    Bank.objects.select_for_update().get(id=bank)
    entry = BankEntry.objects.select_for_update(of=("self",), no_key=True).select_related("bank").get(id=entry_id)
    if entry.state == BankEntry.State.REMOVED:
        raise NotFound("This entry was taken out.")
    return entry


def next_stamp(bank: Bank) -> int:
    """The bank's next stamp; its row is locked."""
    bank.stamp += 1
    Bank.objects.filter(id=bank.id).update(stamp=bank.stamp)
    memory.stale()
    return bank.stamp


def _change(entry: BankEntry, *, actor: Actor, now: datetime, state: str, why: str, **more: int) -> None:
    BankEntry.objects.filter(id=entry.id).update(
        state=state,
        stamp=next_stamp(entry.bank),
        changed_by=actor.label,
        changed_at=now,
        changed_why=why.strip()[:300],
        **more,
    )
