"""What goes to the register: one entry a decision, batches in which they leave, how far the ledger was read."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Batch(Row):
    """Up to a hundred statements of one source that leave together. Its payloads never change."""

    PLAIN = ("sha256",)

    source = models.ForeignKey("people.Source", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()  # of its source
    made_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, blank=True)  # of the file as written, hex
    written_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField(null=True)  # last sent to the register, whose answer may have been lost
    sent_at = models.DateTimeField(null=True)  # every statement was answered for

    class Meta:
        constraints = [
            UniqueConstraint(fields=["source", "number"], name="register_batch_number_once"),
            CheckConstraint(condition=Q(sent_at=None) | Q(offered_at__lte=F("sent_at")), name="register_offered_first"),
        ]
        indexes = [
            Index(fields=["source"], condition=Q(written_at=None), name="register_batch_unwritten"),
            Index(fields=["source"], condition=Q(sent_at=None), name="register_batch_unsent"),
        ]


class Entry(Row):
    """The statement of one decision for the register: waiting, refused (`errors` by field), or in a batch.

    The payload holds nothing about a person: what is found to is refused.
    """

    PLAIN = ("puid", "payload", "errors", "register_id")

    decision = models.OneToOneField("decisions.Decision", on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey("people.Source", on_delete=models.PROTECT, related_name="+")
    puid = models.CharField(max_length=500)
    payload = models.JSONField()
    errors = models.JSONField(default=dict)
    refused_there = models.BooleanField(default=False)  # by the register itself, not by our checks
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="entries", null=True)
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    register_id = models.CharField(max_length=60, blank=True)  # the register's own id of it

    class Meta:
        constraints = [
            UniqueConstraint(fields=["puid"], name="register_puid_once"),
            CheckConstraint(condition=Q(batch=None) | Q(errors={}), name="register_refused_stays"),
            CheckConstraint(condition=Q(taken_at=None) | Q(batch__isnull=False), name="register_taken_in_a_batch"),
        ]
        indexes = [
            Index(fields=["source", "id"], condition=Q(batch=None), name="register_entry_waiting"),  # the next batch
        ]


class Reader(models.Model):
    """How far the ledger was read for decisions; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    position = models.BigIntegerField(default=0)

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="register_reader_is_one")]
