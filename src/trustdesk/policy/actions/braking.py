"""The emergency brake in the transaction that stores verdicts, and its release by another person.

Exactly: whoever stores verdicts locks the probation of each rule on probation that would act, in one order for all, until
it commits. So parallel batches see each other's counts, the brake falls once, no item beyond it is acted on, and after
it none at all. Rules that are not on probation cost one look into a set: once trusted, a rule stays trusted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.cache import cache

from trustdesk.engine import Meter, Verdict
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import ApiKey
from trustdesk.policy import braking
from trustdesk.policy.actions.recording import tally
from trustdesk.policy.braking import Key, Prediction, Ruled
from trustdesk.policy.facts import RuleBraked, RuleReleased
from trustdesk.policy.identities import RuleId
from trustdesk.policy.models import Policy, Probation, RulePrediction, Ruleset
from trustdesk.policy.queries.probation import seen_since
from trustdesk.policy.refusals import AnsweredFor, NoSuchVersion, NotBraked
from trustdesk.policy.rulesets import CompiledRuleset

_TRUSTED = "policy.trusted"
_MOST_TRUSTED = 100_000


class _Trusted(set[str]):
    """Identities that are not on probation, ever again; kept as long as the cache keeps the token."""

    token = ""

    def check(self) -> None:
        if not self.token or cache.get(_TRUSTED) != self.token or len(self) > _MOST_TRUSTED:
            self.clear()
            self.token = str(uuid7())
            cache.set(_TRUSTED, self.token, None)


_trusted = _Trusted()


@dataclass(frozen=True)
class Judged:
    """A verdict on its way to be stored; not `final` while it waits for a signal: then it acts on nothing yet."""

    kind: str
    market: str
    said: Verdict
    final: bool


@dataclass
class Braking:
    """The brake over one batch of verdicts. Made and finished in the transaction that stores them.

    `ruled` are the verdicts as they are to be stored, in order. Then `finish` says which of them became final.
    """

    ruleset: CompiledRuleset
    judged: Sequence[Judged]
    ruled: list[Ruled]
    now: datetime
    imported: bool = False
    # By identity: the places a rule on probation acts on, and those of them where it may no longer.
    _acts: dict[str, list[int]] = field(default_factory=dict)
    _beyond: dict[str, set[int]] = field(default_factory=dict)
    _rows: dict[str, Probation] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)

    def finish(
        self,
        stored: Sequence[Verdict | None],
        *,
        meter: Meter | None = None,
        again: Collection[Key] | None = None,
    ) -> None:
        """Count what was acted on, brake what went too far, and add the batch to the record.

        `stored`: the verdicts as they became final, None for those that did not. `meter`: what the rules cost in judging
        them, where it was measured. `again`: the item was judged before, and hit by these rules.
        """
        final = [said is not None for said in stored]
        fallen: list[Probation] = []
        for identity, places in self._acts.items():
            row, beyond = self._rows[identity], self._beyond[identity]
            acted = sum(final[place] for place in places if place not in beyond)
            falls = any(final[place] for place in beyond)
            if acted:
                minute = str(_minute(self.now))
                row.minutes = _in_window(row, self.ruleset, self.now) | {minute: row.minutes.get(minute, 0) + acted}
                row.first_acted_at = row.first_acted_at or self.now
            if falls:
                row.braked_at = self.now
                row.braked_acted = sum(row.minutes.values()) + sum(final[place] for place in beyond)
                row.braked_seen = self._seen[identity]
                fallen.append(row)
            if acted or falls:
                row.save(update_fields=["minutes", "first_acted_at", "braked_at", "braked_acted", "braked_seen"])
        if fallen:
            _tell(actor=SYSTEM, rows=fallen, minutes=self.ruleset.pack.probation.window_minutes, now=self.now)
        told = [
            (judged.kind, judged.market, Ruled(said, ruled.would))
            for judged, ruled, said in zip(self.judged, self.ruled, stored, strict=True)
            if said is not None
        ]
        tally(
            ruleset=self.ruleset,
            stored=told,
            meter=meter,
            again=again,
            imported=self.imported,
            now=self.now,
        )


def hold_back(*, ruleset: CompiledRuleset, judged: Sequence[Judged], now: datetime, imported: bool = False) -> Braking:
    """Rule over a batch before any of it is written: what braked rules and those that go too far would do becomes reviews.

    Takes the locks, so call it first in the transaction. Verdicts that wait for signals are left alone until they are
    settled. `imported`: the past, brought over; nothing of it counts for or against a rule on probation.
    """
    ruled = [Ruled(each.said) for each in judged]
    made = Braking(ruleset=ruleset, judged=judged, ruled=ruled, now=now, imported=imported)
    rules = _doubtful(ruleset, judged)
    if not rules:
        return made
    figures = ruleset.pack.probation
    braked: set[Key] = set()
    watched: dict[Key, Probation] = {}
    rows = {row.identity: row for row in _locked([rule.identity for rule in rules])}
    for rule in rules:
        row = rows.get(rule.identity)
        if row is None or row.ended_at is not None:
            _trusted.add(rule.identity)
        elif row.braked_at is not None:
            braked.add(rule.key)
        elif row.first_acted_at is not None and now >= row.first_acted_at + timedelta(hours=figures.hours):
            Probation.objects.filter(id=row.id).update(ended_at=now, minutes={})
        elif not imported:
            watched[rule.key] = row
    places = [place for place, each in enumerate(judged) if each.final and each.said.hits]
    powerless = {place: set(braked) for place in places}
    for place in places:
        made.ruled[place] = braking.brake(judged[place].said, braked)
    for verbs in braking.LEVELS if watched else ():
        _hold_level(made, watched, verbs, powerless)
    return made


def _hold_level(
    made: Braking, watched: Mapping[Key, Probation], verbs: frozenset[str], powerless: Mapping[int, set[Key]]
) -> None:
    """Brake those rules on probation that do one of these verbs on too many items; what stands above is settled."""
    acts: dict[Key, list[int]] = {}
    for place in powerless:
        for key in braking.acting(made.ruled[place], watched, verbs):
            acts.setdefault(key, []).append(place)
    for key, places in acts.items():
        row = watched[key]
        made._rows[row.identity], made._acts[row.identity] = row, places
        made._beyond[row.identity] = surplus = set(_surplus(made, made.ruleset.content.rules[key], row, places))
        for place in surplus:
            powerless[place].add(key)
    for place in {place for key in acts for place in made._beyond[watched[key].identity]}:
        made.ruled[place] = braking.brake(made.judged[place].said, powerless[place])


def _doubtful(ruleset: CompiledRuleset, judged: Sequence[Judged]) -> list[RuleId]:
    """The rules that want to act and are not known to be trusted."""
    _trusted.check()
    rules = ruleset.content.rules
    keys = {
        (hit.policy, hit.rule)
        for each in judged
        for hit in each.said.hits
        if hit.then.verb in braking.ACTING and each.final
    }
    return [rules[key] for key in sorted(keys) if key in rules and rules[key].identity not in _trusted]


def _locked(identities: Sequence[str]) -> list[Probation]:
    """Their probations, locked, everywhere in the same order: two batches wait for each other, never in a ring."""
    return list(Probation.objects.select_for_update().filter(identity__in=identities).order_by("identity"))


def _surplus(made: Braking, rule: RuleId, row: Probation, places: Sequence[int]) -> Sequence[int]:
    """The places on which the rule may no longer act. The batch counts in full before any of it is written."""
    figures = made.ruleset.pack.probation
    before = sum(_in_window(row, made.ruleset, made.now).values())
    acted = before + len(places)
    if acted < figures.acted:
        return ()
    window = timedelta(minutes=figures.window_minutes)
    seen = seen_since(rule, ruleset=row.since, start=made.now - window)
    seen += sum(each.final and rule.concerns(each.kind, each.market) for each in made.judged)
    made._seen[row.identity] = seen
    foretold = RulePrediction.objects.filter(identity=row.identity).values_list("seen", "acted").first()
    prediction = Prediction(*foretold) if foretold else None
    most = braking.allowed(figures, seen=seen, acted=acted, prediction=prediction)
    return braking.beyond(places, before=before, most=most)


def _in_window(row: Probation, ruleset: CompiledRuleset, now: datetime) -> dict[str, int]:
    window = ruleset.pack.probation.window_minutes
    return braking.buckets_since(row.minutes, now_minute=_minute(now), window=window)


def _minute(at: datetime) -> int:
    return int(at.timestamp() // 60)


@action(right="-")
def _tell(*, actor: Actor, rows: Sequence[Probation], minutes: float, now: datetime) -> None:
    ids = dict(Policy.objects.filter(code__in=[row.policy for row in rows]).values_list("code", "id"))
    record_many(
        [
            RuleBraked(
                policy=ids[row.policy],
                code=row.policy,
                rule=row.rule,
                number=row.version,
                acted=row.braked_acted,
                seen=row.braked_seen,
                minutes=minutes,
                owner=row.owner,
            )
            for row in rows
        ],
        actor=actor,
        at=now,
    )


def predict_rate(*, rates: Mapping[str, tuple[int, int]], now: datetime) -> None:
    """Keep what a backtest foretold: (items in its scope, items it would have acted on) by the identity of the rule
    (`content.rules[policy, rule].identity`). The newest stands.

    Not an @action: who ran the backtest records its own fact. A rate counts when it comes of 1,000 items or more.
    """
    RulePrediction.objects.bulk_create(
        [
            RulePrediction(identity=identity, seen=seen, acted=acted, made_at=now)
            for identity, (seen, acted) in sorted(rates.items())
        ],
        update_conflicts=True,
        unique_fields=["identity"],
        update_fields=["seen", "acted", "made_at"],
    )


@action(right="policy.approve")
def release(*, actor: Actor, code: str, rule: str, reason: str, now: datetime) -> None:
    """Give a braked rule its power back, for good. Nobody who wrote it may, nor the person whose key did.

    What it would have done meanwhile stays with the people who review it. Raises Invalid (reason), NotBraked,
    AnsweredFor, NoSuchVersion.
    """
    said = reason.strip()
    if not 3 <= len(said) <= 300:
        raise Invalid("A release needs a reason.", fields={"reason": "Say why, in 3 to 300 characters."})
    row = (
        Probation.objects.select_for_update()
        .filter(policy=code, rule=rule, braked_at__isnull=False, ended_at=None)
        .order_by("-began_at")
        .first()
    )
    if row is None:
        raise NotBraked
    refuse_the_answerable(actor, row.authors)
    policy = Policy.objects.filter(code=code).values_list("id", flat=True).first()
    ruleset = Ruleset.objects.order_by("-number").values_list("hash", flat=True).first()
    if policy is None or ruleset is None:
        raise NoSuchVersion
    moved = Probation.objects.filter(id=row.id, ended_at=None).update(
        released_at=now, released_by=actor.label, reason=said, ended_at=now, minutes={}
    )
    if not moved:
        raise NotBraked
    record(
        RuleReleased(policy=policy, code=code, rule=rule, number=row.version, reason=said, ruleset_hash=ruleset),
        actor=actor,
        at=now,
    )


def refuse_the_answerable(actor: Actor, authors: Sequence[str]) -> None:
    """Raises AnsweredFor."""
    people = set(authors)
    keys = [author.partition(":")[2] for author in authors if author.startswith("key:")]
    if keys:
        people |= set(ApiKey.objects.filter(id__in=keys).values_list("made_by", flat=True))
    if actor.label in people or actor.kind == "key":
        raise AnsweredFor
