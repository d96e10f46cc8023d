"""Cases, their messages and who takes part, links, drafts, custom fields."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.support.models.bulk import Bulk, BulkTurn
from trustdesk.support.models.spending import Minute, Spent
from trustdesk.support.rules import DIRECTIONS, FIELD_KINDS, LINKS, MODES, PRIORITIES, STATES, STATUSES

__all__ = [
    "Bulk",
    "BulkTurn",
    "Case",
    "CaseWords",
    "Draft",
    "FieldSpec",
    "Link",
    "Message",
    "Minute",
    "Participant",
    "Present",
    "SavedView",
    "Spent",
    "WordsRead",
]

STAFF = "people.Staff"


def _one_of(values: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


class Case(Row):
    """Somebody's matter. Its place in the queue is its work item's; what was said is in its messages."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("subject", "name", "address", "fields")
    PLAIN: ClassVar[tuple[str, ...]] = ("channel", "mailbox", "category", "intent", "market", "language", "tags")

    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField(unique=True)  # people say it: “case 1043”
    subject = models.CharField(max_length=200, blank=True)
    account = models.ForeignKey(
        "content.Account", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=320, blank=True)  # folded
    language = models.CharField(max_length=12, blank=True)  # in which the requester is written to
    market = models.CharField(max_length=12, blank=True)
    channel = models.CharField(max_length=40)
    mailbox = models.CharField(max_length=80, blank=True)  # which door of the channel it came in by
    category = models.CharField(max_length=80, blank=True)
    intent = models.CharField(max_length=80, blank=True)
    priority = models.CharField(max_length=6, choices=_one_of(PRIORITIES))
    status = models.CharField(max_length=8, choices=_one_of(STATUSES), default="new")
    tags = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    snoozed_until = models.DateTimeField(null=True)
    messages = models.PositiveIntegerField(default=0)  # the number of its last message
    waiting_since = models.DateTimeField(null=True)  # the requester's oldest message that nobody answered
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    live = models.BooleanField(default=False)  # its requester is there: what is said is shown to them at once

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(status__in=STATUSES), name="case_status_known"),
            CheckConstraint(condition=Q(live=False) | Q(merged_into=None), name="case_live_is_its_own"),
            CheckConstraint(condition=Q(priority__in=PRIORITIES), name="case_priority_known"),
            CheckConstraint(condition=Q(number__gt=0), name="case_number_counts"),
            CheckConstraint(
                condition=Q(merged_into=None) | Q(status="closed") & ~Q(merged_into=F("id")),
                name="case_merged_is_closed",
            ),
            CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="case_not_its_parent"),
            CheckConstraint(
                condition=Q(status__in=["resolved", "closed"], ended_at__isnull=False, snoozed_until=None)
                | ~Q(status__in=["resolved", "closed"]) & Q(ended_at=None),
                name="case_ends",
            ),
        ]
        indexes = [
            # queries.listed: all, by status, of a queue's holder by work; newest change first
            Index(fields=["-changed_at", "-id"], name="case_changed"),
            Index(fields=["status", "-changed_at", "-id"], name="case_by_status"),
            Index(fields=["-changed_at", "-id"], condition=Q(ended_at=None), name="case_unended"),
            Index(
                fields=["-changed_at", "-id"],
                condition=Q(ended_at=None, waiting_since__isnull=False),
                name="case_waiting",
            ),
            Index(fields=["opened_at"], name="case_opened"),
            # queries.earlier, queries.taking_part
            Index(fields=["account", "-id"], condition=Q(account__isnull=False), name="case_of_account"),
            Index(fields=["address", "-id"], condition=~Q(address=""), name="case_of_address"),
            Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="case_merged"),
            Index(fields=["parent"], condition=Q(parent__isnull=False), name="case_children"),
            GinIndex(fields=["tags"], name="case_by_tag"),
        ]


