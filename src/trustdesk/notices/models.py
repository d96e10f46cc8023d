"""Notices, reporters, trusted flaggers, alerts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.notices.rules import CATEGORIES, CHANNELS, OUTCOMES, SUBJECTS


class Reporter(Row):
    """Somebody who sends notices: an address of a person, or a user of a platform."""

    PERSONAL = ("name", "email", "external_id", "muted_why")
    PLAIN = ("key", "language")

    key = models.CharField(max_length=64, unique=True)  # SHA-256, hex, of what makes them the same (`receiving.key_of`)
    source = models.ForeignKey("people.Source", on_delete=models.PROTECT, related_name="+", null=True)
    external_id = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)
    first_at = models.DateTimeField()
    warned_at = models.DateTimeField(null=True)
    muted_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)
    muted_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(muted_at=None) | ~Q(muted_why=""), name="reporter_muted_says_why"),
            # Nobody is muted unheard (DSA Art. 23(2): after a prior warning).
            CheckConstraint(condition=Q(muted_at=None) | Q(warned_at__isnull=False), name="reporter_warned_first"),
        ]


class Flagger(Row):
    """A trusted flagger: an entity that is heard first, inside its area and while it is not suspended."""

    class State(models.TextChoices):
        ACTIVE = "active"
        SUSPENDED = "suspended"
        ENDED = "ended"

    PERSONAL = ("email",)
    PLAIN = ("code", "name", "categories", "markets", "awarded_by", "why")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    categories = ArrayField(models.CharField(max_length=20))
    markets = ArrayField(models.CharField(max_length=12), default=list, blank=True)  # empty: all
    email = models.CharField(max_length=320, blank=True)
    awarded_by = models.CharField(max_length=200, blank=True)  # the coordinator that gave it its status
    key = models.ForeignKey("people.ApiKey", on_delete=models.PROTECT, related_name="+", null=True)
    link = models.PositiveIntegerField(default=1)  # number of the form's link: a new one makes the old one worthless
    state = models.CharField(max_length=9, choices=State.choices, default=State.ACTIVE)
    why = models.CharField(max_length=300, blank=True)  # suspended or ended, because
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(name="") & ~Q(categories=[]), name="flagger_has_area"),
            CheckConstraint(condition=Q(state="active") | ~Q(why=""), name="flagger_stopped_says_why"),
            UniqueConstraint(fields=["key"], name="flagger_key_once"),
        ]


class Notice(Row):
    """One notice about one thing. What was said never changes; how it stands does."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ANSWERED = "answered"
        STORED = "stored"  # of a muted reporter: kept, not counted

    PERSONAL = ("addresses", "reason", "legal", "answer", "network")
    PLAIN = ("category", "language", "words", "parts", "market")

    bundle = models.UUIDField()  # came in one submission
    source = models.ForeignKey("people.Source", on_delete=models.PROTECT, related_name="+", null=True)
    subject = models.CharField(max_length=7, choices=[(one, one) for one in SUBJECTS])
    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    version = models.PositiveIntegerField(default=0)  # of the item, when the notice came
    account = models.ForeignKey(
        "content.Account", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    market = models.CharField(max_length=12, blank=True)
    addresses = models.JSONField(default=list)  # where exactly, as it was told
    category = models.CharField(max_length=20, choices=[(one, one) for one in CATEGORIES])
    danger = models.BooleanField(default=False)  # somebody is in danger now
    reason = models.TextField()
    legal = models.JSONField(default=dict)  # {law, explanation}
    words = models.CharField(
        max_length=64, blank=True
    )  # hash of the folded reason: copies do not count as others' words
    good_faith = models.BooleanField()
    channel = models.CharField(max_length=6, choices=[(one, one) for one in CHANNELS])
    language = models.CharField(max_length=12)
    network = models.CharField(max_length=64, blank=True)  # keyed hash of where it came from, for limits
    reporter = models.ForeignKey(Reporter, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    flagger = models.ForeignKey(Flagger, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    trusted = models.BooleanField(default=False)  # of a flagger, inside its area, active then
    independent = models.BooleanField()
    weight = models.FloatField(default=0)
    lane = models.PositiveSmallIntegerField()
    parts = models.JSONField(default=list)  # why it weighs that: [{name, …}]
    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    outcome = models.CharField(max_length=13, blank=True, choices=[(one, one) for one in OUTCOMES])
    decision = models.UUIDField(null=True)
    automated = models.BooleanField(default=False)  # was it decided by automated means
    answer = models.TextField(blank=True)  # as it was told
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(good_faith=True), name="notice_in_good_faith"),
            CheckConstraint(condition=~Q(reason=""), name="notice_says_why"),
            CheckConstraint(
                condition=Q(subject="item", item__isnull=False)
                | Q(subject="account", account__isnull=False, item=None)
                | Q(subject="unknown", item=None, account=None),
                name="notice_about_one_thing",
            ),
            CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False) & ~Q(outcome="")
                | ~Q(state="answered") & Q(answered_at=None, outcome=""),
                name="notice_answered_says_so",
            ),
            CheckConstraint(
                condition=Q(reporter__isnull=False) | Q(category="child_safety"), name="notice_names_its_sender"
            ),
            CheckConstraint(condition=Q(trusted=False) | Q(flagger__isnull=False), name="notice_trusted_has_flagger"),
        ]
        indexes = [
            Index(fields=["item", "-id"], condition=Q(item__isnull=False), name="notice_of_item"),
            Index(fields=["account", "-id"], condition=Q(account__isnull=False), name="notice_of_account"),
            Index(fields=["reporter", "-id"], condition=Q(reporter__isnull=False), name="notice_of_reporter"),
            Index(fields=["decision"], condition=Q(decision__isnull=False), name="notice_of_decision"),
            Index(fields=["bundle"], name="notice_of_bundle"),  # the receipt
            Index(fields=["state", "-id"], name="notice_by_state"),  # the list
            Index(fields=["category", "-id"], name="notice_by_category"),  # the list
            # limits: what came lately from one network, from anyone who is not trusted
            Index(fields=["network", "received_at"], condition=~Q(network=""), name="notice_from_network"),
            Index(fields=["received_at"], condition=Q(flagger=None), name="notice_lately"),
        ]


class Hiding(Row):
    """A version that was hidden because of what was reported, until somebody has looked: once for each, whatever comes."""

    PLAIN = ("category",)

    item = models.ForeignKey("content.Item", on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    category = models.CharField(max_length=20, choices=[(one, one) for one in CATEGORIES])
    decision = models.UUIDField()
    hidden_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["item", "version"], name="hidden_once_a_version")]


class Alert(Row):
    """Somebody may be in danger: stays before everyone who may, until one of them says that they have it."""

    PLAIN = ("told",)

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="+", db_index=False)
    about = models.UUIDField()  # item, account or notice: one alert is open for each
    told = ArrayField(models.CharField(max_length=120), default=list, blank=True)  # whom a letter was written
    raised_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        "people.Staff", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["about"], condition=Q(acknowledged_at=None), name="alert_one_open"),
            CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="alert_acknowledged_by_somebody",
            ),
        ]
        indexes = [Index(fields=["-raised_at"], name="alert_newest")]
