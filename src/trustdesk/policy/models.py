"""Policies and word lists with their versions, labels, settings, and rulesets: which versions hold together."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class State(models.TextChoices):
    """Where a version stands in its life. Only a draft can still be changed."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    LIVE = "live"
    SUPERSEDED = "superseded"
    ROLLED_BACK = "rolled_back"


# A pack's first publication is the operator's own act; everything after it needs two people.
FIRST_AUTHOR = "system:desk"

_STATES = Q(state__in=State.values)
_TWO_PEOPLE = (
    Q(state__in=[State.DRAFT, State.CHECKED], approver="")
    | Q(state__in=[State.APPROVED, State.LIVE, State.SUPERSEDED, State.ROLLED_BACK])
    & ~Q(approver="")
    & ~Q(approver=F("author"))
    | Q(author=FIRST_AUTHOR, approver="")
)


class Version(Row):
    """One numbered text. Once checked it never changes: triggers of migration 0001 hold that.

    `author` and `approver` are actor labels; `base` is the number that was live when the draft was begun, 0 for none.
    """

    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State.choices)
    base = models.PositiveIntegerField(default=0)
    author = models.CharField(max_length=120)
    approver = models.CharField(max_length=120, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)  # when it went live last
    ended_at = models.DateTimeField(null=True)  # when it stopped being live

    class Meta:
        abstract = True


class Policy(Row):
    """What the versions of one document have in common: its code."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code",)

    code = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()


class PolicyVersion(Version):
    """A policy document with its translations ({"id": text of the file})."""

    PLAIN: ClassVar[tuple[str, ...]] = ("text", "sha256", "author", "approver", "translations")

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    translations = models.JSONField(default=dict)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["policy", "number"], name="policy_version_number_once"),
            UniqueConstraint(fields=["policy"], condition=Q(state="live"), name="policy_version_one_live"),
            CheckConstraint(condition=_STATES, name="policy_version_state"),
            CheckConstraint(condition=_TWO_PEOPLE, name="policy_version_two_people"),
            CheckConstraint(condition=Q(number__gt=F("base")), name="policy_version_after_its_base"),
        ]
        indexes = [Index(fields=["state", "changed_at"], name="policy_version_waiting")]  # what waits for a person


class WordList(Row):
    """What the versions of one list have in common: its name."""

    PLAIN: ClassVar[tuple[str, ...]] = ("name",)

    name = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()


class WordListVersion(Version):
    """The words of a list. `source` and `why` are its author's; `report` counts what an import made of every line."""

    PLAIN: ClassVar[tuple[str, ...]] = ("text", "sha256", "author", "approver", "source", "why", "report")

    word_list = models.ForeignKey(WordList, on_delete=models.PROTECT, related_name="versions")
    source = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=300, blank=True)
    report = models.JSONField(default=dict)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["word_list", "number"], name="list_version_number_once"),
            UniqueConstraint(fields=["word_list"], condition=Q(state="live"), name="list_version_one_live"),
            CheckConstraint(condition=_STATES, name="list_version_state"),
            CheckConstraint(condition=_TWO_PEOPLE, name="list_version_two_people"),
            CheckConstraint(condition=Q(number__gt=F("base")), name="list_version_after_its_base"),
        ]
        indexes = [Index(fields=["state", "changed_at"], name="list_version_waiting")]  # what waits for a person


class ListAddition(Row):
    """An entry that a version of a list added to what it was begun from: where each word comes from.

    `key` is the hash of the folded entry; `source` and `why` are those of the line that brought it, where it said.
    """

    PLAIN: ClassVar[tuple[str, ...]] = ("key", "source", "why")

    version = models.ForeignKey(WordListVersion, on_delete=models.PROTECT, related_name="additions")
    key = models.CharField(max_length=32)
    source = models.CharField(max_length=200, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["version", "key"], name="list_addition_once")]
        indexes = [Index(fields=["key"], name="list_addition_by_key")]  # where the words of one page come from


class SettingsVersion(Row):
    """`pack.yaml` as it was taken over. Never changed."""

    PLAIN: ClassVar[tuple[str, ...]] = ("pack", "text", "sha256", "made_by")

    number = models.PositiveIntegerField(unique=True)
    pack = models.CharField(max_length=60)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)


class TaxonomyVersion(Row):
    """`labels.json` as it was taken over. Never changed: history keeps the labels it was given."""

    PLAIN: ClassVar[tuple[str, ...]] = ("text", "sha256", "made_by")

    number = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)


class Label(Row):
    """One label of one taxonomy version."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "family", "name", "dsa_category")

    taxonomy = models.ForeignKey(TaxonomyVersion, on_delete=models.PROTECT, related_name="labels")
    code = models.CharField(max_length=80)
    family = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    severity = models.PositiveSmallIntegerField()
    dsa_category = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["taxonomy", "code"], name="label_once"),
            CheckConstraint(condition=Q(severity__gte=1, severity__lte=5), name="label_severity"),
        ]


class Ruleset(Row):
    """A numbered snapshot of the versions that hold together from `made_at` on. Never changed.

    `number` is unique, so of two people who publish on the same ground one loses. Arrays rather than join tables: the
    snapshot is one row that one trigger keeps, and a version past its draft cannot be deleted.
    """

    PLAIN: ClassVar[tuple[str, ...]] = ("hash", "made_by")

    number = models.PositiveIntegerField(unique=True)
    hash = models.CharField(max_length=64)
    policies = ArrayField(models.UUIDField())
    lists = ArrayField(models.UUIDField())
    settings = models.ForeignKey(SettingsVersion, on_delete=models.PROTECT, related_name="+")
    taxonomy = models.ForeignKey(TaxonomyVersion, on_delete=models.PROTECT, related_name="+")
    urgent = models.BooleanField(default=False)  # made by a roll-back: no process goes on with the old one for long
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)

    class Meta:
        indexes = [Index(fields=["hash"], name="ruleset_by_hash")]  # policy.ruleset(hash), for replaying a verdict


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
    both hit}, `cost` {identity: [times measured, microseconds]}.
    """

    PLAIN: ClassVar[tuple[str, ...]] = ("seen", "rules", "pairs", "cost")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    ruleset = models.PositiveIntegerField()
    imported = models.BooleanField(default=False)
    seen = models.JSONField(default=dict)
    rules = models.JSONField(default=dict)
    pairs = models.JSONField(default=dict)
    cost = models.JSONField(default=dict)


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
