"""Velocity, remembered texts, kept results, the health of signals, banks, thresholds, clusters, links of accounts. What
was seen in media and livestreams have modules of their own: `sights`, `streams`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.signals.likeness import KINDS
from trustdesk.signals.marks import KINDS as MARK_KINDS
from trustdesk.signals.remote.models import RemoteAnswer, RemoteSpending  # noqa: F401  tables of this slice
from trustdesk.signals.rules import CLOSED, HALF_OPEN, OPEN
from trustdesk.signals.sights import MediaFrame, MediaLook  # noqa: F401  registered with the others
from trustdesk.signals.streams import LiveFrame, LiveWatch  # noqa: F401  registered with the others


class Counter(models.Model):
    """All that one key did since it was first seen. Its row is locked for each count, which puts those in one order:
    `total` after one's own count is one's place."""

    PLAIN = ("counter", "key")

    id = models.BigAutoField(primary_key=True)
    counter = models.CharField(max_length=40)
    key = models.CharField(max_length=240)
    total = models.BigIntegerField()
    at = models.DateTimeField()  # the bucket counted into last

    class Meta:
        # No index on what each count changes: the row is rewritten in its own page.
        constraints = [UniqueConstraint(fields=["key", "counter"], name="counter_once")]  # signals.actions.count


class CounterBucket(models.Model):
    """What a counter's total was before this bucket began. A window's count is one's place less the `before` of the
    first bucket in it, so that fewer buckets make the edge coarser and never the count wrong."""

    id = models.BigAutoField(primary_key=True)
    # Not checked by the database: buckets are written with their counter in one statement, and go before it.
    counter = models.ForeignKey(
        Counter, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    start = models.DateTimeField()
    before = models.BigIntegerField()
    tier = models.PositiveSmallIntegerField(default=0)  # how often it was thinned out: see rules.TIERS

    class Meta:
        constraints = [UniqueConstraint(fields=["counter", "start"], name="counter_bucket_once")]  # signals.rates
        indexes = [Index(fields=["tier", "start"], name="counter_bucket_age")]  # signals.actions.sweep


class SeenText(models.Model):
    """The digest of a folded text that was submitted; `owner` names the thing it belongs to, so that an edit of the
    same thing does not count as another."""

    PLAIN = ("owner",)

    id = models.BigAutoField(primary_key=True)
    digest = models.BinaryField(max_length=16)
    owner = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            Index(fields=["digest", "at"], name="seen_text_window"),  # signals.seen
            Index(fields=["at"], name="seen_text_age"),  # signals.actions.sweep
        ]


class SignalResult(Row):
    """What a signal of one version said about one content; kept so that the same thing is asked once."""

    PLAIN = ("content_hash", "signal", "version", "value")

    content_hash = models.CharField(max_length=64)
    signal = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    value = models.JSONField(null=True)  # null: there is nothing to say
    took_ms = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["content_hash", "signal", "version"], name="signal_result_once"),
        ]
        indexes = [Index(fields=["at"], name="signal_result_age")]  # signals.actions.sweep


class Health(Row):
    """How a signal fares, in all processes together: its circuit breaker, its outage, its figures."""

    class State(models.TextChoices):
        CLOSED = CLOSED
        OPEN = OPEN
        HALF_OPEN = HALF_OPEN

    PLAIN = ("signal", "version", "failing", "error")

    signal = models.CharField(max_length=60, unique=True)
    version = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.CLOSED)
    failing = ArrayField(models.CharField(max_length=64), default=list)
    failed_at = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)
    pauses = models.PositiveSmallIntegerField(default=0)
    # Since when people know that it gives no answer: one alert, until it answers again.
    broken_since = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)  # the last failure's kind, never its words
    answered_at = models.DateTimeField(null=True)
    calls = models.BigIntegerField(default=0)
    questions = models.BigIntegerField(default=0)
    failures = models.BigIntegerField(default=0)
    late = models.BigIntegerField(default=0)  # of the failures
    took_ms = models.FloatField(default=0.0)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state="closed") | Q(probe_at__isnull=False), name="health_open_knows_its_probe"
            ),
        ]


class Bank(Row):
    """Known contents of one kind, asked by `in_bank(…, "code")`. Never deleted: old policies name it."""

    PLAIN = ("code", "title", "about")

    code = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    about = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=10, choices=[(code, code) for code in KINDS])
    # How far two signs may be apart to count as alike, in bits; 0: only exactly the same.
    distance = models.PositiveSmallIntegerField()
    # Matches of one entry in an hour beyond which it is quarantined, unless it always matches that often.
    flood_limit = models.PositiveIntegerField()
    owner = models.UUIDField(null=True)  # the member of staff who is told when an entry is suspended or quarantined
    made_at = models.DateTimeField()
    # Grows with each change of its entries: what processes hold in memory is as old as the stamp they saw.
    stamp = models.BigIntegerField(default=0)


class BankEntry(Row):
    """One known content, with where it comes from and how it fares. A `negative` one is known to be good: it vetoes
    entries that are not nearer."""

    class State(models.TextChoices):
        ACTIVE = "active"
        QUARANTINED = "quarantined"  # it matched far more than usual: it records and no longer matches
        SUSPENDED = "suspended"  # people found it wrong too often: the same
        REMOVED = "removed"

    PERSONAL = ("text",)
    PLAIN = ("why", "source", "added_by", "changed_by", "changed_why")

    bank = models.ForeignKey(Bank, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()  # of a picture its hash, in hexadecimal digits
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+", null=True)
    quality = models.PositiveSmallIntegerField(null=True)  # of a picture's hash, 0 to 100, where it is known
    digest = models.BinaryField(max_length=32)
    sign = models.BinaryField(max_length=64)
    negative = models.BooleanField(default=False)
    state = models.CharField(max_length=11, choices=State.choices, default=State.ACTIVE)
    stamp = models.BigIntegerField()  # the bank's when it last changed
    why = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True)  # an item, a case, a file
    added_by = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField(null=True)
    changed_why = models.CharField(max_length=300, blank=True)
    flood_limit = models.PositiveIntegerField(null=True)  # its own, given when it was released
    matches = models.BigIntegerField(default=0)
    matched_at = models.DateTimeField(null=True)
    right = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["bank", "digest", "negative"], condition=~Q(state="removed"), name="bank_entry_once"
            ),
        ]
        indexes = [
            Index(fields=["bank", "stamp"], name="bank_entry_changes"),  # signals.memory
            Index(fields=["bank", "-id"], name="bank_entry_newest"),  # signals.queries.entries
        ]


class BankMatch(Row):
    """A content that was found to be an entry's, once for each content and what it belongs to."""

    PERSONAL = ("text",)
    PLAIN = ("owner", "judged_by")

    entry = models.ForeignKey(BankEntry, on_delete=models.PROTECT, related_name="+")
    owner = models.CharField(max_length=300)  # whose content it is, in the asker's own words
    text = models.CharField(max_length=500)  # its beginning, so that people can judge; of a medium its digest
    digest = models.BinaryField(max_length=32)
    distance = models.PositiveSmallIntegerField()  # 0: the very same
    counted = models.BooleanField()  # False: the entry only recorded it
    at = models.DateTimeField()
    judged = models.CharField(max_length=5, blank=True, choices=[("right", "right"), ("wrong", "wrong")])
    judged_by = models.CharField(max_length=120, blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["entry", "owner", "digest"], name="bank_match_once")]
        indexes = [
            Index(fields=["entry", "-id"], name="bank_match_newest"),  # signals.queries.matches
            Index(fields=["at"], name="bank_match_age"),  # signals.actions.sweep
        ]


