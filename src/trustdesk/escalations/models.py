"""Hand-overs to teams, what was said in them, and severities."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row

WORK, STAFF = "work.WorkItem", "people.Staff"


class Severity(Row):
    """How soon a team accepts and answers, in minutes of plain time."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "name")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField(unique=True)  # 1 is the gravest
    accept_minutes = models.PositiveIntegerField()
    answer_minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(accept_minutes__gt=0, answer_minutes__gte=models.F("accept_minutes")),
                name="severity_accept_before_answer",
            ),
        ]


class Area(Row):
    """What kind of matter is handed over, for the figures: legal, fraud, …"""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "name")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=60)


class Escalation(Row):
    """One piece of work handed over to one team. Its deadlines are clocks of a work item of its own."""

    class State(models.TextChoices):
        WAITING = "waiting"  # nobody of the team has accepted
        ACCEPTED = "accepted"
        ASKED_BACK = "asked_back"  # the team waits for a word of who asked
        ANSWERED = "answered"
        RETURNED = "returned"  # handed back with words: not theirs
        CLOSED = "closed"
        CANCELLED = "cancelled"

    PERSONAL: ClassVar[tuple[str, ...]] = ("subject", "gathered", "promised")
    PLAIN: ClassVar[tuple[str, ...]] = ("link",)

    work = models.OneToOneField(WORK, on_delete=models.PROTECT, related_name="+")
    about = models.ForeignKey(WORK, on_delete=models.PROTECT, related_name="+", db_index=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    severity = models.ForeignKey(Severity, on_delete=models.PROTECT, related_name="+", db_index=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", db_index=False, null=True)
    requester = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    holder = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False, null=True)
    subject = models.CharField(max_length=200)
    gathered = models.JSONField(default=list)  # [{label, value, personal}]: what is known of the matter
    link = models.CharField(max_length=300, blank=True)  # the page of the work
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    outside = models.BooleanField(default=False)  # the team answers by letter: nobody here holds it
    opened_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # Followed up until it is closed: what was promised until when, and when that was said to be over.
    promised_at = models.DateTimeField(null=True)
    promised = models.CharField(max_length=200, blank=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["about"], condition=Q(ended_at=None), name="escalation_one_open"),
            CheckConstraint(
                condition=Q(state__in=["closed", "cancelled"], ended_at__isnull=False)
                | (~Q(state__in=["closed", "cancelled"]) & Q(ended_at=None)),
                name="escalation_ends",
            ),
            CheckConstraint(
                condition=~Q(state__in=["accepted", "asked_back"]) | Q(holder__isnull=False) | Q(outside=True),
                name="escalation_has_holder",
            ),
            CheckConstraint(
                condition=Q(promised_at__isnull=False) | Q(promised="", reminded_at=None), name="escalation_promise_day"
            ),
        ]
        indexes = [
            Index(fields=["team", "-opened_at", "-id"], name="escalation_of_team"),  # a team's inbox
            Index(fields=["requester", "-opened_at", "-id"], name="escalation_by_requester"),  # what I asked
            Index(fields=["-opened_at", "-id"], name="escalation_newest"),  # the figures
            Index(fields=["about"], name="escalation_about"),  # the page of the work
            # remind_due, queries.overdue_by_team
            Index(
                fields=["promised_at"],
                condition=Q(ended_at=None, promised_at__isnull=False),
                name="escalation_promise_due",
            ),
        ]


class Saying(Row):
    """What was said in a hand-over: the question, the answer, what came after."""

    class Kind(models.TextChoices):
        ASKED = "asked"
        ANSWERED = "answered"
        RETURNED = "returned"
        FOLLOWED_UP = "followed_up"
        ASKED_BACK = "asked_back"  # by the team
        TOLD = "told"  # what who asked said to that
        PROMISED = "promised"
        REMINDED = "reminded"
        AUTOMATIC = "automatic"  # an out-of-office note of a team outside: kept, no answer
        UNVERIFIED = "unverified"  # a mail of somebody else than the team outside: shown, no answer
        CLIMBED = "climbed"  # handed to the next level by itself
        NOTED = "noted"  # between colleagues of the team, or the answer of a team it was handed on to
        CANCELLED = "cancelled"

    PERSONAL: ClassVar[tuple[str, ...]] = ("text", "by")

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="sayings", db_index=False)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False, null=True)
    by = models.CharField(max_length=200, blank=True)  # who said it, where it was nobody of the desk
    kind = models.CharField(max_length=11, choices=Kind.choices)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        indexes = [Index(fields=["escalation", "id"], name="saying_of_escalation")]


class NextLevel(Row):
    """Where what a team does not accept or answer in time goes by itself, so many minutes after its deadline."""

    team = models.OneToOneField("people.Team", on_delete=models.PROTECT, related_name="+")
    above = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    accept_after = models.PositiveIntegerField()  # minutes
    answer_after = models.PositiveIntegerField()  # minutes

    class Meta:
        constraints = [CheckConstraint(condition=~Q(team=models.F("above")), name="level_leads_elsewhere")]


class Climb(Row):
    """That a hand-over went to the next level by itself. Each team is left and reached so once: it never goes in circles."""

    class Missed(models.TextChoices):
        ACCEPT = "accept"
        ANSWER = "answer"

    escalation = models.ForeignKey(Escalation, on_delete=models.PROTECT, related_name="climbs", db_index=False)
    left = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    reached = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    missed = models.CharField(max_length=6, choices=Missed.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["escalation", "left"], name="climb_leaves_once"),
            UniqueConstraint(fields=["escalation", "reached"], name="climb_reaches_once"),
            CheckConstraint(condition=~Q(left=models.F("reached")), name="climb_leads_elsewhere"),
        ]


class Outside(Row):
    """A team outside TrustDesk: it is asked by letter and answers on a page of its own, or by mail."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address",)
    PLAIN: ClassVar[tuple[str, ...]] = ("language",)

    team = models.OneToOneField("people.Team", on_delete=models.PROTECT, related_name="+")
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=12, default="en")
    allowed = models.BooleanField(default=False)  # may read what is about persons
    since = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)


class Talk(Row):
    """The signed address of one hand-over to a team outside: whom it was written to, until when it opens."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address",)
    PLAIN: ClassVar[tuple[str, ...]] = ("language", "name")

    escalation = models.OneToOneField(Escalation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)  # of the team, when it was asked
    address = models.EmailField(max_length=254)
    language = models.CharField(max_length=12)
    allowed = models.BooleanField()
    until = models.DateTimeField()
