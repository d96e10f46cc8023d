"""Letters, addresses that get none, mail that comes in, the mailboxes it comes in by."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row


class Letter(Row):
    """One letter to one address, written whole; sending changes its state, never its words."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("to", "subject", "text", "html", "attached")
    PLAIN: ClassVar[tuple[str, ...]] = (
        "kind",
        "language",
        "about",
        "sender",
        "reply_to",
        "message_id",
        "answers",
        "mailbox",
        "unsubscribe",
        "error",
    )

    class State(models.TextChoices):
        QUEUED = "queued"
        SENT = "sent"
        DEAD = "dead"
        WITHDRAWN = "withdrawn"
        SUPPRESSED = "suppressed"

    to = models.CharField(max_length=320)
    sender = models.CharField(max_length=320)
    reply_to = models.CharField(max_length=320, blank=True)  # an address of the desk's own that says what it is about
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    language = models.CharField(max_length=12)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=80)  # what it is about: decision:0190…
    cause = models.UUIDField(null=True)  # what withdraws it when undone
    written_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=400)
    answers = models.CharField(max_length=400, blank=True)  # Message-ID of the mail it answers
    mailbox = models.CharField(max_length=40, blank=True)  # by which it leaves, "" for the desk's own way
    attached = models.JSONField(default=list, blank=True)  # [[file, name, type], …]
    unsubscribe = models.CharField(max_length=500, blank=True)  # where one press ends letters of this kind (RFC 8058)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at=None),
                name="letter_sent_has_time",
            ),
            CheckConstraint(
                condition=Q(claim=None, claimed_until=None) | Q(claim__isnull=False, claimed_until__isnull=False),
                name="letter_claim_ends",
            ),
        ]
        indexes = [
            Index(fields=["next_at", "id"], condition=Q(state="queued"), name="letter_due"),  # sending.claim
            Index(fields=["about", "id"], name="letter_about"),  # queries.letters_about
            Index(fields=["cause"], condition=Q(cause__isnull=False), name="letter_by_cause"),  # withdraw_letters
            Index(fields=["-id"], condition=Q(state="dead"), name="letter_dead"),  # queries.dead_letters
            Index(fields=["message_id"], name="letter_by_name"),  # receiving: what came back
        ]


class Suppression(Row):
    """An address the desk does not write to: its server refused it for good, or its owner asked."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address",)
    PLAIN: ClassVar[tuple[str, ...]] = ("why",)

    address = models.CharField(max_length=320, unique=True)  # folded
    why = models.CharField(max_length=200)
    since = models.DateTimeField()


class IncomingMail(Row):
    """A mail that came in for a box of the desk: its raw bytes lie in `files`, what became of it stands here."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("sender", "subject")
    PLAIN: ClassVar[tuple[str, ...]] = ("box", "mailbox", "recipient", "sha256", "about", "why")

    class State(models.TextChoices):
        WAITING = "waiting"
        HANDLED = "handled"
        REFUSED = "refused"  # the sender was told why
        IGNORED = "ignored"  # a machine sent it, or a person laid it aside
        STUCK = "stuck"  # nothing could be made of it: a person looks

    box = models.CharField(max_length=40)
    mailbox = models.CharField(max_length=40, blank=True)  # of the desk, by which a case came
    key = models.UUIDField(null=True)  # what its signed address names
    sender = models.CharField(max_length=320, blank=True)  # of the envelope
    recipient = models.CharField(max_length=320)
    raw = models.UUIDField()  # the file
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    subject = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    about = models.CharField(max_length=80, blank=True)  # what it became: notice:0190…
    why = models.CharField(max_length=300, blank=True)
    handled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A server that did not hear our answer sends the same bytes again.
            UniqueConstraint(fields=["sha256", "recipient"], name="mail_once_per_address"),
            CheckConstraint(condition=~Q(state="handled") | ~Q(about=""), name="mail_handled_became_something"),
        ]
        indexes = [
            Index(fields=["next_at", "id"], condition=Q(state="waiting"), name="mail_waiting"),  # receiving.handle_due
            Index(fields=["-id"], condition=Q(state="stuck"), name="mail_stuck"),  # queries.stuck_mail
            Index(fields=["sender", "received_at"], name="mail_lately"),  # receiving: how much one address sent
            Index(fields=["raw"], name="mail_by_raw"),  # queries.mails_of
        ]


class Mailbox(Row):
    """An address at which people write to the desk: how its mail comes in and goes out (`mailboxes.settings`), and how it
    goes. Passwords are sealed; versions never hold them."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "address", "told", "in_secret", "out_secret", "trouble", "out_trouble")

    code = models.SlugField(max_length=30, unique=True)  # in threads, cases and letters; never changes
    address = models.CharField(max_length=320, blank=True)  # folded; "" for help@ the desk's own domain
    told = models.JSONField()  # Settings, by name
    in_secret = models.TextField(blank=True)
    out_secret = models.TextField(blank=True)
    number = models.PositiveIntegerField(default=1)  # of the version in force
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    # How it goes.
    checked_at = models.DateTimeField(null=True)  # when its folder was last read through
    trouble = models.JSONField(default=dict, blank=True)  # {"says": …, "values": {…}} of the last failed try
    trouble_at = models.DateTimeField(null=True)  # since when it has failed
    out_trouble = models.JSONField(default=dict, blank=True)
    out_trouble_at = models.DateTimeField(null=True)
    # Where the reading of its folder stands (RFC 3501, 2.3.1.1).
    validity = models.BigIntegerField(default=0)
    since = models.BigIntegerField(default=0)  # all mails up to this UID are taken, unless marked as unread
    leased_by = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["address"], condition=Q(archived_at=None) & ~Q(address=""), name="mailbox_address_once"
            ),
            CheckConstraint(condition=~Q(code=""), name="mailbox_has_code"),
        ]


class MailboxVersion(Row):
    """The settings of a mailbox as they were at one time, without its passwords; never changed."""

    PLAIN: ClassVar[tuple[str, ...]] = ("told", "author")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    told = models.JSONField()
    passwords = models.BooleanField(default=False)  # a password was given with it
    author = models.CharField(max_length=60)  # an actor's label
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["mailbox", "number"], name="mailbox_version_number")]


class Fetched(Row):
    """A mail of a mailbox's folder that is kept here: its server may be told so, and it is never taken again."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="+", db_index=False)
    validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["mailbox", "validity", "uid"], name="fetched_once")]
