"""Articles with their versions, topics, synonyms; what is found, read, asked and judged helpful."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint

from trustdesk.kernel.base.models import Row
from trustdesk.knowledge.rules import AUDIENCES, KINDS

STAFF = "people.Staff"


class Topic(Row):
    """Where readers look first. Names and what is in it, by language."""

    PLAIN: ClassVar[tuple[str, ...]] = ("code", "icon", "names", "about")

    code = models.SlugField(max_length=60, unique=True)
    icon = models.CharField(max_length=20, default="book")
    names = models.JSONField(default=dict)  # {"en": "Buying safely"}
    about = models.JSONField(default=dict)  # {"en": "Meeting, paying and what we cover"}
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)


class Article(Row):
    """One thing explained, in one or more languages. Its words are in versions."""

    PLAIN: ClassVar[tuple[str, ...]] = ("slug", "language", "policies", "policy", "doubt")

    slug = models.SlugField(max_length=80, unique=True)
    language = models.CharField(max_length=12)  # written in first
    kind = models.CharField(max_length=9, choices=[(kind, kind) for kind in KINDS], default="article")
    audience = models.CharField(max_length=9, choices=[(who, who) for who in AUDIENCES], default="public")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    owner = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    policies = ArrayField(models.CharField(max_length=60), default=list)
    policy = models.CharField(max_length=60, blank=True)  # a guideline: the policy whose public form it is
    review_days = models.PositiveSmallIntegerField(default=0)
    review_due = models.DateField(null=True)
    doubt = models.CharField(max_length=200, blank=True)  # why it should be looked at again, "" when all is well
    doubted_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(kind="guideline") & ~Q(policy="") | ~Q(kind="guideline") & Q(policy=""),
                name="article_guideline_of_policy",
            ),
            CheckConstraint(
                condition=Q(doubt="", doubted_at=None) | ~Q(doubt="") & Q(doubted_at__isnull=False),
                name="article_doubt_dated",
            ),
            UniqueConstraint(fields=["policy"], condition=~Q(policy=""), name="article_one_per_policy"),
        ]
        indexes = [
            Index(fields=["-changed_at", "-id"], name="article_newest"),  # the list of the desk
            Index(fields=["review_due"], condition=Q(review_due__isnull=False), name="article_due"),  # doubt_due
        ]


class ArticleVersion(Row):
    """The words of an article in one language, as they were at one time."""

    class State(models.TextChoices):
        DRAFT = "draft"
        REVIEW = "review"
        PUBLISHED = "published"
        REPLACED = "replaced"  # was public once
        DISCARDED = "discarded"

    PLAIN: ClassVar[tuple[str, ...]] = (
        "language",
        "title",
        "summary",
        "keywords",
        "body",
        "sha256",
        "author",
        "publisher",
        "sent_back",
    )

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions", db_index=False)
    language = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=240, blank=True)
    keywords = models.CharField(max_length=400, blank=True)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    # Of a translation: the version in the article's own language that it renders. 0 in that language itself.
    renders = models.PositiveIntegerField(default=0)
    author = models.CharField(max_length=60)  # an actor's label
    publisher = models.CharField(max_length=60, blank=True)
    sent_back = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    edition = models.PositiveIntegerField(default=1)  # of a draft: counts each time it is saved

    class Meta:
        constraints = [
            UniqueConstraint(fields=["article", "language", "number"], name="article_version_number"),
            UniqueConstraint(
                fields=["article", "language"], condition=Q(state="published"), name="article_one_published"
            ),
            UniqueConstraint(
                fields=["article", "language"], condition=Q(state__in=["draft", "review"]), name="article_one_draft"
            ),
            CheckConstraint(
                condition=Q(state__in=["published", "replaced"], published_at__isnull=False)
                | Q(state__in=["draft", "review", "discarded"], published_at=None),
                name="article_version_published_at",
            ),
        ]


class Document(Row):
    """What is searched: the published words of an article in one language. Made anew whenever they change."""

    PLAIN: ClassVar[tuple[str, ...]] = ("language", "title", "summary", "words", "vector")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=240, blank=True)
    words = ArrayField(models.CharField(max_length=60), default=list)  # each once: the vocabulary is made of them
    vector = SearchVectorField()  # knowledge.lexemes

    class Meta:
        constraints = [UniqueConstraint(fields=["article", "language"], name="document_once")]
        indexes = [
            GinIndex(fields=["vector"], name="document_words"),  # finding.search
            Index(fields=["language"], name="document_language"),  # the vocabulary of a language
        ]


class Shelf(Row):
    """One row a language: `number` grows whenever its documents or synonyms change, so that processes read them again."""

    PLAIN: ClassVar[tuple[str, ...]] = ("language", "synonyms")

    language = models.CharField(max_length=12, unique=True)
    number = models.PositiveBigIntegerField(default=0)
    synonyms = models.JSONField(default=list)  # [["refund", "money back"], ...]
    version = models.PositiveIntegerField(default=0)  # of the synonyms: counts each time they are changed


class Read(Row):
    """How often an article was opened on a day, in a language. Not by whom."""

    PLAIN: ClassVar[tuple[str, ...]] = ("language",)

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=12)
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [UniqueConstraint(fields=["article", "language", "day"], name="read_once_a_day")]
        indexes = [Index(fields=["day"], name="read_of_day")]  # read most this week


class Asked(Row):
    """What was searched for on a day, folded and without digits and addresses, and how much was found. Not by whom."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("words",)
    PLAIN: ClassVar[tuple[str, ...]] = ("language",)

    day = models.DateField()
    language = models.CharField(max_length=12)
    words = models.CharField(max_length=80)
    times = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)  # articles, the last time
    opened = models.PositiveIntegerField(default=0)  # times one of them was opened from the list

    class Meta:
        constraints = [UniqueConstraint(fields=["day", "language", "words"], name="asked_once_a_day")]


class Vote(Row):
    """Did it help? One a reader (by a mark made of their address and a daily salt), article and language."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("said",)
    PLAIN: ClassVar[tuple[str, ...]] = ("language", "reader")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=12)
    number = models.PositiveIntegerField()  # the version that was read
    reader = models.CharField(max_length=64)
    helped = models.BooleanField()
    said = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [UniqueConstraint(fields=["article", "language", "reader"], name="vote_once")]
        indexes = [Index(fields=["article", "-at"], name="vote_newest")]  # the article's page, doubt by votes


class Offered(Row):
    """Pages offered to people who were about to write to the desk, by day: how many read them and did not have to."""

    PLAIN: ClassVar[tuple[str, ...]] = ("language",)

    day = models.DateField()
    language = models.CharField(max_length=12)
    times = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)  # said that a page answered it
    sent = models.PositiveIntegerField(default=0)  # wrote to the desk all the same

    class Meta:
        constraints = [UniqueConstraint(fields=["day", "language"], name="offered_once_a_day")]
