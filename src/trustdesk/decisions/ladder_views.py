"""Where an account stands on its ladder, what comes next, and what a decision would bring."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from trustdesk.decisions import ladder_words, ladders
from trustdesk.decisions.drafts import Ground
from trustdesk.decisions.folding import Breach, Counted, count
from trustdesk.decisions.holding import AccountRestriction, account_restrictions
from trustdesk.decisions.models import LadderVersion, Strike
from trustdesk.decisions.prevailing import standing_of
from trustdesk.decisions.terms import FEATURE_OF, FEATURES, Step, Terms
from trustdesk.kernel.base.ids import uuid7
from trustdesk.policy import queries as policy


@dataclass(frozen=True)
class StrikeView:
    """What one decision counts for. `state`: in_force, expired or reversed; a lesson is in force while it keeps a second one
    from being given."""

    id: UUID
    decision: UUID
    item: UUID | None
    kind: str  # strike | lesson | joined | old
    state: str
    weight: int
    number: int
    at: datetime
    expires_at: datetime | None
    reversed_at: datetime | None
    reversed_why: str
    codes: tuple[str, ...]
    feature: str
    ladder: int  # version number
    next_items: int | None
    next_broken: int | None


@dataclass(frozen=True)
class StepView:
    """A step as it is drawn. `state`: been, here, next or ahead; `until`: when the strike that brought it goes away."""

    at: int
    state: str
    what: str
    until: datetime | None


@dataclass(frozen=True)
class FeatureCount:
    feature: str
    words: str
    number: int
    next_step: Step | None
    next_words: str


@dataclass(frozen=True)
class Ladder:
    """An account's ladder at a moment. `strikes`: those in force; `past`: everything that was counted, newest first."""

    account: UUID
    market: str
    version: int
    number: int
    standing: str  # good | limited | suspended | ended
    lesson: StrikeView | None
    strikes: tuple[StrikeView, ...]
    step: Step | None
    next_step: Step | None
    next_words: str
    steps: tuple[StepView, ...]
    features: tuple[FeatureCount, ...]
    past: tuple[StrikeView, ...]
    reversals: tuple[StrikeView, ...]
    restrictions: tuple[AccountRestriction, ...]

    @property
    def clean(self) -> bool:
        return not self.past and not self.restrictions


@dataclass(frozen=True)
class StrikePreview:
    """What a removal under these clauses would count for. `kind`: lesson, strike, joined, old or none; `ends`: the end of
    the account would be proposed. `title` and `why` are words for the one who decides."""

    kind: str
    number: int
    weight: int
    expires_at: datetime | None
    steps: tuple[Step, ...]
    ends: bool
    zero_tolerance: bool
    title: str
    why: tuple[str, ...]
    version: int


def ladder_of(account_id: UUID, *, now: datetime, market: str = "") -> Ladder:
    """The ladder of one account; at most four queries. Without `market` it is that of the account's newest strike."""
    return ladders_of([account_id], now=now, market=market)[account_id]


def ladders_of(account_ids: Iterable[UUID], *, now: datetime, market: str = "") -> dict[UUID, Ladder]:
    """The ladders of accounts; at most four queries for any number."""
    asked = list(account_ids)
    live = ladders.kept_ladders()
    rows = ladders.rows_of(asked)
    stand = {row.id for row in ladders.standing([row for mine in rows.values() for row in mine], now=now)}
    held = account_restrictions(asked, now=now)
    return {
        account: _ladder(
            account, live, rows.get(account, []), stand, tuple(held.get(account, ())), market=market, now=now
        )
        for account in asked
    }


def _ladder(
    account: UUID,
    live: dict[str, LadderVersion],
    rows: Sequence[Strike],
    stand: set[UUID],
    held: tuple[AccountRestriction, ...],
    *,
    market: str,
    now: datetime,
) -> Ladder:
    here = market or (rows[-1].market if rows else "")
    version = ladders.ladder_for(live, here)
    terms = ladders.terms_of(version)
    effective = [row for row in rows if row.at <= now]
    views = [_view(row, row.id in stand, now) for row in effective]
    strikes = tuple(view for view in views if view.kind == "strike" and view.state == "in_force")
    lesson = next((view for view in reversed(views) if view.kind == "lesson" and view.state == "in_force"), None)
    number = sum(view.weight for view in strikes)
    upcoming = next((step for step in terms.steps if step.at > number), None)
    return Ladder(
        account=account,
        market=here,
        version=version.number,
        number=number,
        standing=standing_of([one.kind for one in held]),
        lesson=lesson,
        strikes=strikes,
        step=terms.step(number),
        next_step=upcoming,
        next_words=ladder_words.step_words(upcoming) if upcoming else "",
        steps=_steps(terms, strikes, number),
        features=_features(terms, strikes),
        past=tuple(reversed(views)),
        reversals=tuple(view for view in reversed(views) if view.state == "reversed"),
        restrictions=held,
    )


