"""Asking about appeals: may this decision be appealed, what waits, one appeal whole, the record of misuse."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from trustdesk.appeals import counting, rules
from trustdesk.appeals.links import appeal_of, as_user, path_of, url_of
from trustdesk.appeals.models import Appeal, Message, Misuse, Referral
from trustdesk.appeals.rules import KIND, LONGEST_TEXT, MOST_FILES, Record
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.queries import markets
from trustdesk.kernel.work import queries as work
from trustdesk.notices import queries as notices

__all__ = [
    "KIND",
    "LONGEST_TEXT",
    "MOST_FILES",
    "AppealView",
    "MessageView",
    "MisuseView",
    "Record",
    "ReferralView",
    "Standing",
    "appeal_of",
    "as_user",
    "counting",
    "done_since",
    "due_of",
    "messages_of",
    "misuse_of",
    "objection_of",
    "of_account",
    "of_decisions",
    "of_notice",
    "of_works",
    "path_of",
    "record_of",
    "referrals_of",
    "standing_of",
    "url_of",
    "view_of",
    "views_of",
]


@dataclass(frozen=True)
class AppealView:
    """An appeal. `late`: it came after the last day. `url`: where its appellant follows it."""

    id: UUID
    work: UUID
    decision: UUID
    account: UUID
    item: UUID | None
    appellant: str
    notice: UUID | None
    via: str
    language: str
    state: str
    opened_at: datetime
    open_until: datetime
    late: bool
    blind: bool
    judged_by: tuple[UUID, ...]
    first_outcome: str
    first_reason: str
    first_by: UUID | None
    first_at: datetime | None
    outcome: str
    reasons: str
    rationale: str
    unfounded: bool
    decided_by: UUID | None
    reversal: UUID | None
    still_in_force: tuple[dict[str, Any], ...]
    ended_at: datetime | None
    url: str

    @property
    def hidden(self) -> bool:
        """Is the decision's outcome kept from who looks, until a first judgement is written?"""
        return self.blind and self.state == "open" and self.first_at is None


@dataclass(frozen=True)
class MessageView:
    """What somebody wrote; `staff` None: the appellant."""

    id: UUID
    staff: UUID | None
    text: str
    files: tuple[files.FileView, ...]
    at: datetime


@dataclass(frozen=True)
class ReferralView:
    id: UUID
    body: str
    case_ref: str
    received_on: date
    due_on: date
    extended: bool
    result: str
    words: str
    concluded_on: date | None
    followed: bool | None


@dataclass(frozen=True)
class MisuseView:
    """A warning, and the pause that followed it, if one did."""

    id: UUID
    decided: int
    unfounded: int
    gravity: str
    warned_at: datetime
    paused_at: datetime | None
    paused_until: datetime | None
    staff: UUID


@dataclass(frozen=True)
class Standing:
    """A decision as far as an appeal cares. `paused_until`: the account's appeals are paused now; `appeal`: it was
    appealed already; `address`, `language`: of who appeals. `replaced`: a newer decision holds; for a notifier: something
    was done after all, or it is gone."""

    decision: decisions.DecisionView
    account: content.AccountView
    item: content.ItemView | None
    appealable: bool
    replaced: bool
    open_until: datetime
    last_day: date
    late: bool
    paused_until: datetime | None
    appeal: UUID | None
    address: str
    language: str
    blind: bool


