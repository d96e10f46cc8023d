"""Putting a decision right: what it took is given back, its strikes go, the ladder is counted again, and everybody is told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.decisions import ladders, queries
from trustdesk.decisions.actions.committing import Made, commit
from trustdesk.decisions.actions.effects import lift, refresh_statuses
from trustdesk.decisions.actions.person import IncompleteStatement, status_once_effective
from trustdesk.decisions.actions.recounting import Recounted, StrikeChange, recount
from trustdesk.decisions.drafts import Draft, Ground, RestrictionSpec
from trustdesk.decisions.facts import DecisionOverturned
from trustdesk.decisions.history import notified
from trustdesk.decisions.ladder_words import day
from trustdesk.decisions.models import Decision, Restriction, Statement
from trustdesk.decisions.rules import OUTCOMES, RESTRICTIVE, WEIGHT, in_force
from trustdesk.decisions.statement_words import RESTRICTION_WORDS
from trustdesk.decisions.statements import Incomplete
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import markets
from trustdesk.policy import queries as policy


class NothingToReverse(Refusal):
    """This decision does not hold any more: it was taken back, or reversed already."""

    code, status = "nothing_to_reverse", 409


@dataclass(frozen=True)
class StillHeld:
    """What another decision still takes, of the item or of its account."""

    decision: UUID
    restriction: UUID
    kind: str
    on: str  # item | account
    markets: tuple[str, ...]
    ends_at: datetime | None
    statement_url: str


@dataclass(frozen=True)
class Reversal:
    """What a reversal did. `decision`: the new one; `lifted`: restrictions; `strikes`: what became of each."""

    decision: Made
    lifted: tuple[UUID, ...]
    strikes: tuple[StrikeChange, ...]
    strikes_left: int
    still_in_force: tuple[StillHeld, ...]


@action(right="-")
def reverse(
    *,
    actor: Actor,
    decision_id: UUID,
    why: str,
    now: datetime,
    cause: UUID | None,
    outcome: str = "approve",
    keep: Sequence[RestrictionSpec] = (),
    author_note: str = "",
) -> Reversal:
    """Put a decision right inside the caller's transaction, at once and without an undo. The new decision supersedes it;
    what it restricted is lifted (all, or all but `keep`, which the new one holds under the same clauses); its strike goes,
    the ladder is counted again with credit for the time served; owner and platform are told.

    `why` is for the desk. The caller has asked for its own right. Raises NotFound, Invalid, NothingToReverse.
    """
    old = Decision.objects.select_for_update().filter(id=decision_id).first()
    if old is None:
        raise NotFound("There is no such decision.")
    done = Decision.objects.filter(reverses_id=decision_id, withdrawn_at=None).exists()
    if old.withdrawn_at is not None or old.effective_at > now or done:
        raise NothingToReverse
    if outcome not in OUTCOMES or WEIGHT.get(outcome, 0) > WEIGHT.get(old.outcome, 0):
        raise Invalid("A reversal takes away no more than was taken.", fields={"outcome": "Choose a milder outcome."})
    if (outcome in RESTRICTIVE) != bool(keep):
        raise Invalid("What stays restricted is named.", fields={"keep": "Name what stays, or approve."})
    reversal = put_right(
        actor=actor, old=old, falling=[old.id], outcome=outcome, keep=keep, why=why, note=author_note, now=now
    )
    made = reversal.decision
    Decision.objects.filter(id=made.id).update(cause=cause, reverses=old)
    Decision.objects.filter(id=old.id, superseded_by=None).update(superseded_by_id=made.id)
    record(
        DecisionOverturned(
            item=old.item_id,
            decision=old.id,
            by=made.id,
            before=old.outcome,
            outcome=outcome,
            policies=old.clauses,
            decided_at=old.made_at,
            account=old.account_id,
            made_by=old.made_by,
            decider=old.actor,
            reversal=True,
            why=why,
        ),
        actor=actor,
        at=now,
        cause=cause,
    )
    if old.item_id is not None:
        refresh_statuses(item_ids=[old.item_id], now=now)
    return reversal


def acted_after_all(*, actor: Actor, decision_id: UUID, by: UUID, why: str, cause: UUID, now: datetime) -> None:
    """Nothing had been done, who reported it objected, and `by` does something: said of the first by name, so that whoever
    decided it reads of it. `why` is for the desk. Called inside the action that decided the objection."""
    old = Decision.objects.select_for_update().get(id=decision_id)
    if old.outcome in RESTRICTIVE or Decision.objects.filter(reverses=old).exists():
        return
    Decision.objects.filter(id=by).update(reverses=old)
    made = Decision.objects.get(id=by)
    record(
        DecisionOverturned(
            item=old.item_id,
            decision=old.id,
            by=by,
            before=old.outcome,
            outcome=made.outcome,
            policies=old.clauses,
            decided_at=old.made_at,
            account=old.account_id,
            made_by=old.made_by,
            decider=old.actor,
            reversal=True,
            why=why,
        ),
        actor=actor,
        at=now,
        cause=cause,
    )


# What screening takes back by itself is decided by software, and told so.
SCREENING = Actor(kind="rule", id="screening", name="Screening", handle="TrustDesk")


def pass_again(*, passed: Mapping[UUID, str], now: datetime) -> None:
    """Rules let pass, or restrict less now, the very words that they had removed (item → the hash of its content): that
    decision falls with what it counted for, and whose it is is told. What people decided stands, and so do decisions
    about other words: a better version does not make them wrong. It counts as nobody's error, and an appeal may still say
    more. Called inside the transaction that screened; nothing happens where rules removed nothing."""
    rows = list(
        Decision.objects.select_for_update()
        .filter(
            item_id__in=passed,
            made_by="rule",
            outcome="remove",
            withdrawn_at=None,
            superseded_by=None,
            imported=False,
        )
        .order_by("id")
    )
    words = content.versions_by_id([row.version_id for row in rows if row.version_id]) if rows else {}
    removed: dict[UUID, list[Decision]] = {}
    for row in rows:
        if row.item_id and row.version_id and words[row.version_id].content_hash == passed[row.item_id]:
            removed.setdefault(row.item_id, []).append(row)
    if removed:
        ladders.lock({row.account_id for mine in removed.values() for row in mine})
    for mine in removed.values():
        falling = [row.id for row in mine]
        why = "judged again by the rules of today, it passes"
        made = put_right(actor=SCREENING, old=mine[-1], falling=falling, why=why, now=now).decision
        Decision.objects.filter(id__in=falling).update(superseded_by_id=made.id)


def put_right(
    *,
    actor: Actor,
    old: Decision,
    falling: Sequence[UUID],
    why: str,
    now: datetime,
    outcome: str = "approve",
    keep: Sequence[RestrictionSpec] = (),
    note: str = "",
    opening: Callable[[], list[str]] | None = None,
) -> Reversal:
    """Give back what a decision took, count again without those that fall, and make the decision that says so. `opening`:
    the sentences of its letter, where they are not those of a second look. Called inside an action."""
    held = list(Restriction.objects.filter(decision=old, lifted_at=None, by_ladder=False))
    over = [row.id for row in held if row.ends_at is None or row.ends_at > now]
    if over:
        lift(actor=actor, restriction_ids=over, why="the decision was reversed", by=None, at=now, now=now)
    counted = recount(
        actor=actor, account_id=old.account_id, why="the decision was reversed", now=now, reversing=falling
    )
    still = _still(old, now=now)
    made = _decide(
        actor=actor,
        old=old,
        outcome=outcome,
        keep=keep,
        why=why,
        note=note,
        lifted=[row for row in held if row.id in over],
        counted=counted,
        still=still,
        opening=opening,
        now=now,
    )
    return Reversal(
        decision=made,
        lifted=(*over, *counted.lifted),
        strikes=counted.strikes,
        strikes_left=counted.number,
        still_in_force=still,
    )


def _decide(
    *,
    actor: Actor,
    old: Decision,
    outcome: str,
    keep: Sequence[RestrictionSpec],
    why: str,
    note: str,
    lifted: Sequence[Restriction],
    counted: Recounted,
    still: Sequence[StillHeld],
    opening: Callable[[], list[str]] | None,
    now: datetime,
) -> Made:
    account = content.accounts([old.account_id])[old.account_id]
    item = content.items([old.item_id])[old.item_id] if old.item_id else None
    version = content.versions_by_id([old.version_id])[old.version_id] if old.version_id else None
    status, hidden = item.status if item else "", bool(item and item.hidden)
    if item is not None and keep and item.version == old.version_no:
        publish = policy.publish_of(item.kind)
        status, hidden = status_once_effective(item, item.version, outcome, keep, publish=publish, now=now)
    elif item is not None:
        status, hidden = queries.statuses([item.id], now=now)[item.id]
    else:
        status = queries.standings([account.id], now=now)[account.id]
    market = markets().get(item.market if item else account.country)
    zone = market.time_zone if market else "UTC"
    grounds = (
        tuple(
            Ground(policy=one["policy"], version=one["version"], clause=one["clause"], rule=one["rule"])
            for one in old.clauses
        )
        if outcome in RESTRICTIVE
        else ()
    )
    draft = Draft(
        item=item,
        version=version,
        account=account,
        outcome=outcome,
        grounds=grounds,
        restrictions=tuple(keep),
        labels=tuple(old.labels) if grounds else (),
        evidence=tuple(old.evidence) if grounds else (),
        actor=actor,
        status=status,
        hidden=hidden,
        automated_detection=old.automated_detection and bool(grounds),
        notified=bool(grounds) and bool(notified([old.id])),
        noticed_at=now,
        verdict=old.verdict,
        rationale=why,
        author_note=note,
        letter=not old.imported,
        undone=partial(
            _sentences,
            opening
            or partial(
                _looked_again,
                old=old,
                outcome=outcome,
                lifted=[row for row in lifted if row.kind not in {spec.kind for spec in keep}],
                keep=keep,
                still=tuple(still),
                now=now,
                zone=zone,
            ),
            counted=counted,
            still=tuple(still),
        ),
    )
    texts = policy.grounds([(ground.policy, ground.version) for ground in grounds])
    try:
        return commit(actor=actor, drafts=[draft], texts=texts, now=now, window=timedelta(0))[0]
    except Incomplete as missing:
        raise IncompleteStatement(_("The letter would lack %(missing)s.") % {"missing": missing}) from missing


def _looked_again(
    *,
    old: Decision,
    outcome: str,
    lifted: Sequence[Restriction],
    keep: Sequence[RestrictionSpec],
    still: Sequence[StillHeld],
    now: datetime,
    zone: str,
) -> list[str]:
    lines = [_("We looked again at our decision of %(day)s and changed it.") % {"day": day(old.effective_at, zone)}]
    gone = [_worded(row.kind, row.markets) for row in lifted] if keep else []
    lines += [_("This does not hold any more: %(words)s.") % {"words": words} for words in gone]
    for spec in keep:
        words = _worded(spec.kind, spec.markets)
        if spec.seconds:
            until = day(now + timedelta(seconds=spec.seconds), zone)
            lines.append(_("This stays until %(day)s: %(words)s.") % {"words": words, "day": until})
        else:
            lines.append(_("This stays: %(words)s.") % {"words": words})
    here = [one for one in still if one.on == "item"]
    if outcome == "approve" and old.item_id is not None and not here:
        lines.append(_("What it took away is given back: it stands as it did before."))
    elif outcome == "approve" and old.item_id is None:
        lines.append(_("What it took away from your account is given back."))
    return lines


def _sentences(opening: Callable[[], list[str]], *, counted: Recounted, still: Sequence[StillHeld]) -> list[str]:
    """What the owner is told, in the language that is active."""
    lines = opening()
    if any(one.after == "reversed" and one.before == "strike" for one in counted.strikes):
        lines.append(_("The strike that came with it is gone. You have %(n)s now.") % {"n": counted.number})
        lines.append(_("Time that you were limited because of it counts for what is left."))
    for one in still:
        words = _worded(one.kind, one.markets)
        number = ", ".join(filter(None, (str(one.decision)[:8], one.statement_url)))
        lines.append(
            _("Another decision still holds: %(words)s (decision %(number)s).") % {"words": words, "number": number}
        )
    return lines


def _worded(kind: str, places: Sequence[str]) -> str:
    where = _("in %(markets)s") % {"markets": ", ".join(places)} if places else _("in all countries")
    return str(RESTRICTION_WORDS[kind]() % {"where": where})


def _still(old: Decision, *, now: datetime) -> tuple[StillHeld, ...]:
    """What other decisions still hold, with the address at which each can be questioned."""
    rows = Restriction.objects.filter(account_id=old.account_id, lifted_at=None, decision__withdrawn_at=None)
    found = []
    told = set(Statement.objects.filter(decision__in=rows.values("decision")).values_list("decision_id", flat=True))
    for row in rows.exclude(decision=old).order_by("id"):
        if row.item_id not in {None, old.item_id}:
            continue
        if in_force(starts_at=row.starts_at, ends_at=row.ends_at, lifted_at=None, now=now):
            found.append(
                StillHeld(
                    decision=row.decision_id,
                    restriction=row.id,
                    kind=row.kind,
                    on="item" if row.item_id else "account",
                    markets=tuple(row.markets),
                    ends_at=row.ends_at,
                    statement_url=queries.statement_url(row.decision_id) if row.decision_id in told else "",
                )
            )
    return tuple(found)
