"""Customers, how they are reached, their cases, consents, promises; what merges moved."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.customers.rules import CONSENTS, CONTACTS, HOWS, PROMISES
from trustdesk.kernel.base.models import Row

STAFF = "people.Staff"


def _one_of(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Customer(Row):
    """Somebody who asks the desk things. One that was merged points to who goes on."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("name", "words")
    PLAIN: ClassVar[tuple[str, ...]] = ("language", "market")

    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, blank=True)  # in which they like to be written to
    market = models.CharField(max_length=12, blank=True)
    words = SearchVectorField(null=True)  # rules.terms of what is known
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    erased_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="customer_not_merged_into_itself"
            ),
            CheckConstraint(condition=Q(erased_at=None) | Q(name=""), name="customer_erased_has_no_name"),
        ]
        indexes = [
            # queries.listed
            Index(
                fields=["-changed_at", "-id"], condition=Q(merged_into=None, erased_at=None), name="customer_changed"
            ),
            GinIndex(fields=["words"], name="customer_words"),  # queries.listed with words
            Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="customer_merged"),
        ]


class Contact(Row):
    """A way to reach or name a customer. An address or an account belongs to one customer; `shared` ones were said by another
    customer too and find nobody."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("value", "norm")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=_one_of(CONTACTS))
    value = models.CharField(max_length=320)
    norm = models.CharField(max_length=320)  # by which likely duplicates are found
    account = models.ForeignKey(
        "content.Account", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # What finds a customer finds one: two cases that come at once meet here.
            UniqueConstraint(
                fields=["kind", "value"],
                condition=Q(kind__in=["address", "account"], removed_at=None, shared=False),
                name="customer_reached_once",
            ),
            CheckConstraint(condition=~Q(value=""), name="customer_contact_says_something"),
            CheckConstraint(
                condition=Q(kind="account", account__isnull=False) | ~Q(kind="account") & Q(account=None),
                name="customer_contact_account",
            ),
        ]
        indexes = [
            Index(fields=["customer", "id"], name="customer_contacts"),  # queries.contacts_of
            Index(fields=["kind", "norm"], condition=Q(removed_at=None), name="customer_alike"),  # queries.alike
        ]


class CustomerCase(Row):
    """Whose a case is. Found once, when it is opened; merges and their undoing move it."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.OneToOneField("support.Case", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [Index(fields=["customer", "-opened_at", "-id"], name="customer_cases")]  # queries.story


class Consent(Row):
    """That a customer allowed something or withdrew it: written once, never changed (trigger in migration 0001)."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("said",)
    PLAIN: ClassVar[tuple[str, ...]] = ("by",)

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=12, choices=_one_of(CONSENTS))
    given = models.BooleanField()
    how = models.CharField(max_length=8, choices=_one_of(HOWS))
    said = models.CharField(max_length=500, blank=True)  # in their words
    by = models.CharField(max_length=60)  # who noted it: an actor's label
    at = models.DateTimeField()  # when they said so
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(what__in=CONSENTS), name="customer_consent_known"),
            CheckConstraint(condition=Q(at__lte=F("made_at")), name="customer_consent_not_ahead"),
        ]
        indexes = [Index(fields=["customer", "what", "-at"], name="customer_consents")]  # queries.consents_of


class Promise(Row):
    """What the desk said it would do, until when."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("text",)
    PLAIN: ClassVar[tuple[str, ...]] = ("ended_by",)

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    text = models.CharField(max_length=500)
    due_at = models.DateTimeField()
    staff = models.ForeignKey(
        STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )  # who does it
    state = models.CharField(max_length=6, choices=_one_of(PROMISES), default="open")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=PROMISES), name="customer_promise_state"),
            CheckConstraint(
                condition=Q(state="open", ended_at=None, ended_by="") | ~Q(state="open") & Q(ended_at__isnull=False),
                name="customer_promise_ends",
            ),
        ]
        indexes = [
            Index(fields=["customer", "due_at"], name="customer_promises"),  # queries.promises_of
            Index(fields=["due_at", "id"], condition=Q(state="open"), name="customer_promise_due"),  # queries.overdue
        ]


class Merge(Row):
    """Two customers became one. Exactly what went over is kept, so that exactly that can go back."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("before", "filled")
    PLAIN: ClassVar[tuple[str, ...]] = ("by", "undone_by")

    survivor = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    absorbed = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    contacts = ArrayField(models.UUIDField(), default=list)
    cases = ArrayField(models.UUIDField(), default=list)  # of CustomerCase
    consents = ArrayField(models.UUIDField(), default=list)
    promises = ArrayField(models.UUIDField(), default=list)
    before = models.JSONField(default=dict)  # what the survivor was: columns that the merge filled in
    filled = models.JSONField(default=dict)  # and with what
    confirmed = models.BooleanField(default=False)
    by = models.CharField(max_length=60)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=~Q(survivor=F("absorbed")), name="customer_merge_of_two"),
            UniqueConstraint(fields=["absorbed"], condition=Q(undone_at=None), name="customer_merged_once"),
        ]
        indexes = [Index(fields=["survivor", "-at"], name="customer_merges")]  # queries.merges_of


class Apart(Row):
    """Somebody looked at two customers and said that they are not the same; `low` is the lesser id."""

    PLAIN: ClassVar[tuple[str, ...]] = ("by",)

    low = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    high = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["low", "high"], name="customer_apart_once"),
            CheckConstraint(condition=Q(low__lt=F("high")), name="customer_apart_in_order"),
        ]


class Gathering(models.Model):
    """How far back older cases have been given their customers: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    before = models.UUIDField(null=True)
    done = models.BooleanField(default=False)

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="customer_gathering_is_one")]
