"""Terms and probation of rules, and what they did: counts beside verdicts, folded into days."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class RuleTerm(Row):
    """From the ruleset `since` up to, not including, `until` a rule was this to the machine (policy/identities.py).

    `until` is empty while it is. A rule that comes back by a roll-back begins another term of the same identity.
    """

    PLAIN: ClassVar[tuple[str, ...]] = ("policy", "rule", "identity")

    policy = models.CharField(max_length=60)
    rule = models.CharField(max_length=120)
    identity = models.CharField(max_length=64)
    version = models.PositiveIntegerField()  # of the policy, when the term began
    since = models.PositiveIntegerField()
    until = models.PositiveIntegerField(null=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["policy", "rule"], condition=Q(until=None), name="rule_term_one_open"),
            CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="rule_term_ends_later"),
        ]
        indexes = [
            Index(fields=["policy", "rule", "since"], name="rule_term_of_rule"),  # whose decision was it then?
            Index(fields=["identity"], name="rule_term_of_identity"),
        ]


class Probation(Row):
    """The first day in which a rule acts, and what came of it. One row an identity; rules without a row are trusted.

    It starts with the first item the rule acts on. `minutes` counts items it acted on by minute (of Unix time) within the
    window. Braked, it has no power to act until somebody other than the people answerable for it releases it.
    """

    PLAIN: ClassVar[tuple[str, ...]] = (
        "policy",
        "rule",
        "identity",
        "owner",
        "authors",
        "released_by",
        "reason",
        "minutes",
    )

    identity = models.CharField(max_length=64, unique=True)
    policy = models.CharField(max_length=60)
    rule = models.CharField(max_length=120)
    version = models.PositiveIntegerField()
    since = models.PositiveIntegerField()  # the ruleset that brought it
    owner = models.CharField(max_length=120)  # actor label: who is told
    authors = ArrayField(models.CharField(max_length=120), default=list)  # all who wrote what made it this rule
    began_at = models.DateTimeField()
    first_acted_at = models.DateTimeField(null=True)
    minutes = models.JSONField(default=dict)
    braked_at = models.DateTimeField(null=True)
    braked_acted = models.PositiveIntegerField(default=0)
    braked_seen = models.PositiveIntegerField(default=0)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)  # its day went by without the brake, or it was released

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(released_at=None, released_by="")
                | Q(released_at__isnull=False, braked_at__isnull=False)
                & ~Q(released_by="")
                & ~Q(released_by=F("owner")),
                name="probation_released_by_another",
            ),
            CheckConstraint(
                condition=Q(ended_at=None) | Q(braked_at=None) | Q(released_at__isnull=False),
                name="probation_braked_until_released",
            ),
        ]
        indexes = [
            Index(fields=["braked_at"], condition=Q(braked_at__isnull=False, ended_at=None), name="probation_braked"),
        ]


class RulePrediction(Row):
    """What the newest backtest foretold of a rule: it would act on `acted` of `seen` items in its scope."""

    PLAIN: ClassVar[tuple[str, ...]] = ("identity",)

    identity = models.CharField(max_length=64, unique=True)
    seen = models.PositiveIntegerField()
    acted = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(condition=Q(acted__lte=F("seen")), name="rule_prediction_acted_of_seen")]


class Tally(models.Model):
    """What one transaction of verdicts adds to the record. Inserted, never changed; the worker folds it in and deletes it.

    `seen` is {kind|market: items}, `rules` {identity: [hits, acted, alone, braked]}, `pairs` {identity|identity: items
    both hit}, `cost` {identity: [times measured, microseconds]}, `parts` {part of a condition: [events, true, seconds]}.
    """

    PLAIN: ClassVar[tuple[str, ...]] = ("seen", "rules", "pairs", "cost", "parts")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    ruleset = models.PositiveIntegerField()
    imported = models.BooleanField(default=False)
    seen = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    pairs = models.JSONField(default=dict)
    cost = models.JSONField(default=dict)
    parts = models.JSONField(default=dict)


class Traffic(models.Model):
    """Items judged by a ruleset in a stretch of time: minutes (for the brake, kept two days) and days (for the record)."""

    PLAIN: ClassVar[tuple[str, ...]] = ("span", "kind", "market")

    id = models.BigAutoField(primary_key=True)
    span = models.CharField(max_length=6)  # minute | day
    start = models.DateTimeField()
    ruleset = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    market = models.CharField(max_length=12)
    seen = models.PositiveIntegerField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["span", "start", "ruleset", "kind", "market"], name="traffic_once"),
        ]


class RuleDay(models.Model):
    """What a rule did on one day (UTC). `measured` of its runs took `microseconds` together."""

    PLAIN: ClassVar[tuple[str, ...]] = ("identity",)

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    identity = models.CharField(max_length=64)
    hits = models.PositiveIntegerField(default=0)
    acted = models.PositiveIntegerField(default=0)
    alone = models.PositiveIntegerField(default=0)
    braked = models.PositiveIntegerField(default=0)
    measured = models.PositiveIntegerField(default=0)
    microseconds = models.FloatField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["identity", "day"], name="rule_day_once")]
        indexes = [Index(fields=["day"], name="rule_day_by_day")]


class RulePair(models.Model):
    """On how many items two rules hit together on one day; `first` < `second`."""

    PLAIN: ClassVar[tuple[str, ...]] = ("first", "second")

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    first = models.CharField(max_length=64)
    second = models.CharField(max_length=64)
    hits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["day", "first", "second"], name="rule_pair_once"),
            CheckConstraint(condition=Q(first__lt=F("second")), name="rule_pair_ordered"),
        ]


class Reversal(models.Model):
    """A decision of a rule that a person turned round; each rule it stood on once a decision."""

    PLAIN: ClassVar[tuple[str, ...]] = ("identity",)

    id = models.BigAutoField(primary_key=True)
    decision = models.UUIDField()
    identity = models.CharField(max_length=64)
    decided_at = models.DateTimeField()
    reversed_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["decision", "identity"], name="reversal_once")]
        indexes = [Index(fields=["identity", "decided_at"], name="reversal_of_rule")]


class PartMeasure(models.Model):
    """What a part of a condition cost and how often it held, by its canonical text: the planner orders conjunctions by it.

    Running sums, halved when they grow large, so that what was long ago fades.
    """

    PLAIN: ClassVar[tuple[str, ...]] = ("digest", "part")

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256 of the text
    part = models.TextField()
    seen = models.BigIntegerField(default=0)
    true = models.BigIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        constraints = [CheckConstraint(condition=Q(true__lte=F("seen")), name="part_measure_true_of_seen")]