def standing_of(
    decision_id: UUID,
    *,
    now: datetime,
    source: UUID | None = None,
    account: str | None = None,
    notice: UUID | None = None,
) -> Standing:
    """A decision for who wants to appeal it. `account`: the external id of who says they are affected; `notice`: the notice
    of who reported it. Raises NotFound for one that is not in effect, was taken back, or is somebody else's: absent and
    forbidden look alike."""
    found = decisions.by_id(decision_id, now=now)
    if found is None or found.state in {"pending", "withdrawn"}:
        raise NotFound("There is no such decision.")
    owner = content.accounts([found.account])[found.account]
    if (source is not None and owner.source != source) or (account is not None and owner.external_id != account):
        raise NotFound("There is no such decision.")
    item = content.items([found.item]).get(found.item) if found.item else None
    if notice is not None:
        return _standing_of_notifier(found, owner, item, notice=notice, now=now)
    zone = _zone(item)
    pause = _pause(found.account, before=rules.open_until(found.effective_at, zone))
    until = rules.open_until(found.effective_at, zone, paused_until=pause)
    row = Appeal.objects.filter(decision_id=decision_id, appellant="author").exclude(state="withdrawn").first()
    return Standing(
        decision=found,
        account=owner,
        item=item,
        appealable=found.has_statement or found.outcome not in {"approve", "flag"},
        replaced=found.state == "superseded",
        open_until=until,
        last_day=rules.last_day(found.effective_at, zone),
        late=now >= until,
        paused_until=pause if pause is not None and pause > now else None,
        appeal=row.id if row else None,
        address=owner.email,
        language=owner.language,
        blind=settings.APPEALS_BLIND,
    )


def _standing_of_notifier(
    found: decisions.DecisionView,
    owner: content.AccountView,
    item: content.ItemView | None,
    *,
    notice: UUID,
    now: datetime,
) -> Standing:
    """As `standing_of`, for who reported and was told that nothing is done; their months run from that answer. A pause for
    misuse is the account's, and a reporter's own record keeps out reports, not objections: one for each answer is all
    there can be."""
    who = next((one for one in notices.notifiers_of_decision(found.id) if one.notice == notice), None)
    if who is None or who.answered_at is None:
        raise NotFound("There is no such decision.")
    zone = _zone(item)
    until = rules.open_until(who.answered_at, zone)
    mine = Appeal.objects.filter(decision_id=found.id, appellant="notifier", notice=notice)
    row = mine.exclude(state="withdrawn").first()
    return Standing(
        decision=found,
        account=owner,
        item=item,
        appealable=who.outcome in notices.OBJECTABLE,
        replaced=item is not None and (item.withdrawn_at is not None or item.status in {"rejected", "held"}),
        open_until=until,
        last_day=rules.last_day(who.answered_at, zone),
        late=now >= until,
        paused_until=None,
        appeal=row.id if row else None,
        address=who.email,
        language=who.language,
        blind=settings.APPEALS_BLIND,
    )


def objection_of(notice: UUID, *, now: datetime) -> Standing | None:
    """How an objection of this notice's sender to its answer stands; None where there was no decision to object to."""
    found = notices.one(notice)
    if found is None or found.decision is None:
        return None
    try:
        return standing_of(found.decision, notice=notice, now=now)
    except NotFound:  # the decision that answered it was taken back
        return None


def done_since(item: UUID | None, decision: UUID, *, now: datetime) -> UUID | None:
    """The decision that restricts an item now, of those made after this one; a notifier who objects has their answer."""
    if item is None:
        return None
    newer = decisions.latest([item], now=now).get(item)
    return newer.id if newer and newer.id > decision and any(one.in_force for one in newer.restrictions) else None


def of_notice(notice: UUID) -> AppealView | None:
    """The newest objection to a notice's answer that was not taken back; one query."""
    row = Appeal.objects.filter(notice=notice).exclude(state="withdrawn").order_by("-id").first()
    return _view(row) if row else None


def _zone(item: content.ItemView | None) -> str:
    market = markets().get(item.market) if item else None
    return market.time_zone if market else "UTC"


def _pause(account: UUID, *, before: datetime) -> datetime | None:
    """When the newest pause of this account's appeals that began before a time ends."""
    rows = Misuse.objects.filter(account_id=account, paused_at__lt=before).order_by("-paused_until")
    return rows.values_list("paused_until", flat=True).first()


def views_of(ids: Iterable[UUID]) -> dict[UUID, AppealView]:
    """Appeals by id; one query for any number."""
    return {row.id: _view(row) for row in Appeal.objects.filter(id__in=set(ids))}


def view_of(appeal_id: UUID) -> AppealView:
    """Raises NotFound."""
    found = views_of([appeal_id]).get(appeal_id)
    if found is None:
        raise NotFound("There is no such appeal.")
    return found