class Threshold(Row):
    """The least score of a label that reaches a precision or recall on labelled data, for a market and language ("":
    all of them). It belongs to one version of the score and is asked only while that one is live.

    `score` is empty where the labels of this market and language show that the target is not reached there: then there
    is no threshold, also not that of a wider place.
    """

    PLAIN = ("label", "market", "language", "version", "source", "why")

    label = models.CharField(max_length=80)
    target = models.CharField(max_length=9, choices=[("precision", "precision"), ("recall", "recall")])
    share = models.FloatField()
    market = models.CharField(max_length=8, blank=True)
    language = models.CharField(max_length=12, blank=True)
    score = models.FloatField(null=True)
    samples = models.PositiveIntegerField()  # how many labelled contents it was computed from
    hits = models.PositiveIntegerField(default=0)  # of those, how many carry the label
    value = models.FloatField(null=True)  # the share as it was seen on them
    low = models.FloatField(null=True)  # the least that the true share is, with the confidence
    high = models.FloatField(null=True)
    confidence = models.FloatField(null=True)
    source = models.CharField(max_length=120, blank=True)  # where the labels come from
    why = models.CharField(max_length=20, blank=True)  # why there is none
    version = models.CharField(max_length=40)  # of the score it is a threshold of
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["label", "version", "target", "share", "market", "language"], name="threshold_once"
            ),
            CheckConstraint(condition=Q(share__gt=0, share__lt=1), name="threshold_share"),
            CheckConstraint(condition=Q(score__isnull=False) | ~Q(why=""), name="threshold_none_says_why"),
            # What is promised is carried by the data it was computed from.
            CheckConstraint(
                condition=Q(score=None) | Q(low=None) | Q(low__gte=F("share")), name="threshold_keeps_its_promise"
            ),
        ]


