"""What decisions about to be made count for on the ladder, before they are written."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from uuid import UUID

from trustdesk.decisions import ladder_words, ladders
from trustdesk.decisions.drafts import Draft, RestrictionSpec
from trustdesk.decisions.facts import StrikeCounted
from trustdesk.decisions.folding import Breach, Counted, count
from trustdesk.decisions.models import LadderVersion, Strike
from trustdesk.decisions.terms import FEATURE_OF, Step, Terms
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.people.queries import markets
from trustdesk.policy.queries import Grounds


@dataclass(frozen=True)
class Weighed:
    """A draft that counts: what its clauses are worth under the ladder of its market."""

    draft: Draft
    ladder: LadderVersion
    weighs: int
    gravity: int
    zero_tolerance: bool

    @property
    def terms(self) -> Terms:
        return ladders.terms_of(self.ladder)

    def breach(self, at: datetime) -> Breach:
        draft = self.draft
        return Breach(
            decision=draft.id,
            at=at,
            posted_at=posted_at(draft),
            item=draft.item.id if draft.item else None,
            version=draft.version_no,
            weighs=self.weighs,
            gravity=self.gravity,
            feature=FEATURE_OF.get(draft.thing, ""),
            zero_tolerance=self.zero_tolerance,
            terms=self.terms,
        )


@dataclass(frozen=True)
class Assessed:
    weighed: Weighed
    counted: Counted
    strike: UUID  # the id of the row to keep
    incident: UUID | None  # the row that carries its incident


def posted_at(draft: Draft) -> datetime | None:
    """When the author posted what is judged. An edit is posted when it comes in, whatever the date of the first version."""
    if draft.version is None:
        return None
    if draft.version.no > 1:
        return draft.version.received_at
    return draft.version.posted_at or draft.version.received_at


def weigh(drafts: Iterable[Draft], texts: Grounds) -> list[Weighed]:
    """The drafts that count. What is removed from an item counts; what is imported or judged of an account does not. At
    most one query."""
    removals = [draft for draft in drafts if draft.outcome == "remove" and draft.item and not draft.imported]
    if not removals:
        return []
    live = ladders.live_ladders()
    found = []
    for draft in removals:
        ladder = ladders.ladder_for(live, draft.market)
        terms = ladders.terms_of(ladder)
        weighs, gravity, zero = ladders.worth(terms, draft.grounds, texts, draft.labels)
        if weighs or zero:
            found.append(Weighed(draft=draft, ladder=ladder, weighs=weighs, gravity=gravity, zero_tolerance=zero))
    return found


def assess(drafts: Sequence[Draft], texts: Grounds, *, at: datetime, now: datetime, lock: bool) -> dict[UUID, Assessed]:
    """Draft id → what it counts for once it is in effect (`at`), in the order given. `lock`: nobody else counts for these
    accounts until the transaction ends. Three queries for any number, four more at most where a decision fell a moment ago."""
    weighed = weigh(drafts, texts)
    if not weighed:
        return {}
    accounts = {one.draft.account.id for one in weighed}
    if lock:
        ladders.lock(accounts)
    reach = max(max(one.terms.lesson_again, one.terms.incident) for one in weighed)
    items = {one.draft.item.id for one in weighed if one.draft.item}
    before = ladders.weighing(accounts, at=at, since=at - reach, items=items)
    stand = {row.id for row in ladders.standing([row for mine in before.values() for row in mine], now=now)}
    # One fell and is not counted again yet: only all of an account's breaches say what the others count for without it.
    fallen = {account for account, mine in before.items() if any(row.id not in stand for row in mine)}
    if fallen:
        before |= ladders.rows_of(fallen)
    known = {row.decision_id: row.id for rows in before.values() for row in rows}
    after = {
        account: [(ladders.breach_of(row), ladders.counted_of(row)) for row in mine] for account, mine in before.items()
    }
    for account in fallen:
        whole = [ladders.breach_of(row) for row in ladders.standing(before[account], now=now) if row.at <= at]
        anew = count(whole)
        after[account] = [(one, anew[one.decision]) for one in whole if anew[one.decision].kind in {"lesson", "strike"}]
    found: dict[UUID, Assessed] = {}
    breaches: dict[UUID, list[Breach]] = {}
    for one in weighed:
        account = one.draft.account.id
        mine = breaches.setdefault(account, [])
        mine.append(one.breach(at))
        counted = count(mine, after=after.get(account, ()))[one.draft.id]
        known[one.draft.id] = uuid7()
        found[one.draft.id] = Assessed(
            weighed=one,
            counted=counted,
            strike=known[one.draft.id],
            incident=known[counted.incident] if counted.incident else None,
        )
    return found


def with_ladder(draft: Draft, assessed: Assessed | None) -> Draft:
    """The draft with what its strike brings, and with what its letter says of the account."""
    if assessed is None:
        return draft
    known = {spec.kind for spec in draft.restrictions}
    steps = [specified(step, draft.market) for step in assessed.counted.steps if step.kind not in known]
    return replace(draft, restrictions=(*draft.restrictions, *steps), on_account=_words(draft, assessed))


def specified(step: Step, market: str) -> RestrictionSpec:
    return RestrictionSpec(
        kind=step.kind, markets=(market,) if step.only_here and market else (), seconds=step.seconds, by_ladder=True
    )


def _words(draft: Draft, assessed: Assessed) -> Callable[[], Sequence[str]]:
    market = markets().get(draft.market)
    return partial(
        ladder_words.to_owner,
        assessed.counted,
        assessed.weighed.terms,
        zone=market.time_zone if market else "UTC",
    )


def strike_row(assessed: Assessed) -> Strike:
    """The row to keep."""
    weighed, counted = assessed.weighed, assessed.counted
    draft = weighed.draft
    return Strike(
        id=assessed.strike,
        account_id=draft.account.id,
        decision_id=draft.id,
        ladder_id=weighed.ladder.id,
        item_id=draft.item.id if draft.item else None,
        version_no=draft.version_no,
        market=draft.market,
        feature=counted.feature,
        codes=[f"{ground.policy} {ground.clause}".strip() for ground in draft.grounds],
        gravity=weighed.gravity,
        weighs=weighed.weighs,
        zero_tolerance=weighed.zero_tolerance,
        posted_at=posted_at(draft),
        at=counted.at,
        kind=counted.kind,
        incident_id=assessed.incident,
        weight=counted.weight,
        number=counted.number,
        feature_number=counted.feature_number,
        expires_at=counted.expires_at,
    )


def counted_fact(row: Strike, draft: Draft, specs: Sequence[RestrictionSpec]) -> StrikeCounted:
    return StrikeCounted(
        account=row.account_id,
        strike=row.id,
        decision=row.decision_id,
        item=row.item_id,
        source=draft.account.source,
        account_external_id=draft.account.external_id,
        strike_kind=row.kind,
        weight=row.weight,
        number=row.number,
        feature_number=row.feature_number,
        expires_at=row.expires_at,
        counted_at=row.at,
        posted_at=row.posted_at,
        version=row.version_no,
        market=row.market,
        feature=row.feature,
        codes=tuple(row.codes),
        gravity=row.gravity,
        weighs=row.weighs,
        zero_tolerance=row.zero_tolerance,
        ladder=row.ladder_id,
        restrictions=[
            {"kind": spec.kind, "markets": list(spec.markets), "seconds": spec.seconds}
            for spec in specs
            if spec.by_ladder
        ],
    )
