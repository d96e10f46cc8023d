"""Pass 2, in the worker: compute, judge again; then one short transaction, if the verdict still waits."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.content.actions import AccountEntry, Kept, MediaEntry
from trustdesk.decisions import queries as decided
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
from trustdesk.screening.actions.receiving import kept_inputs
from trustdesk.screening.hits import stored_hits
from trustdesk.screening.looking import pictures_of
from trustdesk.screening.models import Verdict
from trustdesk.screening.noting import noted_before
from trustdesk.screening.pictures import unseen, waiting
from trustdesk.screening.rules import after_patience, retry_delay
from trustdesk.screening.submissions import Checked
from trustdesk.signals import actions as signals
from trustdesk.signals.queries import silent_until

# Rounds in which an unscreened item's signals are asked again: about half an hour of them.
MOST_TRIES = 40
# Every so many rounds a pending item's media are asked for anew.
ASK_FOR_MEDIA = 4


def settle(*, verdict_id: UUID, now: datetime) -> str:
    """Bring a pending (or unscreened) verdict to its end if it can be; returns its state afterwards.

    Signals are computed outside any transaction; media are looked into by their own worker, which calls when it is done. A version that was overtaken meanwhile is left.
    """
    row = Verdict.objects.filter(id=verdict_id).exclude(state="overtaken").first()
    if row is None or not (row.state == "pending" or row.unscreened):
        return row.state if row else "overtaken"
    if row.state == "final" and (state := judged_by_person(row, now=now)):
        if state == "effective":  # nobody needs the signal's word any more
            Verdict.objects.filter(id=row.id).update(unscreened=False)
        return "final"
    ruleset = policy.live_plan()
    one = judge(row, ruleset=ruleset, now=now)
    said = one.judgement
    place = place_of(row)
    if said.settled:
        finish(actor=SYSTEM, verdict=row, given=one, place=place, ruleset=ruleset, now=now)
        return "final"
    if row.state == "final":
        Verdict.objects.filter(id=row.id, unscreened=True).update(tries=row.tries + 1)
        return "unscreened"  # still: a later round asks again
    silent = sorted({rest.signal for rest in said.undecided})
    if row.patience_until is not None and now < row.patience_until and not _in_vain(one):
        if waiting(one.prepared.pictures) and row.tries % ASK_FOR_MEDIA == ASK_FOR_MEDIA - 1:
            asking.for_media([row.version_id])  # the job was lost, or gave up
        Verdict.objects.filter(id=row.id, state="pending").update(tries=row.tries + 1)
        asking.for_second_pass([row.id], delay=_next_turn(row, silent, now=now))
        return "pending"
    signals.alert(signals=[name for name in silent if not name.startswith("item.")], silent_since=row.made_at, now=now)
    finish(actor=SYSTEM, verdict=row, given=one, place=place, ruleset=ruleset, now=now)
    return "final"


def judge(row: Verdict, *, ruleset: policy.CompiledRuleset, now: datetime) -> Screened:
    """Judge a verdict's version once more: what it saw when it came, and what is known of it by now."""
    prepared, account = _prepare(row, ruleset=ruleset, now=now)
    read = ruleset.plan.read([prepared.event])
    # What it saw when it came is what it is judged by: nothing is counted again.
    noted = noted_before(at=row.made_at, places=row.counted, saw=row.inputs)
    answers = events.answer(read, [prepared], [noted], now=now)
    events.ask(read, answers, [prepared], now=now)
    said: Judgement = read.run(answers)[0]
    texts = policy.grounds({(hit.policy, hit.version) for hit in said.hits})
    return Screened(
        prepared=prepared,
        judgement=said,
        hits=stored_hits(policy.Ruled(said), prepared, texts),
        texts=texts,
        pending=not said.settled,
        known=account,
        noted=noted,
    )


