"""What is looked through, saved views, runs (sweeps and bulk actions), exports."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.search.rules import LONGEST_VALUE

TABS = (("items", "items"), ("accounts", "accounts"), ("decisions", "decisions"))


class Entry(Row):
    """One thing as it is looked for. Its id is the thing's own. `terms`: its filters as name:value (search.rules)."""

    PERSONAL = ("words",)
    PLAIN = ("terms",)

    at = models.DateTimeField()  # lists are ordered by it
    terms = ArrayField(models.CharField(max_length=LONGEST_VALUE), default=list)
    words = SearchVectorField()

    class Meta:
        abstract = True


class ItemEntry(Entry):
    """`at`: when the item came in."""

    account = models.UUIDField()
    price = models.DecimalField(max_digits=20, decimal_places=4, null=True)

    class Meta:
        indexes = [
            # One index for words and filters: PostgreSQL takes the rarest of them and skips through the others.
            GinIndex(fields=["words", "terms"], name="search_item_words"),  # finding.page, finding.count
            Index(fields=["-at", "-id"], name="search_item_newest"),  # finding.page without rare filters; dates
            Index(fields=["account", "-at", "-id"], name="search_item_account"),  # an account's items
            Index(fields=["price"], condition=Q(price__isnull=False), name="search_item_price"),  # price from, to
        ]


class AccountEntry(Entry):
    """`at`: when the account was first seen."""

    class Meta:
        indexes = [
            GinIndex(fields=["words", "terms"], name="search_account_words"),  # finding.page, finding.count
            Index(fields=["-at", "-id"], name="search_account_newest"),  # finding.page without rare filters; dates
        ]


class DecisionEntry(Entry):
    """`at`: when it was decided."""

    item = models.UUIDField()
    account = models.UUIDField()

    class Meta:
        indexes = [
            GinIndex(fields=["words", "terms"], name="search_decision_words"),  # finding.page, finding.count
            Index(fields=["-at", "-id"], name="search_decision_newest"),  # finding.page without rare filters; dates
            Index(fields=["account", "-at", "-id"], name="search_decision_account"),  # an account's decisions
            Index(fields=["item"], name="search_decision_item"),  # an id is asked for
        ]


class TimelineEntry(models.Model):
    """That a fact is a step of an account's story. What happened stands in the ledger alone."""

    PLAIN = ("sort", "maker", "market")

    account = models.UUIDField()
    position = models.BigIntegerField()  # in the ledger's order
    fact = models.UUIDField()
    sort = models.CharField(max_length=12)
    maker = models.CharField(max_length=8)  # person | rule | platform | desk
    item = models.UUIDField(null=True)
    market = models.CharField(max_length=12, blank=True)  # of its item
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["account", "position"], name="search_timeline_once")  # timelines.page
        ]
        indexes = [
            Index(fields=["account", "sort", "-position"], name="search_timeline_sort")
        ]  # timelines.page, narrowed


class TimelineReader(models.Model):
    """How far timelines follow the ledger. One row, locked by who reads."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="search_timeline_reader_is_one")]


class Reader(models.Model):
    """How far entries follow the ledger. One row, locked by who reads."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="search_reader_is_one")]


class Later(models.Model):
    """An item that is to be read again at a time: a decision takes effect after its undo window."""

    item = models.UUIDField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["item", "due_at"], name="search_later_once")]
        indexes = [Index(fields=["due_at"], name="search_later_due")]  # indexing.follow


class View(Row):
    """A search under a name: one person's, or shared with everybody in their teams."""

    PERSONAL = ("name", "query")

    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    tab = models.CharField(max_length=9, choices=TABS)
    query = models.CharField(max_length=2_000, blank=True)  # as it stands in the address, order included
    shared = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)  # counts every change
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["owner", "name"], condition=Q(deleted_at=None), name="search_view_once_a_person"),
            CheckConstraint(condition=~Q(name=""), name="search_view_has_name"),
        ]


class Run(Row):
    """Something done with many items one by one, by a job: a sweep, opening reviews, adding a note."""

    class Act(models.TextChoices):
        SWEEP = "sweep"  # reviews of a sample
        REVIEWS = "reviews"  # reviews of all that were chosen
        NOTE = "note"

    class State(models.TextChoices):
        CHOOSING = "choosing"  # looks through what matches
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"

    PERSONAL = ("query", "note")
    PLAIN = ("actor", "queue", "reason", "seed", "zone")

    act = models.CharField(max_length=7, choices=Act.choices)
    actor = models.CharField(max_length=120)  # as the ledger writes it
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    query = models.CharField(max_length=2_000, blank=True)
    zone = models.CharField(max_length=64, default="UTC")  # in which days of the question lie
    until = models.DateTimeField()  # what came after it is not looked at
    wanted = models.PositiveIntegerField()
    share = models.FloatField(default=0)  # per cent of what matches; 0: a number was asked for
    seed = models.CharField(max_length=64, blank=True)
    queue = models.CharField(max_length=50, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=4_000, blank=True)
    state = models.CharField(max_length=9, choices=State.choices)
    matched = models.PositiveIntegerField(default=0)
    looked = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)  # of the first turn
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state__in=["choosing", "running"], ended_at=None)
                | (Q(state__in=["done", "cancelled"]) & Q(ended_at__isnull=False)),
                name="search_run_end_has_time",
            )
        ]
        indexes = [Index(fields=["-made_at", "-id"], name="search_run_newest")]  # the list of runs


class Turn(Row):
    """What became of one item of a run."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        SKIPPED = "skipped"  # there was nothing to do; `code` says why
        REFUSED = "refused"
        STOPPED = "stopped"  # cancelled before its turn

    PLAIN = ("code", "message")

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    item = models.UUIDField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    code = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=500, blank=True)
    result = models.UUIDField(null=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["run", "item"], name="search_turn_once")]
        indexes = [Index(fields=["run", "state", "number"], name="search_turn_next")]  # running.run


class Export(Row):
    """A list as a CSV file, made by a job."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        CANCELLED = "cancelled"
        FAILED = "failed"
        EXPIRED = "expired"  # its file was kept for its time and is gone

    PERSONAL = ("query",)
    PLAIN = ("language", "error", "zone")

    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    tab = models.CharField(max_length=9, choices=TABS)
    query = models.CharField(max_length=2_000, blank=True)
    zone = models.CharField(max_length=64, default="UTC")
    until = models.DateTimeField()
    language = models.CharField(max_length=12)
    mark = models.BooleanField(default=False)  # begins with the mark by which spreadsheets know UTF-8
    with_people = models.BooleanField(default=False)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(null=True)  # null: more than is counted
    rows = models.PositiveIntegerField(default=0)
    file = models.UUIDField(null=True)
    error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            Index(fields=["ended_at"], condition=~Q(file=None), name="search_export_with_file")  # expire_exports
        ]
