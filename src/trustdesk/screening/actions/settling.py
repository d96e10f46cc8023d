"""Pass 2, in the worker: fetch, compute, judge again; then one short transaction, if the verdict still waits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.content.actions import AccountEntry, Kept, MediaEntry
from trustdesk.engine import Request
from trustdesk.engine import Verdict as Judgement
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import markets
from trustdesk.policy import actions as policy_actions
from trustdesk.policy import queries as policy
from trustdesk.screening import asking, events
from trustdesk.screening.actions.deciding import Screened, after_brake, decide_all, judged, screened_fact
from trustdesk.screening.actions.media import fetch_wanted
from trustdesk.screening.actions.receiving import kept_inputs
from trustdesk.screening.facts import SignalBroke, SignalReturned
from trustdesk.screening.hits import stored_hits
from trustdesk.screening.models import Outage, Verdict
from trustdesk.screening.noting import noted_before
from trustdesk.screening.rules import after_patience, retry_delay
from trustdesk.screening.submissions import Checked
from trustdesk.signals import actions as signal_memory
from trustdesk.signals.queries import UNKNOWN, compute, question_hash


def settle(*, verdict_id: UUID, now: datetime) -> str:
    """Bring a pending (or unscreened) verdict to its end if it can be; returns its state afterwards.

    Media and signals are fetched and computed outside any transaction. A version that was overtaken meanwhile is left.
    """
    row = Verdict.objects.filter(id=verdict_id).exclude(state="overtaken").first()
    if row is None or not (row.state == "pending" or row.unscreened):
        return row.state if row else "overtaken"
    if row.state == "pending" and row.tries == 0:
        fetch_wanted(version_id=row.version_id, now=now)
    ruleset = policy.live_plan()
    prepared, account = _prepare(row, ruleset=ruleset, now=now)
    read = ruleset.plan.read([prepared.event])
    # What it saw when it came is what it is judged by: nothing is counted again.
    noted = noted_before(at=row.made_at, places=row.counted, saw=row.inputs)
    answers = events.answer(read, [prepared], [noted])
    answers |= _compute(events.open_questions(read, answers), now=now)
    said: Judgement = read.run(answers)[0]
    texts = policy.grounds({(hit.policy, hit.version) for hit in said.hits})
    one = Screened(
        prepared=prepared,
        judgement=said,
        hits=stored_hits(policy.Ruled(said), prepared, texts),
        texts=texts,
        pending=not said.settled,
        known=account,
        noted=noted,
    )
    place = _place(row)
    if said.settled:
        _finish(actor=SYSTEM, verdict=row, given=one, place=place, ruleset=ruleset, now=now)
        return "final"
    if row.state == "final":
        return "final"  # unscreened still: the next round asks again
    if row.patience_until is not None and now < row.patience_until:
        Verdict.objects.filter(id=row.id, state="pending").update(tries=row.tries + 1)
        asking.for_second_pass([row.id], delay=retry_delay(row.tries + 1))
        return "pending"
    _finish(actor=SYSTEM, verdict=row, given=one, place=place, ruleset=ruleset, now=now)
    return "final"


@action(right="-")
def _finish(
    *,
    actor: Actor,
    verdict: Verdict,
    given: Screened,
    place: Kept,
    ruleset: policy.CompiledRuleset,
    now: datetime,
) -> None:
    """Write the end of a verdict: conditional on "still waiting" and "still this version"."""
    # Patience is over for whatever is undecided still, and for what only the brake left undecided: a person looks anyway.
    held = policy_actions.hold_back(ruleset=ruleset, judged=[judged(replace(given, pending=False))], now=now)
    one = _without_patience(after_brake(given, held.ruled[0]))
    again = verdict.state == "final"
    moved = (
        Verdict.objects.filter(id=verdict.id, state=verdict.state, tries=verdict.tries)
        .exclude(state="overtaken")
        .update(
            state="overtaken" if again else "final",
            outcome=one.judgement.outcome if not again else verdict.outcome,
            unscreened=one.unscreened and not again,
            hits=list(one.hits) if not again else verdict.hits,
            undecided=[rest.to_json() for rest in one.judgement.undecided] if not again else verdict.undecided,
            inputs=kept_inputs(one.judgement.inputs, one.prepared.event, now=now) if not again else verdict.inputs,
            plan=one.judgement.plan if not again else verdict.plan,
            ruleset=ruleset.hash if not again else verdict.ruleset,
            decided_at=now if not again else verdict.decided_at,
        )
    )
    current = moved and content_actions.set_verdict(item_id=place.item, version=place.no, outcome=one.judgement.outcome)
    if not current:
        raise Overtaken
    verdict_id = verdict.id
    if again:
        verdict_id = uuid7()
        Verdict.objects.create(
            id=verdict_id,
            item_id=place.item,
            version_id=place.version,
            version_no=place.no,
            state="final",
            outcome=one.judgement.outcome,
            ruleset=ruleset.hash,
            plan=one.judgement.plan,
            hits=list(one.hits),
            undecided=[rest.to_json() for rest in one.judgement.undecided],
            inputs=kept_inputs(one.judgement.inputs, one.prepared.event, now=now),
            counted=verdict.counted,
            made_at=now,
            decided_at=now,
        )
    # `new=False`: the item's status is computed afresh from everything that is known about it.
    after = decide_all(actor=actor, screened=[(one, place, verdict_id)], now=now)[place.item]
    held.finish([one.judgement], again=again)
    record(
        screened_fact(one, place, verdict=verdict_id, ruleset=ruleset.hash, after=after, again=again),
        actor=actor,
        at=now,
    )


def _without_patience(one: Screened) -> Screened:
    """What is undecided brought to its end: each rule's `if_unknown` decides."""
    said = one.judgement
    if said.settled:
        return one
    outcome, unscreened = after_patience(said.outcome, [rest.to_json() for rest in said.undecided])
    return replace(one, judgement=replace(said, outcome=outcome), pending=False, unscreened=unscreened)


