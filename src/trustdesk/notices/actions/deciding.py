"""What decides a notice: a decision about its subject, the subject's end, or a person who says that nothing is to do."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from trustdesk.content import queries as content
from trustdesk.decisions import actions as decisions
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.notices.actions.answering import NothingToAnswer, answer
from trustdesk.notices.facts import NoticeCompleted, NoticePlaced
from trustdesk.notices.finding import placed
from trustdesk.notices.models import Flagger, Notice
from trustdesk.notices.rules import MOST_ADDRESSES, covers, lane_of

_WAITING = Notice.State.WAITING


@action(right="-")
def answer_decided(
    *,
    actor: Actor,
    item: UUID | None,
    account: UUID,
    decision: UUID,
    acted: bool,
    automated: bool,
    made_at: datetime,
    now: datetime,
) -> int:
    """A decision about an item, or (`item` None) an account, answers every notice of it. One that let it be answers those
    that came before it was made: who wrote later was not heard yet. Raises NothingToAnswer."""
    if item is None and not acted and Notice.objects.filter(decision=decision).exists():
        raise NothingToAnswer  # it was made to close that notice; the others about this account are judged by themselves
    rows = Notice.objects.filter(item_id=item) if item else Notice.objects.filter(subject="account", account_id=account)
    rows = rows.filter(outcome__in=["", "judged_before"]) if acted else rows.filter(state=_WAITING)
    if not acted:
        rows = rows.filter(received_at__lte=made_at)
    waiting = list(rows.exclude(state=Notice.State.STORED).select_related("reporter").order_by("id"))
    told = answer(
        actor=actor,
        notices=waiting,
        outcome="acted" if acted else "no_action",
        decision=decision,
        automated=automated,
        now=now,
    )
    _finish(actor, waiting, now=now)
    return told


@action(right="-")
def answer_gone(*, actor: Actor, item: UUID, now: datetime) -> int:
    """Its author took it away: nothing is left to judge. Raises NothingToAnswer."""
    rows = list(Notice.objects.filter(item_id=item, state=_WAITING).select_related("reporter").order_by("id"))
    return answer(actor=actor, notices=rows, outcome="gone", decision=None, now=now)


@action(right="notices.decide")
def close(*, actor: Actor, notice_id: UUID, outcome: str, told: str, now: datetime) -> None:
    """Answer a notice that no review can judge: nothing is to do (no_action), or it was gone. `told` is the sentence its
    sender reads. That something was done follows from a decision alone. Raises NotFound, Invalid, NothingToAnswer."""
    row = _waiting(notice_id)
    fields: dict[str, str] = {}
    if outcome not in {"no_action", "gone"}:
        fields["outcome"] = "Must be no_action or gone; a decision says by itself that something was done."
    if not told.strip():
        fields["told"] = "Write the sentence that the sender reads."
    elif len(told) > 1_000:
        fields["told"] = "At most 1,000 characters."
    if fields:
        raise Invalid("The notice could not be answered.", fields=fields)
    decision = None
    if outcome == "no_action" and row.account_id is not None and row.item_id is None:
        # That nothing is done about an account is a decision like any other: its notifier may object to it.
        decision = decisions.decide_account(
            actor=actor,
            account_id=row.account_id,
            outcome="approve",
            noticed_at=row.received_at,
            rationale=told.strip(),
            window=timedelta(0),
            now=now,
        ).id
    answer(actor=actor, notices=[row], outcome=outcome, decision=decision, told=told.strip(), now=now)
    _finish(actor, [row], now=now)


@action(right="notices.decide")
def place(*, actor: Actor, notice_id: UUID, item_id: UUID, now: datetime) -> None:
    """Say which item a notice is about that named an address nobody knew: it joins the item's review. Raises NotFound,
    Invalid, NothingToAnswer."""
    row = _waiting(notice_id)
    item = content.items([item_id]).get(item_id)
    if row.item_id is not None or item is None:
        raise Invalid("This notice has its place.", fields={"item": "Give the id of an item."})
    _put(row, item, actor=actor, now=now)


@action(right="-")
def complete(*, actor: Actor, notice_id: UUID, addresses: Sequence[str], now: datetime) -> None:
    """Its sender says where it is, having been asked: it joins the review of the item that lies there; what nobody finds
    waits on, with these addresses. Raises Invalid (subject), NothingToAnswer for one that waits for nothing."""
    row = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("reporter", "flagger")
        .filter(id=notice_id, state=_WAITING, item=None)
        .first()
    )
    if row is None:
        raise NothingToAnswer(gettext_noop("We know already what this report is about, or it was answered."))
    items, _, unknown = placed(addresses, source=row.source_id)
    if not addresses or len(items) > 1 or len(row.addresses) + len(unknown) > MOST_ADDRESSES:
        said = (
            gettext_noop("We found no address in your mail. Copy it from the page and send it again.")
            if not addresses
            else gettext_noop(
                "One report is about one thing: answer with its address alone, and report others by themselves."
            )
        )
        raise Invalid(gettext_noop("Your answer could not be used yet."), fields={"subject": said})
    if not items:
        told = list(dict.fromkeys([*row.addresses, *unknown]))
        Notice.objects.filter(id=row.id).update(addresses=told)
        record(NoticeCompleted(notice=row.id, found=False), actor=actor, at=now)
        return
    record(NoticeCompleted(notice=row.id, found=True), actor=actor, at=now)
    _put(row, content.items([items[0]])[items[0]], actor=actor, now=now)


def _put(row: Notice, item: content.ItemView, *, actor: Actor, now: datetime) -> None:
    """It is about this item: part of the caller's action."""
    flagger = row.flagger
    trusted = (
        flagger is not None
        and flagger.state == Flagger.State.ACTIVE
        and covers(categories=flagger.categories, markets=flagger.markets, category=row.category, market=item.market)
    )
    lane = lane_of(category=row.category, danger=row.danger, trusted=trusted, muted=False)
    Notice.objects.filter(id=row.id, state=_WAITING).update(
        subject="item",
        item_id=item.id,
        version=item.version,
        account_id=item.account,
        source_id=item.source,
        market=item.market,
        trusted=trusted,
        lane=lane,
    )
    record(
        NoticePlaced(notice=row.id, item=item.id, lane=lane, weight=row.weight, category=row.category, asks=True),
        actor=actor,
        at=now,
    )
    _finish(actor, [row], now=now)


def _waiting(notice_id: UUID) -> Notice:
    row = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("reporter", "flagger")
        .filter(id=notice_id, state=_WAITING)
        .first()
    )
    if row is None:
        raise NotFound("There is no notice that waits by this number.")
    return row


def _finish(actor: Actor, rows: list[Notice], *, now: datetime) -> None:
    for row in rows:
        if row.work_id is not None:
            with suppress(work.NotWaiting):
                work.finish(actor=actor, work_id=row.work_id, now=now)
