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
