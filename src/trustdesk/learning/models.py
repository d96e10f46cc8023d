"""Labelled texts, what was measured on them, and the versions of the desk's own models."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class LabelFile(Row):
    """Labelled texts as they were brought. `dropped`: lines left out, by reason."""

    PLAIN = ("label", "name", "sha256", "brought_by", "dropped")

    label = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    positives = models.PositiveIntegerField()
    dropped = models.JSONField(default=dict)
    brought_by = models.CharField(max_length=120)
    at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)  # its texts are gone, what was measured on them stays

    class Meta:
        constraints = [CheckConstraint(condition=Q(positives__lte=F("rows")), name="label_file_positives")]
        indexes = [Index(fields=["label", "-id"], name="label_file_of_label")]


class LabelledText(models.Model):
    """One text somebody labelled; each text once in a file."""

    PERSONAL = ("text",)
    PLAIN = ("market", "language", "group")

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(LabelFile, on_delete=models.CASCADE, related_name="texts")
    text = models.TextField()
    truth = models.BooleanField()
    market = models.CharField(max_length=8, blank=True)
    language = models.CharField(max_length=12, blank=True)
    weight = models.FloatField(default=1.0)
    group = models.CharField(max_length=200, blank=True)  # an account or the like, as the file names it


class Study(Row):
    """A measurement of one version of a label's score on labelled texts, or an attempt to learn a better one.

    `data`: scores, truths, weights and places as arrays, without any text; `report`: what came of it.
    """

    class Kind(models.TextChoices):
        MEASURE = "measure"
        LEARN = "learn"

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        REFUSED = "refused"  # the data do not carry it

    PLAIN = ("label", "version", "counts", "asked_by", "error", "sha256", "report", "targets", "used_by")

    kind = models.CharField(max_length=7, choices=Kind.choices)
    label = models.CharField(max_length=80)
    counts = ArrayField(models.CharField(max_length=80), default=list)  # taxonomy labels that mean the label
    version = models.CharField(max_length=40, blank=True)  # of the score that was measured, or compared with
    file = models.ForeignKey(LabelFile, on_delete=models.PROTECT, related_name="+", null=True)  # null: the desk's own
    since = models.DateTimeField(null=True)
    state = models.CharField(max_length=7, choices=State.choices)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    targets = models.JSONField(default=dict)  # {"precision": [0.95], "recall": [0.8], "confidence": 0.95}
    asked_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=1000, blank=True)
    report = models.JSONField(default=dict)
    data = models.BinaryField(default=b"")
    sha256 = models.CharField(max_length=64, blank=True)
    used_at = models.DateTimeField(null=True)  # when its thresholds were put in force
    used_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state__in=["waiting", "running"]) | Q(ended_at__isnull=False), name="study_end_has_time"
            )
        ]
        indexes = [Index(fields=["label", "-id"], name="study_of_label")]


_RELEASED = Q(state__in=["live", "superseded", "rolled_back"])


class ModelVersion(Row):
    """One model the desk learnt for a label. `proposer` and `releaser` are labels of actors, never the same."""

    class State(models.TextChoices):
        CANDIDATE = "candidate"
        SHADOW = "shadow"
        LIVE = "live"
        SUPERSEDED = "superseded"
        ROLLED_BACK = "rolled_back"
        WITHDRAWN = "withdrawn"

    PLAIN = ("label", "against", "proposer", "releaser", "why", "shadow")

    label = models.CharField(max_length=80)
    number = models.PositiveIntegerField()
    head = models.OneToOneField("signals.OwnHead", on_delete=models.PROTECT, related_name="+")
    study = models.OneToOneField(Study, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=11, choices=State.choices, default=State.CANDIDATE)
    against = models.CharField(max_length=40, blank=True)  # the version that answered when it was compared
    proposer = models.CharField(max_length=120)
    releaser = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=300, blank=True)  # it was withdrawn or rolled back
    made_at = models.DateTimeField()
    shadowed_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    position = models.BigIntegerField(default=0)  # in shadow: the last fact it has seen
    shadow = models.JSONField(default=dict)  # the tally of its shadow run: ids and scores, no words

    class Meta:
        constraints = [
            UniqueConstraint(fields=["label", "number"], name="model_version_number_once"),
            UniqueConstraint(fields=["label"], condition=Q(state="live"), name="model_version_one_live"),
            UniqueConstraint(fields=["label"], condition=Q(state="shadow"), name="model_version_one_shadow"),
            CheckConstraint(
                condition=~_RELEASED & Q(releaser="") | _RELEASED & ~Q(releaser="") & ~Q(releaser=F("proposer")),
                name="model_version_two_people",
            ),
        ]
