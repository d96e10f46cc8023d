"""Telephone lines, who answers which extension, calls, and what the exchange told already."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.calls.rules import BACK_STATES, DIRECTIONS, GOING, MOST_TRIES, OUTCOMES, STATES
from trustdesk.kernel.base.models import Row

STAFF = "people.Staff"


def _one_of(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Line(Row):
    """A number of the desk, and the secret with which its exchange signs."""

    PLAIN: ClassVar[tuple[str, ...]] = (
        "code",
        "name",
        "number",
        "region",
        "queue",
        "market",
        "language",
        "category",
        "secret",
        "old_secret",
    )

    code = models.SlugField(max_length=40, unique=True)  # the exchange names it: ?line=code
    name = models.CharField(max_length=80)
    number = models.CharField(max_length=20)  # E.164
    region = models.CharField(max_length=2)  # of numbers without a country
    queue = models.CharField(max_length=50, blank=True)  # of its cases, "" for the usual one
    market = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=12, blank=True)
    category = models.CharField(max_length=80, blank=True)
    continue_days = models.PositiveSmallIntegerField(default=7)
    secret = models.TextField()  # sealed
    old_secret = models.TextField(blank=True)  # sealed; good until
    old_secret_until = models.DateTimeField(null=True)
    added_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(old_secret="", old_secret_until=None)
                | ~Q(old_secret="") & Q(old_secret_until__isnull=False),
                name="line_old_secret_ends",
            ),
            UniqueConstraint(fields=["number"], condition=Q(archived_at=None), name="line_number_once"),
        ]


class Extension(Row):
    """Whose telephone an extension of a line is."""

    PLAIN: ClassVar[tuple[str, ...]] = ("number",)

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=40)  # as the exchange names it: 204, sip:sari
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [UniqueConstraint(fields=["line", "number"], name="extension_once")]


class Call(Row):
    """One call. Of one that somebody wrote down by hand there is no line."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("number", "said_number", "recording", "note")
    PLAIN: ClassVar[tuple[str, ...]] = ("external_id", "extension", "market", "queue", "standing")

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    external_id = models.CharField(max_length=200, blank=True)  # the exchange's own name for it
    direction = models.CharField(max_length=3, choices=_one_of(DIRECTIONS))
    state = models.CharField(max_length=8, choices=_one_of(STATES))
    number = models.CharField(max_length=20, blank=True)  # the other side, E.164; "" when withheld or none
    said_number = models.CharField(max_length=40, blank=True)  # as it was told, where it is no number
    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    extension = models.CharField(max_length=40, blank=True)
    standing = models.CharField(max_length=60, blank=True)  # where that person stood when it rang: available, aux:lunch
    market = models.CharField(max_length=12, blank=True)
    queue = models.CharField(max_length=50, blank=True)
    began_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)  # the exchange said so; another extension may have answered after it
    hung_at = models.DateTimeField(null=True)
    staff_at = models.DateTimeField(null=True)  # when what told whose telephone it is happened
    heard_at = models.DateTimeField()  # when the exchange last told of it
    recording = models.CharField(max_length=2000, blank=True)
    outcome = models.CharField(max_length=12, blank=True, choices=_one_of(OUTCOMES))
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["line", "external_id"], condition=Q(line__isnull=False), name="call_once"),
            CheckConstraint(condition=Q(state__in=STATES), name="call_state_known"),
            CheckConstraint(condition=Q(direction__in=DIRECTIONS), name="call_direction_known"),
            CheckConstraint(
                condition=Q(state="ringing", answered_at=None, ended_at=None)
                | Q(state="answered", answered_at__isnull=False, ended_at=None)
                | Q(state="ended", ended_at__isnull=False)
                | Q(state="missed", answered_at=None, ended_at__isnull=False),
                name="call_times_fit",
            ),
            CheckConstraint(
                condition=(Q(answered_at=None) | Q(answered_at__gte=F("began_at")))
                & (Q(ended_at=None) | Q(ended_at__gte=F("began_at"))),
                name="call_ends_after",
            ),
            CheckConstraint(
                condition=Q(line__isnull=False) & ~Q(external_id="")
                | Q(line=None, external_id="", case__isnull=False, state="ended"),
                name="call_by_line_or_hand",
            ),
        ]
        indexes = [
            Index(fields=["-began_at", "-id"], name="call_log"),  # queries.listed
            Index(fields=["case", "-began_at"], condition=Q(case__isnull=False), name="call_of_case"),
            Index(fields=["number", "-began_at"], condition=~Q(number=""), name="call_of_number"),  # whose case it is
            Index(fields=["staff"], condition=Q(state__in=GOING), name="call_going_of"),  # pops, capacity
            Index(fields=["heard_at"], condition=Q(state__in=GOING), name="call_going"),  # give_up_lost
        ]


class Heard(Row):
    """What the exchange told under one webhook-id, and what it was answered: told again, the answer is the same."""

    PLAIN: ClassVar[tuple[str, ...]] = ("webhook_id", "body_hash", "answer")

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="+", db_index=False)
    webhook_id = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["line", "webhook_id"], name="heard_once")]
        indexes = [Index(fields=["at"], name="heard_old")]  # forget_heard


class CallBack(Row):
    """Somebody is to be called back: they asked for it, or nobody answered them. Where it stands in its queue says its work."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("number", "wish")
    PLAIN: ClassVar[tuple[str, ...]] = ("zone",)

    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=20)  # E.164
    wish = models.CharField(max_length=500, blank=True)  # what it is about, in the words of who noted it
    zone = models.CharField(max_length=64)  # where who is called lives
    from_at = models.DateTimeField()  # not before
    until_at = models.DateTimeField()  # by then
    state = models.CharField(max_length=10, choices=_one_of(BACK_STATES), default="waiting")
    tries = models.PositiveSmallIntegerField(default=0)
    missed = models.BooleanField(default=False)  # nobody asked: a call was missed
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["case", "number"], condition=Q(ended_at=None), name="callback_one_open"),
            CheckConstraint(condition=Q(state__in=BACK_STATES), name="callback_state_known"),
            CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="callback_ends",
            ),
            CheckConstraint(condition=~Q(number=""), name="callback_has_number"),
            CheckConstraint(condition=Q(until_at__gt=F("from_at")), name="callback_window"),
            CheckConstraint(condition=Q(tries__lte=MOST_TRIES), name="callback_tries_bounded"),
        ]
        indexes = [
            Index(fields=["until_at", "id"], condition=Q(ended_at=None), name="callback_open"),  # queries.callbacks
            Index(fields=["number"], condition=Q(ended_at=None), name="callback_of_number"),  # settle_number
            Index(fields=["case", "-asked_at"], name="callback_of_case"),
            Index(fields=["-ended_at", "-id"], condition=Q(ended_at__isnull=False), name="callback_done"),
        ]


class Attempt(Row):
    """One try to call somebody back, and the call it was, where the exchange told of it."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("note",)

    callback = models.ForeignKey(CallBack, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()  # of its call-back, from 1
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    outcome = models.CharField(max_length=12, choices=_one_of(OUTCOMES))
    note = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["callback", "number"], name="attempt_once")]