class OwnHead(Row):
    """A model the desk trained itself for one label: arrays with their checksum, no code. Where one is live, `score`
    asks it instead of what TrustDesk ships."""

    PLAIN = ("label", "version", "sha256", "manifest")

    label = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    data = models.BinaryField()  # .npz
    manifest = models.JSONField(default=dict)
    live = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["label", "version"], name="own_head_version_once"),
            UniqueConstraint(fields=["label"], condition=Q(live=True), name="own_head_one_live"),
        ]


class KeptSketch(models.Model):
    """By what near-duplicates of a content are found: `owner` names the thing it belongs to, `account` whose that is, both
    in the asker's own words. Bands are kept here too, so that they can be taken away with it."""

    PERSONAL = ("owner", "account")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=5, choices=[("text", "text"), ("image", "image")])
    owner = models.CharField(max_length=300)
    account = models.CharField(max_length=300)
    digest = models.BinaryField(max_length=32)
    body = models.BinaryField(max_length=1024)
    bands = ArrayField(models.BigIntegerField())
    at = models.DateTimeField()
    placed = models.BooleanField(default=False)  # has its place in a cluster been looked for?

    class Meta:
        constraints = [UniqueConstraint(fields=["owner", "digest"], name="kept_sketch_once")]  # signals.actions.sketch
        indexes = [
            Index(
                fields=["id"], condition=Q(placed=False), name="kept_sketch_unplaced"
            ),  # signals.actions.grow_clusters
            Index(fields=["at"], name="kept_sketch_age"),  # signals.actions.sweep
        ]


class Band(models.Model):
    """Contents that share a band are candidates for likeness, the newest first."""

    pk = models.CompositePrimaryKey("band", "sketch_id")  # signals.queries.clusters.near
    band = models.BigIntegerField()
    sketch_id = models.BigIntegerField()


class Cluster(Row):
    """Contents that are alike, with the one in their middle. One that was joined with another names it."""

    PERSONAL = ("centre", "centre_account")

    kind = models.CharField(max_length=5, choices=[("text", "text"), ("image", "image")])
    centre = models.CharField(max_length=300)  # the owner of the content in the middle
    centre_account = models.CharField(max_length=300)
    digest = models.BinaryField(max_length=32)  # of that content
    body = models.BinaryField(max_length=1024)
    members = models.PositiveIntegerField(default=0)
    accounts = models.PositiveIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    joined = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = [
            Index(fields=["-last_at", "-id"], condition=Q(joined=None), name="cluster_newest"),  # signals.clusters
            Index(fields=["-members", "-id"], condition=Q(joined=None), name="cluster_biggest"),  # signals.clusters
            Index(fields=["joined"], condition=Q(joined__isnull=False), name="cluster_joined"),  # signals.actions.sweep
        ]


class ClusterMember(models.Model):
    """A thing in a cluster, once, with how alike it is to the centre by its newest content that was alike."""

    PERSONAL = ("owner", "account")

    id = models.BigAutoField(primary_key=True)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+")
    owner = models.CharField(max_length=300)
    account = models.CharField(max_length=300)
    sketch_id = models.BigIntegerField()
    similarity = models.FloatField()
    first_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["cluster", "owner"], name="cluster_member_once")]
        indexes = [
            Index(fields=["cluster", "account"], name="cluster_member_account"),  # accounts of a cluster
            Index(fields=["owner"], name="cluster_member_owner"),  # signals.queries.clusters_of
            Index(fields=["sketch_id"], name="cluster_member_sketch"),  # signals.actions.grow_clusters
            Index(fields=["at"], name="cluster_member_age"),  # signals.actions.sweep
        ]


class AccountMark(models.Model):
    """A value that an account used: a phone, an e-mail, a text. The value itself is not kept, only a keyed hash."""

    PERSONAL = ("account", "owner", "last_owner")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=11, choices=[(kind, kind) for kind in MARK_KINDS])
    digest = models.BinaryField(max_length=16)
    account = models.CharField(max_length=300)
    owner = models.CharField(max_length=300)  # the thing it was first found in
    last_owner = models.CharField(max_length=300)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["kind", "digest", "account"], name="account_mark_once")
        ]  # signals.linked
        indexes = [
            Index(fields=["account"], name="account_mark_account"),  # signals.linked
            Index(fields=["at"], name="account_mark_age"),  # signals.actions.sweep
        ]