class Participant(Row):
    """An address that takes part in a case: what it sends with the case's number belongs here."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("address", "name")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    address = models.CharField(max_length=320)  # folded
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["case", "address"], name="participant_once"),
            CheckConstraint(condition=~Q(address=""), name="participant_has_address"),
        ]
        indexes = [Index(fields=["address", "-case"], name="participant_cases")]  # queries.taking_part


class Message(Row):
    """What was said in a case: by the requester, by the desk to the requester, or between colleagues (a note)."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("author_name", "address", "text", "quoted", "why", "attached")
    PLAIN: ClassVar[tuple[str, ...]] = ("channel", "external_id")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    no = models.PositiveIntegerField()  # in its case, from 1; later ones have higher numbers
    direction = models.CharField(max_length=4, choices=_one_of(DIRECTIONS))
    state = models.CharField(max_length=8, choices=_one_of(STATES))
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    author_name = models.CharField(max_length=200, blank=True)  # of who is not staff
    address = models.CharField(max_length=320, blank=True)  # who wrote, or to whom it goes
    text = models.TextField(blank=True)
    quoted = models.TextField(blank=True)  # what its writer quoted of before: folded on the page
    html = models.UUIDField(null=True)  # the file with its HTML as it came
    raw = models.UUIDField(null=True)  # the file with all of it as it came
    files = ArrayField(models.UUIDField(), default=list, blank=True)
    attached = models.JSONField(default=list, blank=True)  # what `files` are called: views.Attachment, in their order
    channel = models.CharField(max_length=40)
    external_id = models.CharField(max_length=320, blank=True)  # the channel's own name for it, such as a Message-ID
    automatic = models.BooleanField(default=False)  # no person wrote it
    at = models.DateTimeField()  # when it came in, when send was pressed
    leaves_at = models.DateTimeField(null=True)  # until then its sending can be undone
    then_status = models.CharField(max_length=8, blank=True, choices=_one_of(STATUSES))  # what the case becomes with it
    why = models.CharField(max_length=300, blank=True)  # why it could not be delivered
    moved_from = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["case", "no"], name="case_message_no"),
            # A note is never public: it has no way out, no address, and is never sent.
            CheckConstraint(
                condition=Q(direction="in", state="received")
                | Q(direction="note", state="noted", address="", leaves_at=None, staff__isnull=False)
                | Q(direction="note", state="noted", address="", leaves_at=None, automatic=True)
                | Q(direction="out", state__in=["sending", "sent", "failed"]),
                name="case_message_of_its_kind",
            ),
            CheckConstraint(
                condition=~Q(state="sending") | Q(leaves_at__isnull=False, leaves_at__gte=F("at")),
                name="case_sending_leaves",
            ),
            CheckConstraint(
                condition=~Q(direction="out") | Q(staff__isnull=False) | Q(automatic=True),
                name="case_reply_by_somebody",
            ),
            CheckConstraint(condition=Q(then_status="") | Q(direction="out"), name="case_status_with_reply"),
        ]
        indexes = [
            Index(fields=["leaves_at", "id"], condition=Q(state="sending"), name="case_leaving"),  # send_due
            Index(fields=["external_id"], condition=~Q(external_id=""), name="case_message_ext"),  # by_external_id
        ]


class Link(Row):
    """Something a case is about: an item, a decision, an appeal, another case."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("label",)

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=_one_of(LINKS))
    target = models.UUIDField()
    label = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["case", "kind", "target"], name="case_linked_once"),
            CheckConstraint(
                condition=~Q(kind__in=["case", "follows"]) | ~Q(target=F("case_id")), name="case_not_linked_to_itself"
            ),
        ]
        indexes = [Index(fields=["target", "kind"], name="case_links_to")]  # queries.about


class Draft(Row):
    """What somebody of the desk has begun to write in a case, kept until it is sent."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("text", "files")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    mode = models.CharField(max_length=5, choices=_one_of(MODES))
    text = models.TextField(blank=True)
    files = models.JSONField(default=list, blank=True)  # what is attached: views.Attachment
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["case", "staff", "mode"], name="case_draft_once"),
            CheckConstraint(condition=~Q(text="") | ~Q(files=[]), name="case_draft_holds_something"),
        ]


class FieldSpec(Row):
    """A field the desk has given its cases."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "name", "choices", "required_at")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=6, choices=_one_of(FIELD_KINDS))
    choices = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    required_at = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    place = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(required_at__contained_by=list(STATUSES)), name="case_field_required_at_status"
            ),
            CheckConstraint(condition=~Q(name=""), name="case_field_has_name"),
        ]


class Present(Row):
    """Who has a case on screen, and whether they write; kept alive by the heartbeat of the page, forgotten after a minute."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    staff = models.ForeignKey(STAFF, on_delete=models.CASCADE, related_name="+", db_index=False)
    writes = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["case", "staff"], name="case_present_once")]
        indexes = [Index(fields=["at"], name="case_present_old")]  # actions.be_here, which forgets


class CaseWords(models.Model):
    """The words of a case as they are looked for (wording.py): subject A, people B, messages C, notes D."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("words",)

    case = models.OneToOneField(Case, on_delete=models.CASCADE, primary_key=True, related_name="+")
    words = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="case_words_found")]  # queries.listed with words


class WordsRead(models.Model):
    """How far back cases have been read for their words: one row. `before`: the next are older; `edition`: of what reads."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    before = models.UUIDField(null=True)
    done = models.BooleanField(default=False)
    edition = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [CheckConstraint(condition=Q(id=1), name="case_words_read_is_one")]


class SavedView(Row):
    """A way to narrow the inbox down, under a name: one person's, or shared with everybody in their teams."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("name", "query")

    owner = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1_000, blank=True)  # as it stands in the address
    shared = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)  # counts every change
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # saving.views_for, too
            UniqueConstraint(fields=["owner", "name"], condition=Q(deleted_at=None), name="case_view_once_a_person"),
            CheckConstraint(condition=~Q(name=""), name="case_view_has_name"),
        ]
