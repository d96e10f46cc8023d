"""Platform accounts, items, versions, media references, notes."""

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.content.rules import KINDS, MARKET_NOTES, STATUSES, VERDICTS, WITHDRAWAL_REASONS
from trustdesk.kernel.base.models import Row


class Account(Row):
    """A platform user, shop or company, as the platform told us."""

    PERSONAL = ("name", "email")
    PLAIN = ("external_id", "kind", "language", "country")

    source = models.ForeignKey("people.Source", on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=20, blank=True)
    email = models.CharField(max_length=320, blank=True)
    language = models.CharField(max_length=12, blank=True)
    country = models.CharField(max_length=2, blank=True)
    verified = models.BooleanField(null=True)
    followers = models.BigIntegerField(null=True)
    registered_at = models.DateTimeField(null=True)  # on the platform
    first_seen_at = models.DateTimeField()
    items_posted = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["source", "external_id"], name="account_once_per_source"),
            CheckConstraint(condition=~Q(external_id=""), name="account_has_external_id"),
        ]


class Item(Row):
    """One thing somebody posted. Its words are in versions; status follows from verdicts, decisions, restrictions."""

    PERSONAL = ("title", "url")
    PLAIN = ("external_id", "market", "language")

    source = models.ForeignKey("people.Source", on_delete=models.PROTECT, related_name="+")
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in KINDS])
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="items")
    market = models.CharField(max_length=12)
    language = models.CharField(max_length=12, blank=True)
    status = models.CharField(max_length=12, choices=[(status, status) for status in STATUSES])
    # Outcome of the newest version's verdict, "" while pending; screening writes it, status is computed from it.
    verdict = models.CharField(max_length=8, blank=True, choices=[(v, v) for v in VERDICTS])
    hidden = models.BooleanField(default=False)  # kept from the audience while pending or in review
    title = models.CharField(max_length=300, blank=True)  # of the newest version, for lists
    version = models.PositiveIntegerField()  # number of the newest version
    url = models.CharField(max_length=2000, blank=True)
    expected_views = models.FloatField(null=True)
    posted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(
        max_length=20, blank=True, choices=[(reason, reason) for reason in WITHDRAWAL_REASONS]
    )

    class Meta:
        constraints = [
            UniqueConstraint(fields=["source", "kind", "external_id"], name="item_once_per_source_and_kind"),
            CheckConstraint(condition=Q(version__gte=1), name="item_version_from_one"),
            CheckConstraint(condition=Q(kind__in=KINDS), name="item_kind"),
            CheckConstraint(condition=Q(status__in=STATUSES), name="item_status"),
            CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="") | Q(withdrawn_at__isnull=False, status="withdrawn"),
                name="item_withdrawn_says_so",
            ),
        ]
        indexes = [
            Index(fields=["-received_at", "-id"], name="item_by_arrival"),  # listed
            Index(fields=["status", "-received_at", "-id"], name="item_by_state"),  # listed, of rare states
            Index(fields=["account", "-id"], name="item_by_account"),  # account history
            # items_at; hashed, since an address may be longer than a key of a tree
            HashIndex(fields=["url"], condition=~Q(url=""), name="item_by_url"),
        ]


class ItemVersion(Row):
    """The item as it was posted or edited once. Never changed: a trigger holds that, so a verdict can be replayed."""

    PERSONAL = ("title", "body", "fields", "url")
    PLAIN = ("currency", "category", "content_hash", "market", "language", "edited_by")

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="versions")
    no = models.PositiveIntegerField()
    # As this version was posted; the item has those of its newest version.
    market = models.CharField(max_length=12)
    language = models.CharField(max_length=12, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    title = models.TextField(blank=True)
    body = models.TextField(blank=True)
    price = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    category = models.CharField(max_length=200, blank=True)
    fields = models.JSONField(default=dict)  # what the platform declared beyond the common fields
    content_hash = models.CharField(max_length=64)
    edited_by = models.CharField(
        max_length=120, blank=True
    )  # who at the desk made it of the one before; "" for its author
    posted_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["item", "no"], name="item_version_once"),
            CheckConstraint(condition=Q(no__gte=1), name="item_version_no_from_one"),
        ]


class MediaRef(Row):
    """A picture, video or sound of a version: uploaded before, or to be fetched from the platform."""

    class State(models.TextChoices):
        WANTED = "wanted"
        READY = "ready"
        REFUSED = "refused"
        KEPT = "kept"  # stored by reference: a livestream, which is watched where it is; what is not looked into

    PERSONAL = ("url", "alt")
    PLAIN = ("kind", "reason")

    version = models.ForeignKey(ItemVersion, on_delete=models.PROTECT, related_name="media")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    url = models.CharField(max_length=2000, blank=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+", null=True)
    alt = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["version", "position"], name="media_position_once"),
            CheckConstraint(condition=~Q(url="") | Q(file__isnull=False), name="media_is_somewhere"),
            CheckConstraint(condition=~Q(state="ready") | Q(file__isnull=False), name="media_ready_has_file"),
        ]


class Note(Row):
    """A colleague's words, pinned to an account, a phone number, an e-mail or a postal address."""

    class Subject(models.TextChoices):
        ACCOUNT = "account"
        ITEM = "item"
        PHONE = "phone"
        EMAIL = "email"
        ADDRESS = "address"

    PERSONAL = ("value", "text")
    PLAIN = ("author_label",)

    subject = models.CharField(max_length=8, choices=Subject.choices)
    value = models.CharField(max_length=320)  # the account's or item's id, the number in E.164, the address folded
    text = models.TextField()
    author_label = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [CheckConstraint(condition=~Q(text=""), name="note_says_something")]
        indexes = [Index(fields=["subject", "value", "-at"], name="note_by_subject")]


class MarketNote(Row):
    """What one must know to judge things of a market or language: slang, law, holidays, customs. Written by leads, for all
    who judge there. Not about a person."""

    PLAIN = ("code", "sort", "title", "text", "market", "language", "kinds", "author_label")

    code = models.CharField(max_length=60, blank=True)  # of one that came with a pack: so that it comes once
    sort = models.CharField(max_length=8, choices=[(sort, sort) for sort in MARKET_NOTES])
    title = models.CharField(max_length=120)
    text = models.TextField()  # of slang: a line “- words: meaning” each
    market = models.CharField(max_length=12, blank=True)  # "" for all
    language = models.CharField(max_length=12, blank=True)
    kinds = models.JSONField(default=list)  # [] for all
    starts_on = models.DateField(null=True)  # of a holiday, in the market's own days
    ends_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    author_label = models.CharField(max_length=120)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(text="") & ~Q(title=""), name="market_note_says_something"),
            CheckConstraint(condition=Q(sort__in=MARKET_NOTES), name="market_note_sort"),
            CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on__gte=models.F("starts_on")), name="market_note_days_in_order"
            ),
            UniqueConstraint(fields=["code"], condition=~Q(code=""), name="market_note_once_a_code"),
        ]
        indexes = [
            Index(fields=["market", "language"], condition=Q(retired_at=None), name="market_note_in_force")
        ]  # the list