def of_works(work_ids: Iterable[UUID]) -> dict[UUID, AppealView]:
    """Work → its appeal; one query for any number."""
    return {row.work_id: _view(row) for row in Appeal.objects.filter(work_id__in=set(work_ids))}


def of_account(account_id: UUID, *, limit: int = 50) -> list[AppealView]:
    """Appeals against decisions about an account and its content, newest first; one query."""
    return [_view(row) for row in Appeal.objects.filter(account_id=account_id).order_by("-id")[:limit]]


def of_decisions(ids: Iterable[UUID]) -> dict[UUID, list[AppealView]]:
    """Decision → its appeals, oldest first; one query for any number."""
    found: dict[UUID, list[AppealView]] = {}
    for row in Appeal.objects.filter(decision_id__in=set(ids)).order_by("id"):
        found.setdefault(row.decision_id, []).append(_view(row))
    return found


def due_of(work_id: UUID) -> datetime | None:
    """By when an appeal's work is due; None without a target, and while it waits for an answer."""
    found = work.views_of([work_id]).get(work_id)
    return found.due_at if found else None


def messages_of(appeal_id: UUID) -> list[MessageView]:
    """What was written, oldest first; two queries."""
    rows = list(Message.objects.filter(appeal_id=appeal_id).order_by("id"))
    known = files.views_of(one for row in rows for one in row.files)
    return [
        MessageView(
            id=row.id,
            staff=row.staff_id,
            text=row.text,
            files=tuple(known[one] for one in row.files if one in known),
            at=row.at,
        )
        for row in rows
    ]


def referrals_of(appeal_id: UUID) -> list[ReferralView]:
    """Cases before out-of-court bodies, oldest first; one query."""
    return [
        ReferralView(
            id=row.id,
            body=row.body,
            case_ref=row.case_ref,
            received_on=row.received_on,
            due_on=row.due_on,
            extended=row.extended,
            result=row.result,
            words=row.words,
            concluded_on=row.concluded_on,
            followed=row.followed,
        )
        for row in Referral.objects.filter(appeal_id=appeal_id).order_by("id")
    ]


def record_of(account_id: UUID, *, now: datetime, since: datetime | None = None) -> Record:
    """How many appeals of this account's own a person decided within a year (or since a time), and how many of them were
    without any ground; one query."""
    rows = Appeal.objects.filter(
        account_id=account_id,
        appellant="author",
        state=Appeal.State.DECIDED,
        ended_at__gt=max(now - rules.MISUSE_WINDOW, since) if since else now - rules.MISUSE_WINDOW,
    )
    counted = rows.aggregate(decided=Count("id"), unfounded=Count("id", filter=Q(unfounded=True)))
    return Record(decided=counted["decided"], unfounded=counted["unfounded"])


def misuse_of(account_id: UUID) -> list[MisuseView]:
    """Warnings and pauses of an account, newest first; one query."""
    return [
        MisuseView(
            id=row.id,
            decided=row.decided,
            unfounded=row.unfounded,
            gravity=row.gravity,
            warned_at=row.warned_at,
            paused_at=row.paused_at,
            paused_until=row.paused_until,
            staff=row.staff_id,
        )
        for row in Misuse.objects.filter(account_id=account_id).order_by("-id")[:50]
    ]


def _view(row: Appeal) -> AppealView:
    return AppealView(
        id=row.id,
        work=row.work_id,
        decision=row.decision_id,
        account=row.account_id,
        item=row.item_id,
        appellant=row.appellant,
        notice=row.notice,
        via=row.via,
        language=row.language,
        state=row.state,
        opened_at=row.opened_at,
        open_until=row.open_until,
        late=row.opened_at >= row.open_until,
        blind=row.blind,
        judged_by=tuple(row.judged_by),
        first_outcome=row.first_outcome,
        first_reason=row.first_reason,
        first_by=row.first_by_id,
        first_at=row.first_at,
        outcome=row.outcome,
        reasons=row.reasons,
        rationale=row.rationale,
        unfounded=row.unfounded,
        decided_by=row.decided_by_id,
        reversal=row.reversal_id,
        still_in_force=tuple(row.still_in_force),
        ended_at=row.ended_at,
        url=url_of(row.id),
    )
