"""What the emergency brake is: which verbs act, when a rule acts too often, and a verdict as it stands without a rule's
power. Pure: the desk applies it when it stores a verdict, a replay applies it again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from trustdesk.engine import SIDE_EFFECTS, Hit, Then, Verdict
from trustdesk.policy.packs import Probation as Figures

Key = tuple[str, str]  # (policy, rule)

# What a rule does without a person. `review` asks one and `approve` changes nothing: neither can be braked.
OUTCOMES = frozenset({"reject", "hold", "limit"})
ACTING = OUTCOMES | frozenset(SIDE_EFFECTS)
REVIEW, NOTHING = Then("review"), Then("approve")

PREDICTED_ON = 1_000  # items in a rule's scope that a backtest must have seen
PREDICTED_WITHIN = 2.0  # … and the factor within which it must have foretold the share


@dataclass(frozen=True)
class Ruled:
    """A verdict after the brake. `verdict` is what counts; `would` tells what each braked rule that hit asked for."""

    verdict: Verdict
    would: Mapping[Key, Then] = field(default_factory=dict)

    def to_json(self, hit: Hit) -> dict[str, Any]:
        """A hit of `verdict` as it is stored: a braked one says so, and what it would have done."""
        told = hit.to_json()
        would = self.would.get((hit.policy, hit.rule))
        return told if would is None else told | {"braked": True, "would": would.to_json()}


@dataclass(frozen=True)
class Prediction:
    """What a backtest foretold of a rule: it would act on `acted` of `seen` items in its scope."""

    seen: int
    acted: int

    def holds(self, *, seen: int, acted: int) -> bool:
        """Was the share foretold within a factor of two, by enough items?"""
        if self.seen < PREDICTED_ON or not (self.acted and seen):
            return False
        factor = (acted / seen) / (self.acted / self.seen)
        return 1 / PREDICTED_WITHIN <= factor <= PREDICTED_WITHIN

    def most(self, seen: int) -> int:
        """How often the rule may act on `seen` items before it acts more than was foretold."""
        return int(self.acted / self.seen * PREDICTED_WITHIN * seen + 1e-9) if self.seen >= PREDICTED_ON else 0


def brake(said: Verdict, rules: Collection[Key]) -> Ruled:
    """The verdict when these rules have no power to act: their hits stay, and ask for a review instead.

    A side effect of theirs (warn, educate, flag) is not carried out and asks for nothing. Other rules count as before,
    what is undecided stays so. A verdict that none of them touches is returned as it is.
    """
    would = {
        (hit.policy, hit.rule): hit.then
        for hit in said.hits
        if (hit.policy, hit.rule) in rules and hit.then.verb in ACTING
    }
    if not would:
        return Ruled(said)
    hits = [
        replace(hit, then=REVIEW if hit.then.verb in OUTCOMES else NOTHING) if (hit.policy, hit.rule) in would else hit
        for hit in said.hits
    ]
    hits.sort(key=lambda hit: (-hit.then.rank, -hit.gravity))  # the order in which a plan tells them
    outcome = hits[0].then.verb if hits[0].then.rank else "approve"
    return Ruled(replace(said, outcome=outcome, hits=tuple(hits)), would)


def braked_of(hits: Iterable[Mapping[str, Any]]) -> frozenset[Key]:
    """The rules that had no power, by the hits of a stored verdict: `brake(plan.replay(inputs), braked_of(hits))` is the
    verdict that was stored."""
    return frozenset((str(hit["policy"]), str(hit["rule"])) for hit in hits if hit.get("braked"))


# What outranks what: a rule acts only where nothing above it has power, so the brake is held from above.
LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"reject"}),
    frozenset({"hold"}),
    frozenset({"limit"}),
    frozenset(SIDE_EFFECTS),
)


def acting(ruled: Ruled, rules: Collection[Key], verbs: Collection[str]) -> list[Key]:
    """Which of these rules, of those that do one of `verbs`, act on the item as it is ruled."""
    wanted = {(hit.policy, hit.rule) for hit in ruled.verdict.hits if hit.then.verb in verbs}
    return [key for key in made(ruled.verdict, ruled.would)[0] if key in wanted and key in rules]


def allowed(figures: Figures, *, seen: int, acted: int, prediction: Prediction | None = None) -> int | None:
    """How many of `acted` items a rule on probation may act on when it saw `seen`; None: on all of them.

    The brake holds where it acts on at least `figures.acted` items and on more than `figures.share` of at least
    `figures.seen`, unless a backtest foretold that.
    """
    most = max(figures.acted - 1, int(figures.share * seen + 1e-9))
    if seen < figures.seen or acted <= most:
        return None
    if prediction is not None and prediction.holds(seen=seen, acted=acted):
        return None
    if prediction is not None and acted > prediction.most(seen):
        return max(most, prediction.most(seen))
    return most


def made(said: Verdict, would: Mapping[Key, Then]) -> tuple[list[Key], Key | None]:
    """Which rules' word was done (an outcome they made or share, a side effect carried out), and the one that made the
    outcome alone, if one did."""
    powerful = [hit for hit in said.hits if (hit.policy, hit.rule) not in would]
    deciding = [hit for hit in powerful if hit.then.verb == said.outcome and said.outcome != "approve"]
    told = [hit for hit in powerful if hit.then.verb in SIDE_EFFECTS and said.outcome != "reject"]
    done = [(hit.policy, hit.rule) for hit in (*deciding, *told)]
    makers = [hit for hit in said.hits if hit.then.verb == said.outcome and said.outcome != "approve"]
    return done, (makers[0].policy, makers[0].rule) if len(makers) == 1 and deciding else None


def buckets_since(minutes: Mapping[str, int], *, now_minute: int, window: float) -> dict[str, int]:
    """Counts by minute that lie in the window; its far edge is off by at most one minute."""
    return {minute: count for minute, count in minutes.items() if now_minute - int(minute) < window}


def beyond(places: Sequence[int], *, before: int, most: int | None) -> Sequence[int]:
    """The places, in order, on which the rule may no longer act, having acted on `before` items already."""
    return () if most is None else places[max(0, most - before) :]
