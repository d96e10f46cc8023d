"""Platform accounts, items, versions, media references, notes."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.content.rules import KINDS, STATUSES, VERDICTS, WITHDRAWAL_REASONS
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
            Index(fields=["-id"], name="item_newest"),  # items page
            Index(fields=["status", "-id"], name="item_by_status"),  # items page, filtered
            Index(fields=["account", "-id"], name="item_by_account"),  # account history
        ]


class ItemVersion(Row):
    """The item as it was posted or edited once. Never changed: a trigger holds that, so a verdict can be replayed."""

    PERSONAL = ("title", "body", "fields", "url")
    PLAIN = ("currency", "category", "content_hash", "market", "language")

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