class Overtaken(Exception):
    """Someone else settled this verdict, or a newer version came, while it was computed: nothing is written."""


def wake_pending(*, now: datetime, limit: int = 200) -> int:
    """Ask again for pending verdicts whose job was lost (a job is deferred with the verdict, so this is rare).

    Those are the ones never tried within five minutes, and those whose patience has ended. One that was tried has its
    next turn already: asking here too would double its jobs with every round. Returns how many came to their end.
    """
    forgotten = (
        Verdict.objects.filter(state="pending")
        .filter(Q(tries=0, made_at__lt=now - timedelta(minutes=5)) | Q(patience_until__lt=now - timedelta(minutes=1)))
        .order_by("made_at")
    )
    ids = list(forgotten.values_list("id", flat=True)[:limit])
    return sum(try_settle(verdict_id=verdict_id, now=now) == "final" for verdict_id in ids)


def retry_unscreened(*, now: datetime, limit: int = 50) -> int:
    """Ask the signals again for items that went to people only because a signal was silent.

    A signal found silent is not asked again in this round: each question to it may cost its whole time-out.
    """
    waiting = list(
        Verdict.objects.filter(unscreened=True, state="final").order_by("id").values_list("id", "undecided")[:limit]
    )
    silent: set[str] = set()
    for verdict_id, undecided in waiting:
        wanted = {str(rest["signal"]) for rest in undecided}
        if wanted & silent:
            continue
        try_settle(verdict_id=verdict_id, now=now)
        silent |= wanted & set(Outage.objects.filter(until=None).values_list("signal", flat=True))
    return len(waiting) if not silent else 0


def try_settle(*, verdict_id: UUID, now: datetime) -> str:
    """`settle`, where being overtaken is an answer and not an error."""
    try:
        return settle(verdict_id=verdict_id, now=now)
    except Overtaken:
        return "overtaken"


def _compute(requests: Sequence[Request], *, now: datetime) -> dict[Request, Any]:
    """Ask each signal once for all its questions; keep what it says; note silence and return once each."""
    answers: dict[Request, Any] = {}
    by_signal: dict[str, list[Request]] = {}
    for request in requests:
        by_signal.setdefault(request.name, []).append(request)
    for name, asked in by_signal.items():
        values, took = compute(name, [dict(request.arguments) for request in asked])
        kept = {}
        for request, value in zip(asked, values, strict=True):
            if value is not UNKNOWN:
                answers[request] = value
                kept[(request.name, request.version, question_hash(request.arguments))] = (value, took / len(asked))
        if kept:
            signal_memory.keep_results(results=kept, now=now)
        _note_health(name, works=bool(kept), now=now)
    return answers


def _note_health(name: str, *, works: bool, now: datetime) -> None:
    broken = Outage.objects.filter(signal=name, until=None).exists()
    if works and broken:
        _returned(actor=SYSTEM, signal=name, now=now)
    elif not works and not broken:
        _broke(actor=SYSTEM, signal=name, now=now)


@action(right="-")
def _broke(*, actor: Actor, signal: str, now: datetime) -> None:
    Outage.objects.bulk_create([Outage(signal=signal, since=now)], ignore_conflicts=True)
    record(SignalBroke(signal=signal), actor=actor, at=now)


@action(right="-")
def _returned(*, actor: Actor, signal: str, now: datetime) -> None:
    Outage.objects.filter(signal=signal, until=None).update(until=now)
    record(SignalReturned(signal=signal), actor=actor, at=now)


def _prepare(
    row: Verdict, *, ruleset: policy.CompiledRuleset, now: datetime
) -> tuple[events.Prepared, content.AccountView]:
    """The event as it was at submission; the account's own counts include this item by now."""
    item = content.items([row.item_id])[row.item_id]
    version = content.versions_by_id([row.version_id])[row.version_id]
    account = content.accounts([item.account])[item.account]
    checked = Checked(
        source=item.source,
        external_id=item.external_id,
        kind=item.kind,
        market=markets()[version.market],
        language=version.language,
        account=AccountEntry(external_id=account.external_id),
        title=version.title,
        body=version.body,
        price=version.price,
        currency=version.currency,
        category=version.category,
        declared=version.fields,
        media=tuple(MediaEntry(kind=m.kind, url=m.url, file=m.file, alt=m.alt, state=m.state) for m in version.media),
        posted_at=version.posted_at,
        url=version.url,
        expected_views=item.expected_views,
    )
    before = replace(account, items_posted=max(0, account.items_posted - 1))
    amounts = ruleset.market_values(checked.market.code)
    return events.prepare(checked, known=before, amounts=amounts, now=now), account


def _place(row: Verdict) -> Kept:
    account = content.items([row.item_id])[row.item_id].account
    return Kept(item=row.item_id, account=account, version=row.version_id, no=row.version_no, new=False)