def _view(row: Strike, stands: bool, now: datetime) -> StrikeView:
    state = "in_force"
    if not stands:
        state = "reversed"
    elif row.expires_at is not None and row.expires_at <= now:
        state = "expired"
    return StrikeView(
        id=row.id,
        decision=row.decision_id,
        item=row.item_id,
        kind=row.kind,
        state=state,
        weight=row.weight,
        number=row.number,
        at=row.at,
        expires_at=row.expires_at,
        reversed_at=row.reversed_at,
        reversed_why=row.reversed_why,
        codes=tuple(row.codes),
        feature=row.feature,
        ladder=row.ladder.number,
        next_items=row.next_items,
        next_broken=row.next_broken,
    )


def _steps(terms: Terms, strikes: Sequence[StrikeView], number: int) -> tuple[StepView, ...]:
    """Every count from one to the last step, with what it brings."""
    last = max(step.at for step in terms.steps)
    reached_by: dict[int, datetime | None] = {}
    done = 0
    for strike in strikes:  # oldest first
        for each in range(done + 1, done + strike.weight + 1):
            reached_by[each] = strike.expires_at
        done += strike.weight
    views = []
    for at in range(1, last + 1):
        step = next((one for one in terms.steps if one.at == at), None)
        state = "been" if at < number else "here" if at == number else "next" if at == number + 1 else "ahead"
        views.append(
            StepView(at=at, state=state, what=ladder_words.step_words(step) if step else "", until=reached_by.get(at))
        )
    return tuple(views)


def _features(terms: Terms, strikes: Sequence[StrikeView]) -> tuple[FeatureCount, ...]:
    found = []
    for feature in FEATURES:
        number = sum(strike.weight for strike in strikes if strike.feature == feature)
        upcoming = next((step for step in terms.features.get(feature, ()) if step.at > number), None)
        if number:
            found.append(
                FeatureCount(
                    feature=feature,
                    words=ladder_words.FEATURE_WORDS[feature](),
                    number=number,
                    next_step=upcoming,
                    next_words=ladder_words.step_words(upcoming) if upcoming else "",
                )
            )
    return tuple(found)


def strike_preview(
    account_id: UUID,
    *,
    grounds: Sequence[Ground],
    market: str,
    now: datetime,
    labels: Sequence[str] = (),
    item_kind: str = "",
    item: UUID | None = None,
    version: int = 0,
    posted_at: datetime | None = None,
    terms: Terms | None = None,
) -> StrikePreview:
    """What a removal would count for, nothing written; at most five queries. `item_kind`, `item`, `version` and `posted_at`
    say what is judged; without them it is new, and of no feature. `terms`: of a ladder that is not in force yet."""
    ladder = ladders.ladder_for(ladders.live_ladders(), market)
    under = terms or ladders.terms_of(ladder)
    texts = policy.grounds([(ground.policy, ground.version) for ground in grounds])
    weighs, gravity, zero = ladders.worth(under, grounds, texts, labels)
    if not weighs and not zero:
        return nothing(len(grounds), version=ladder.number)
    breach = Breach(
        decision=uuid7(),
        at=now,
        posted_at=posted_at,
        item=item,
        version=version,
        weighs=weighs,
        gravity=gravity,
        feature=FEATURE_OF.get(item_kind, ""),
        zero_tolerance=zero,
        terms=under,
    )
    rows = ladders.rows_of([account_id]).get(account_id, [])
    before = [ladders.breach_of(row) for row in ladders.standing(rows, now=now)]
    counted = count([*before, breach])[breach.decision]
    return preview_of(counted, clauses=len(grounds), zero_tolerance=zero, version=ladder.number)


def preview_of(counted: Counted, *, clauses: int, zero_tolerance: bool, version: int) -> StrikePreview:
    """A count in words for the one who decides."""
    return StrikePreview(
        kind=counted.kind,
        number=counted.number,
        weight=counted.weight,
        expires_at=counted.expires_at if counted.kind == "strike" else None,
        steps=counted.steps,
        ends=counted.ends,
        zero_tolerance=zero_tolerance,
        title=ladder_words.named(counted),
        why=tuple(ladder_words.because(counted, clauses=clauses, zero_tolerance=zero_tolerance)),
        version=version,
    )


def nothing(clauses: int, *, version: int = 0) -> StrikePreview:
    """Clauses that count for nothing."""
    return StrikePreview(
        kind="none",
        number=0,
        weight=0,
        expires_at=None,
        steps=(),
        ends=False,
        zero_tolerance=False,
        title=_("No strike"),
        why=(_("This clause counts for none."),) if clauses else (),
        version=version,
    )


def strikes_of(account_ids: Iterable[UUID], *, now: datetime) -> dict[UUID, int]:
    """Strikes in force, for accounts that have any; one query for any number, two more where a decision was superseded."""
    rows = Strike.objects.filter(
        account_id__in=list(account_ids), kind="strike", reversed_at=None, at__lte=now, expires_at__gt=now
    )
    found: dict[UUID, int] = {}
    for row in ladders.standing(rows.select_related("decision"), now=now):
        found[row.account_id] = found.get(row.account_id, 0) + row.weight
    return found
