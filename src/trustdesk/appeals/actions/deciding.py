"""An appeal is decided: in one transaction the decision stands or falls, everything it took comes back, everybody is told."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.appeals import letters, links, queries, rules
from trustdesk.appeals.actions.judging import JudgeFirst, clock_is, find, refuse_own
from trustdesk.appeals.actions.opening import AppealEnded
from trustdesk.appeals.facts import AppealDecided
from trustdesk.appeals.models import Appeal
from trustdesk.content import queries as content
from trustdesk.decisions import actions as decisions
from trustdesk.decisions import queries as decided
from trustdesk.decisions.actions import Ground, RestrictionSpec
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import actions as work
from trustdesk.notices import actions as notices

LONGEST_REASONS = 1_000  # they stand in the letter


@dataclass(frozen=True)
class Decided:
    """An appeal just decided. `reversal`: the decision that replaces the old one; `restored`: how many restrictions were
    lifted; `still_in_force`: what other decisions hold, as it was told."""

    appeal: UUID
    outcome: str
    reversal: UUID | None
    restored: int
    still_in_force: tuple[dict[str, Any], ...]


@action(right="appeals.decide")
def decide(
    *,
    actor: Actor,
    appeal_id: UUID,
    outcome: str,
    reasons: str,
    now: datetime,
    rationale: str = "",
    unfounded: bool = False,
    keep: Sequence[RestrictionSpec] = (),
    grounds: Sequence[Ground] = (),
    version: int | None = None,
    author_note: str = "",
) -> Decided:
    """Decide an appeal one has in hand; it cannot be taken back. `outcome`: upheld (the decision stays), overturned, partly
    (`keep` names what stays restricted), late (only one that came after the last day). `reasons` are read by the appellant.
    `unfounded`: without any ground, which counts as misuse.

    A notifier who was right: overturned, with the `grounds` on which something is done now and in `keep` what (a removal
    where nothing is said), about the `version` that was looked at; `author_note` is a sentence for who posted it. Where
    something was done since, neither is needed: that decision is the answer. Whoever else was told is told anew.

    Raises NotFound, OnlyAPerson, OwnDecision, JudgeFirst, ClaimLost, AppealEnded, Invalid, and what reversing and deciding
    raise; then nothing is written.
    """
    row = find(appeal_id)
    refuse_own(row, actor)
    # All of this decision: of two who objected, the second is judged by what the first led to.
    locked = Appeal.objects.select_for_update().filter(decision_id=row.decision_id).order_by("id")
    row = next(one for one in locked if one.id == appeal_id)
    if row.state != Appeal.State.OPEN:
        raise AppealEnded
    old = decided.by_id(row.decision_id, now=now)
    account = content.accounts([row.account_id])[row.account_id]
    item = content.items([row.item_id]).get(row.item_id) if row.item_id else None
    assert old is not None  # noqa: S101  the key protects it
    actor.require("appeals.decide", market=item.market if item else None, queue=rules.QUEUE)
    done_since = queries.done_since(row.item_id, row.decision_id, now=now) if row.appellant == "notifier" else None
    _check(
        row,
        outcome=outcome,
        reasons=reasons,
        unfounded=unfounded,
        keep=keep,
        grounds=grounds,
        acts=row.appellant == "notifier" and done_since is None,
    )
    if row.blind and row.first_at is None:
        raise JudgeFirst
    work.complete(actor=actor, work_id=row.work_id, now=now)
    if clock_is(row.work_id, "running") or clock_is(row.work_id, "paused"):
        work.fulfil_clock(actor=actor, work_id=row.work_id, name=rules.CLOCK, now=now)

    reversal: UUID | None = None
    restored, still = 0, list[dict[str, Any]]()
    if outcome in {"overturned", "partly"} and row.appellant == "author":
        done = decisions.reverse(
            actor=actor,
            decision_id=row.decision_id,
            why=rationale.strip() or reasons.strip(),
            now=now,
            cause=row.id,
            outcome=rules.outcome_of([spec.kind for spec in keep], before=old.outcome),
            keep=tuple(keep),
            author_note=reasons.strip(),
        )
        reversal, restored = done.decision.id, len(done.lifted)
        still = [_told(asdict(one), now) for one in done.still_in_force]
    elif outcome == "overturned":
        reversal = done_since or _act(
            actor=actor,
            row=row,
            item=item,
            version=version,
            specs=tuple(keep) or (RestrictionSpec("remove"),),
            grounds=grounds,
            rationale=rationale.strip() or reasons.strip(),
            author_note=author_note.strip(),
            now=now,
        )
        if done_since is None:
            decisions.acted_after_all(
                actor=actor,
                decision_id=row.decision_id,
                by=reversal,
                why=rationale.strip() or reasons.strip(),
                cause=row.id,
                now=now,
            )
    moved = Appeal.objects.filter(id=row.id, state=Appeal.State.OPEN).update(
        state=Appeal.State.DECIDED,
        outcome=outcome,
        reasons=reasons.strip(),
        rationale=rationale.strip(),
        unfounded=unfounded,
        decided_by_id=UUID(actor.id),
        reversal_id=reversal,
        still_in_force=still,
        ended_at=now,
    )
    if not moved:
        raise AppealEnded
    record(
        AppealDecided(
            appeal=row.id,
            decision=row.decision_id,
            account=account.id,
            account_external_id=account.external_id,
            appellant=row.appellant,
            notice=row.notice,
            item=row.item_id,
            item_kind=item.kind if item else "",
            external_id=item.external_id if item else "",
            source=account.source,
            outcome=outcome,
            before=old.outcome,
            made_by=old.made_by,
            decided_by=old.actor,
            policies=list(old.clauses),
            reversal=reversal,
            reasons=reasons.strip(),
            late=row.opened_at >= row.open_until,
            unfounded=unfounded,
            opened_at=row.opened_at,
            url=links.url_of(row.id),
            still_in_force=still,
        ),
        actor=actor,
        at=now,
        cause=reversal,
    )
    # The letter of a reversal says it all to who posted it, with these reasons.
    if reversal is None or row.appellant == "notifier":
        letters.tell_decided(actor=actor, appeal=row, outcome=outcome, reasons=reasons.strip(), now=now)
    if reversal is not None and outcome == "overturned":
        notices.answer_again(
            actor=actor,
            decisions=[row.decision_id],
            by=reversal,
            acted=row.appellant == "notifier",
            told_already=row.notice,
            now=now,
        )
    return Decided(appeal=row.id, outcome=outcome, reversal=reversal, restored=restored, still_in_force=tuple(still))


def _act(
    *,
    actor: Actor,
    row: Appeal,
    item: content.ItemView | None,
    version: int | None,
    specs: Sequence[RestrictionSpec],
    grounds: Sequence[Ground],
    rationale: str,
    author_note: str,
    now: datetime,
) -> UUID:
    """What the notifier asked for is done: a decision like any other, with its statement to who posted it."""
    common: dict[str, Any] = {
        "actor": actor,
        "grounds": tuple(grounds),
        "noticed_at": row.opened_at,
        "rationale": rationale,
        "author_note": author_note,
        "window": timedelta(0),
        "now": now,
    }
    if item is None:
        suspends = any(spec.kind.startswith("suspend") for spec in specs)
        return decisions.decide_account(
            account_id=row.account_id,
            outcome="hold" if suspends else "limit",
            restrictions=specs,
            notified=True,
            cause=row.id,
            **common,
        ).id
    return decisions.decide(
        item_id=item.id,
        version=item.version if version is None else version,
        outcome=rules.outcome_of([spec.kind for spec in specs], before="remove"),
        restriction=specs[0],
        notified=True,
        **common,
    ).id


def _check(
    row: Appeal,
    *,
    outcome: str,
    reasons: str,
    unfounded: bool,
    keep: Sequence[RestrictionSpec],
    grounds: Sequence[Ground],
    acts: bool,
) -> None:
    """`acts`: to overturn it is to do something to the content or the account, on a clause."""
    fields = {}
    if outcome not in rules.OUTCOMES:
        fields["outcome"] = "Choose what becomes of the decision."
    elif outcome == "late" and row.opened_at < row.open_until:
        fields["outcome"] = "This appeal came in time."
    elif outcome == "partly" and row.appellant == "notifier":
        fields["outcome"] = "Say whether the notifier was right: it stays, or it is removed now."
    if len(reasons.strip()) < rules.SHORTEST_REASONS:
        fields["reasons"] = "Give your reasons: the appellant reads them."
    elif len(reasons.strip()) > LONGEST_REASONS:
        fields["reasons"] = gettext("At most %(n)s characters.") % {"n": f"{LONGEST_REASONS:,}"}
    if not (acts and outcome == "overturned"):
        if row.appellant == "author" and (outcome == "partly") != bool(keep):
            fields["keep"] = "Say what stays restricted." if outcome == "partly" else "Only a part can stay restricted."
        if grounds and row.appellant == "notifier" and outcome == "overturned":
            fields["clauses"] = "Something was done about it meanwhile: look again, and decide without a clause."
        elif grounds:
            fields["clauses"] = "A clause is for what is done now."
    else:
        if not grounds:
            fields["clauses"] = "Choose the clause on which something is done now."
        allowed = rules.DONE_TO_ACCOUNT if row.item_id is None else rules.DONE_TO_ITEM
        if any(spec.kind not in allowed for spec in keep) or len(keep) > 1 or (row.item_id is None and not keep):
            fields["keep"] = "Choose what is done now."
        elif any(spec.kind.startswith("suspend") and spec.seconds is None for spec in keep):
            fields["keep"] = "Say for how many days."
    if unfounded and outcome not in {"upheld", "late"}:
        fields["unfounded"] = "Who was right did not misuse anything."
    elif unfounded and row.appellant == "notifier":
        fields["unfounded"] = "A report that led to nothing counts as such already."
    if fields:
        raise Invalid("The appeal could not be decided.", fields=fields)


def _told(held: dict[str, Any], now: datetime) -> dict[str, Any]:
    """What another decision still holds, in the words its own letter begins with."""
    letter = decided.statement(held["decision"], now=now)
    words = f"{letter.subject} ({letter.data['named']})" if letter else held["kind"]
    return {
        "decision": str(held["decision"]),
        "kind": held["kind"],
        "on": held["on"],
        "markets": list(held["markets"]),
        "ends_at": held["ends_at"].isoformat() if held["ends_at"] else None,
        "url": held["statement_url"],
        "words": words,
    }
