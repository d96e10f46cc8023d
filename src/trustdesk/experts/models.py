"""Fields of knowledge, questions, answers."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import CheckConstraint, Index, Q

from trustdesk.experts.rules import STATES
from trustdesk.kernel.base.models import Row

STAFF = "people.Staff"


class Field(Row):
    """Something people know about, the team whose members answer, and how soon."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "name", "about")

    code = models.SlugField(max_length=50, unique=True)
    name = models.CharField(max_length=80)
    about = models.CharField(max_length=300, blank=True)  # what to ask here
    team = models.ForeignKey("people.Team", on_delete=models.PROTECT, related_name="+", db_index=False)
    minutes = models.PositiveIntegerField()  # to the answer
    version = models.PositiveIntegerField(default=1)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [CheckConstraint(condition=Q(minutes__gte=1), name="field_promises_time")]


class Answer(Row):
    """What somebody who knows said, in words for all. Written anew, the answer before stays as it was."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("title", "text", "words")

    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=160)  # what it answers, for any case
    text = models.TextField()
    words = models.TextField()  # both and the question, folded: by them it is found
    staff = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    true_until = models.DateField()  # then somebody looks at it again
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, related_name="replaced_by", null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="answer_says_something")]
        indexes = [
            GinIndex(SearchVector("words", config="simple"), name="answer_words"),  # queries.found, queries.alike
            Index(fields=["true_until"], condition=Q(retired_at=None), name="answer_again"),
            Index(fields=["-at", "-id"], name="answer_newest"),
        ]


class Question(Row):
    """What somebody wants to know about some work. `reused`: an answer there was served, and nobody was asked."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("text", "why")
    PLAIN: ClassVar[tuple[str, ...]] = ("link",)

    work = models.OneToOneField("work.WorkItem", on_delete=models.PROTECT, related_name="+", null=True)
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="+", db_index=False)
    about = models.ForeignKey("work.WorkItem", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    link = models.CharField(max_length=300, blank=True)  # the page it was asked from
    text = models.TextField()
    state = models.CharField(max_length=10, choices=[(one, one) for one in STATES], default="waiting")
    why = models.CharField(max_length=500, blank=True)  # it cannot be answered
    asker = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", db_index=False)
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="+", null=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # who asked has seen what became of it

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(state__in=STATES), name="question_state_known"),
            CheckConstraint(
                condition=Q(state="waiting", ended_at=None) | ~Q(state="waiting") & Q(ended_at__isnull=False),
                name="question_ends",
            ),
            CheckConstraint(
                condition=Q(state__in=("answered", "reused"), answer__isnull=False)
                | ~Q(state__in=("answered", "reused")) & Q(answer=None),
                name="question_has_its_answer",
            ),
            CheckConstraint(condition=~Q(state="declined") | ~Q(why=""), name="question_declined_says_why"),
            CheckConstraint(condition=Q(state="reused") | Q(work__isnull=False), name="question_is_work"),
            CheckConstraint(condition=~Q(text=""), name="question_asks"),
        ]
        indexes = [
            Index(fields=["field", "asked_at"], condition=Q(ended_at=None), name="question_waiting"),
            Index(fields=["asker", "-asked_at"], name="question_of_asker"),
            Index(fields=["asker"], condition=Q(ended_at__isnull=False, seen_at=None), name="question_unseen"),
            Index(fields=["about"], condition=Q(about__isnull=False), name="question_about"),
        ]