def _in_vain(one: Screened) -> bool:
    """Nothing to wait for: all that is not known are pictures that nobody can open."""
    silent = {rest.signal for rest in one.judgement.undecided}
    about_media = all(name.startswith(("item.", "in_bank")) for name in silent)
    return about_media and bool(unseen(one.prepared.pictures)) and not waiting(one.prepared.pictures)


@action(right="-")
def finish(
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
            inputs=kept_inputs(one, now=now) if not again else verdict.inputs,
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
            inputs=kept_inputs(one, now=now),
            counted=verdict.counted,
            made_at=now,
            decided_at=now,
        )
    # `new=False`: the item's status is computed afresh from everything that is known about it.
    after = decide_all(actor=actor, screened=[(one, place, verdict_id)], now=now)[place.item]
    before = {(str(hit["policy"]), str(hit["rule"])) for hit in verdict.hits} if again else None
    held.finish([one.judgement], again=before)
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
    """Ask the signals again for items that went to people only because a signal was silent; returns how many then
    came to an end, 0 when there is no hurry to go on.

    Who waits for a signal that is left alone just now is passed over. One question that a signal never answers is
    given up after a while: the signal's return, a new version or a person ends it.
    """
    waiting = Verdict.objects.filter(unscreened=True, state="final", tries__lt=MOST_TRIES)
    for name in silent_until(now):
        waiting = waiting.exclude(undecided__contains=[{"signal": name}])
    ids = list(waiting.order_by("tries", "id").values_list("id", flat=True)[:limit])
    ended = sum(try_settle(verdict_id=verdict_id, now=now) in {"final", "overtaken"} for verdict_id in ids)
    return ended if len(ids) == limit else 0


def wake_waiting(*, signal: str, after: UUID | None = None, limit: int = 500) -> UUID | None:
    """Give each verdict that waits for a signal its turn now, pending or unscreened; returns the last, None at the end."""
    waiting = Verdict.objects.filter(Q(state="pending") | Q(state="final", unscreened=True)).filter(
        undecided__contains=[{"signal": signal}]
    )
    if after is not None:
        waiting = waiting.filter(id__gt=after)
    ids = list(waiting.order_by("id").values_list("id", flat=True)[:limit])
    asking.for_second_pass(ids)
    return ids[-1] if len(ids) == limit else None


def _next_turn(row: Verdict, silent: Sequence[str], *, now: datetime) -> int:
    """Seconds until a pending verdict is looked at again: soon, unless all know that its signal is left alone; and when
    its patience ends."""
    left_alone = silent_until(now)
    probes = [(left_alone[name] - now).total_seconds() for name in silent if name in left_alone]
    wait = max([float(retry_delay(row.tries + 1)), *probes])
    patience = (row.patience_until - now).total_seconds() if row.patience_until else wait
    return max(1, math.ceil(min(wait, patience)))


def try_settle(*, verdict_id: UUID, now: datetime) -> str:
    """`settle`, where being overtaken is an answer and not an error."""
    try:
        return settle(verdict_id=verdict_id, now=now)
    except Overtaken:
        return "overtaken"


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
    [pictures] = pictures_of([version.media])
    strikes = decided.strikes_of([account.id], now=now).get(account.id, 0)
    prepared = events.prepare(
        checked, known=before, amounts=amounts, now=now, pictures=pictures, plan=ruleset.plan, strikes=strikes
    )
    return prepared, account


def judged_by_person(row: Verdict, *, now: datetime) -> str:
    """The state of a person's standing decision about this version, "" without one. A warning lets it go on: what comes
    after it is judged."""
    made = decided.of_items([row.item_id], now=now).get(row.item_id, [])
    states = [
        one.state
        for one in made
        if one.made_by != "rule"
        and one.outcome != "warn"
        and one.version >= row.version_no
        and one.state in {"pending", "effective"}
    ]
    return states[0] if states else ""


def place_of(row: Verdict) -> Kept:
    account = content.items([row.item_id])[row.item_id].account
    return Kept(item=row.item_id, account=account, version=row.version_id, no=row.version_no, new=False)
