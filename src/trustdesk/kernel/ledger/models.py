"""Facts, their order, their seals, personal values, and the outbox."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Xid8(models.Field):
    """PostgreSQL's 64-bit transaction id (xid8): never wraps."""

    def db_type(self, connection: object) -> str:  # noqa: ARG002  Django's signature
        return "xid8"


class FactRow(Row):
    """One thing that happened. Triggers refuse UPDATE, DELETE and TRUNCATE (migration 0001)."""

    # The payload holds no personal text: fields a fact kind marks as personal are PersonalValue rows.
    PLAIN: ClassVar[tuple[str, ...]] = ("kind", "subject", "actor", "payload")

    kind = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=80)
    actor = models.CharField(max_length=120)
    at = models.DateTimeField()
    cause = models.UUIDField(null=True)
    payload = models.JSONField()
    # The writing transaction, by which the sequencer knows that nothing older can still appear.
    xid = Xid8(db_default=models.Func(function="pg_current_xact_id"))

    class Meta:
        db_table = "ledger_fact"
        indexes = [
            Index(fields=["subject", "id"], name="fact_by_subject"),  # ledger.of_subject
            Index(fields=["xid"], name="fact_by_xid"),  # the sequencer's next batch
        ]


class Position(models.Model):
    """The gapless order of facts: what readers follow. Append-only like facts."""

    position = models.BigIntegerField(primary_key=True)
    fact = models.OneToOneField(FactRow, on_delete=models.PROTECT, related_name="place")

    class Meta:
        constraints = [CheckConstraint(condition=Q(position__gte=1), name="position_from_one")]


class Sequencer(models.Model):
    """One row: how far the order has come. Locked by advisory lock, so that one process sequences at a time."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    position = models.BigIntegerField(default=0)
    # Every fact whose transaction id is below this has a position.
    xid = models.BigIntegerField(default=0)

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="sequencer_is_one")]


class Seal(models.Model):
    """A signed link of the hash chain over positions first..last. Append-only like facts."""

    PLAIN: ClassVar[tuple[str, ...]] = ("hash", "previous", "signature", "key_id")

    last = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    key_id = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(last__gte=models.F("first")), name="seal_forward"),
            UniqueConstraint(fields=["previous"], name="seal_chain_does_not_fork"),
        ]


class PersonalValue(Row):
    """Text about a person, kept apart from history so that it can be erased: value and salt go, the fact stays."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("value",)
    PLAIN: ClassVar[tuple[str, ...]] = ("owner", "salt")

    owner = models.CharField(max_length=80)
    value = models.TextField(blank=True)
    salt = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(erased_at=None) | Q(value="", salt=""), name="personal_value_erased_is_empty")
        ]
        indexes = [Index(fields=["owner"], name="personal_value_by_owner")]


class Delivery(models.Model):
    """One reactor's copy of one fact, due at `next_at`, done once."""

    PLAIN: ClassVar[tuple[str, ...]] = ("reactor", "last_error")

    id = models.BigAutoField(primary_key=True)
    fact = models.ForeignKey(FactRow, on_delete=models.PROTECT, related_name="deliveries")
    reactor = models.CharField(max_length=120)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["fact", "reactor"], name="delivery_once"),
            CheckConstraint(
                condition=Q(done_at=None, dead_at=None)
                | Q(done_at=None, withdrawn_at=None)
                | Q(dead_at=None, withdrawn_at=None),
                name="delivery_ends_one_way",
            ),
        ]
        indexes = [
            # The reactor loop's next batch.
            Index(
                fields=["reactor", "next_at", "id"],
                condition=Q(done_at=None, dead_at=None, withdrawn_at=None),
                name="delivery_due",
            ),
            Index(fields=["id"], condition=Q(dead_at__isnull=False), name="delivery_dead"),  # what is stuck
        ]
