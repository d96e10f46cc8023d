"""Appeals come in, are added to, and are taken back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from trustdesk.appeals import letters, links, rules
from trustdesk.appeals.facts import AppealOpened, AppealSaid, AppealWithdrawn
from trustdesk.appeals.models import Appeal, Message
from trustdesk.appeals.queries import Standing, standing_of
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.files import queries as files
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.kernel.work.models import Queue
from trustdesk.kernel.work.queries import lines
from trustdesk.kernel.work.rules.clock import Target
from trustdesk.policy import queries as policy
from trustdesk.review import queries as reviews


class AppealedAlready(Refusal):
    """This decision has been appealed already; add to that appeal instead."""

    code, status = "appealed_already", 409


class NothingToAppeal(Refusal):
    """This decision took nothing away from you, so there is nothing to appeal."""

    code, status = "nothing_to_appeal", 409


class DecisionReplaced(Refusal):
    """A newer decision has replaced this one. You can appeal the newer one."""

    code, status = "decision_replaced", 409


class AppealsPaused(Refusal):
    """Appeals of this account are paused, because several were without any ground. Your time to appeal is moved on."""

    code, status = "appeals_paused", 409


class AppealEnded(Refusal):
    """This appeal is over."""

    code, status = "appeal_ended", 409


class TooManyMessages(Refusal):
    """That is as much as can be added. Somebody will look at it."""

    code, status = "too_many_messages", 409


@dataclass(frozen=True)
class Opened:
    """An appeal that has come in. `late`: after the last day; `url`: where its appellant follows it."""

    id: UUID
    decision: UUID
    late: bool
    open_until: datetime
    due_at: datetime | None
    url: str


@action(right="appeals.write")
def open_appeal(
    *,
    actor: Actor,
    decision_id: UUID,
    text: str,
    now: datetime,
    account: str | None = None,
    notice: UUID | None = None,
    files: Sequence[UUID] = (),
    language: str = "",
    via: str = "api",
) -> Opened:
    """Challenge a decision: as the affected user, or as the notifier of `notice` who was told that nothing is done.

    `account`: the external id of who appeals, where the caller does not hold the decision's signed link; it must be the
    affected one. One that comes after the last day is taken in and marked late: only a person may say that it is. Raises
    NotFound (no such decision for this caller), NothingToAppeal, DecisionReplaced, AppealedAlready, AppealsPaused, Invalid.
    """
    text = _checked(text, files)
    found = standing_of(decision_id, source=actor.source, account=account, notice=notice, now=now)
    refuse_unless_open(found)
    return _opened(actor=actor, found=found, text=text, notice=notice, files=files, language=language, via=via, now=now)


def refuse_unless_open(found: Standing) -> None:
    """Raises what would keep this decision from being appealed now."""
    if found.replaced:
        raise DecisionReplaced
    if not found.appealable:
        raise NothingToAppeal
    if found.paused_until is not None:
        raise AppealsPaused(until=found.paused_until.isoformat())
    if found.appeal is not None:
        raise AppealedAlready(appeal=str(found.appeal))


@action(right="-")
def _opened(
    *,
    actor: Actor,
    found: Standing,
    text: str,
    notice: UUID | None,
    files: Sequence[UUID],
    language: str,
    via: str,
    now: datetime,
) -> Opened:
    decision, account, item = found.decision, found.account, found.item
    market = item.market if item else ""
    late = now >= found.open_until
    # Of a notifier's, what holds now may be a newer decision to let it be: nobody judges that one's, either.
    held = decisions.standing_decisions(item.id) if notice and item else []
    judges = sorted(
        {who for one in {decision.id, *held} for who in (*decisions.hands_in(one), *reviews.judges_of(one))}
    )
    score, parts = rules.score_of(gravity=decision.gravity, of_account=item is None, late=late)
    harm, weight = reviews.hurts(decision.labels)
    work_id = work.open_work(
        actor=actor,
        kind=rules.KIND,
        queue=_queue(now),
        lane=rules.LANE,
        score=score,
        score_parts=parts,
        now=now,
        subject_line=(item.title or item.external_id) if item else (account.name or account.external_id),
        category=item.kind if item else "account",
        language=item.language if item else account.language,
        market=market,
        harm=harm,
        weight=weight,
        tags=sorted(decision.labels),
        barred=dict.fromkeys(judges, "you made or reviewed the decision"),
    )
    _start_clock(actor, work_id, now)
    row = Appeal(
        work_id=work_id,
        decision_id=decision.id,
        account_id=account.id,
        item_id=item.id if item else None,
        appellant="notifier" if notice else "author",
        notice=notice,
        via=via,
        language=letters.language_of(language or found.language, market),
        address=found.address,
        opened_at=now,
        open_until=found.open_until,
        judged_by=judges,
        blind=found.blind,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:  # appeal_once_…: it came twice at the same moment
        raise AppealedAlready from error
    due_at = work_queries.views_of([work_id])[work_id].due_at
    url = links.url_of(row.id)
    record(
        AppealOpened(
            appeal=row.id,
            decision=decision.id,
            account=account.id,
            account_external_id=account.external_id,
            appellant=row.appellant,
            notice=notice,
            item=row.item_id,
            item_kind=item.kind if item else "",
            external_id=item.external_id if item else "",
            source=account.source,
            work=work_id,
            late=late,
            open_until=found.open_until,
            due_at=due_at,
            url=url,
        ),
        actor=actor,
        at=now,
    )
    say(row.id, actor=actor, text=text, files=files, now=now)
    letters.tell_received(actor=actor, appeal=row, due_at=due_at, market=market, now=now)
    return Opened(id=row.id, decision=decision.id, late=late, open_until=found.open_until, due_at=due_at, url=url)


@action(right="appeals.write")
def add(*, actor: Actor, appeal_id: UUID, text: str, now: datetime, files: Sequence[UUID] = ()) -> None:
    """The appellant writes more, or answers a question: work that waited for it waits for a person again. Raises NotFound,
    AppealEnded, TooManyMessages, Invalid."""
    text = _checked(text, files)
    row = _mine(actor, appeal_id)
    if row.state != Appeal.State.OPEN:
        raise AppealEnded
    if Message.objects.filter(appeal=row, staff=None).count() >= rules.MOST_MESSAGES:
        raise TooManyMessages
    say(row.id, actor=actor, text=text, files=files, now=now)
    if work_queries.views_of([row.work_id])[row.work_id].state == "held":
        work.keep_for_holder(actor=actor, work_id=row.work_id, until=now, now=now)


@action(right="appeals.write")
def withdraw(*, actor: Actor, appeal_id: UUID, now: datetime) -> None:
    """The appellant takes it back; within the six months they may appeal again. Raises NotFound, AppealEnded."""
    row = _mine(actor, appeal_id)
    moved = Appeal.objects.filter(id=row.id, state=Appeal.State.OPEN).update(state=Appeal.State.WITHDRAWN, ended_at=now)
    if not moved:
        raise AppealEnded
    work.cancel(actor=actor, work_id=row.work_id, now=now, reason="the appellant withdrew it")
    record(AppealWithdrawn(appeal=row.id, decision=row.decision_id, account=row.account_id), actor=actor, at=now)


def _mine(actor: Actor, appeal_id: UUID) -> Appeal:
    """An appeal of the caller: a key sees those of its source, who holds the signed link that one."""
    row = Appeal.objects.select_for_update().filter(id=appeal_id).first()
    if row is None or actor.kind == "staff":
        raise NotFound("There is no such appeal.")
    if actor.source is not None and content.accounts([row.account_id])[row.account_id].source != actor.source:
        raise NotFound("There is no such appeal.")
    return row


def say(appeal_id: UUID, *, actor: Actor, text: str, files: Sequence[UUID], now: datetime) -> None:
    Message.objects.create(
        appeal_id=appeal_id,
        staff_id=UUID(actor.id) if actor.kind == "staff" else None,
        text=text,
        files=list(dict.fromkeys(files)),
        at=now,
    )
    who = "desk" if actor.kind == "staff" else "appellant"
    record(AppealSaid(appeal=appeal_id, who=who, text=text, files=len(files)), actor=actor, at=now)


def _checked(text: str, given: Sequence[UUID]) -> str:
    fields = {}
    text = text.replace("\0", "\ufffd").strip()
    if not text:
        fields["text"] = "Say in your own words why you disagree."
    elif len(text) > rules.LONGEST_TEXT:
        fields["text"] = gettext("At most %(n)s characters.") % {"n": f"{rules.LONGEST_TEXT:,}"}
    if len(set(given)) > rules.MOST_FILES:
        fields["files"] = gettext("At most %(n)s files.") % {"n": rules.MOST_FILES}
    elif len(files.views_of(given)) < len(set(given)):
        fields["files"] = "One of these files does not exist."
    if fields:
        raise Invalid("The appeal could not be taken.", fields=fields)
    return text


def _queue(now: datetime) -> str:
    if not Queue.objects.filter(code=rules.QUEUE).exists():
        work.set_queue(
            actor=SYSTEM, code=rules.QUEUE, name="Appeals", right="appeals.decide", kinds=[rules.KIND], now=now
        )
    return rules.QUEUE


def _start_clock(actor: Actor, work_id: UUID, now: datetime) -> None:
    """The queue's own target, else that of the lane of appeals."""
    own = lines.target_of(rules.QUEUE)
    minutes = own.minutes if own else policy.lane_target(rules.LANE)
    if minutes:
        work.start_clock(
            actor=actor,
            work_id=work_id,
            name=rules.CLOCK,
            target=Target(minutes, own.business if own else False),
            calendar=(own.calendar or None) if own else None,
            warn_minutes=min(240, minutes // 4),
            now=now,
        )
