"""What is told of articles: frozen, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from trustdesk.knowledge.models import Article, ArticleVersion
from trustdesk.knowledge.rendering import Rendered, render


@dataclass(frozen=True)
class Link:
    """An article as a line that leads to it. `policy`: whose public form it is, "" for others."""

    article: UUID
    slug: str
    language: str
    title: str
    summary: str
    policy: str = ""


@dataclass(frozen=True)
class TopicView:
    """A topic; names and what is in it by language."""

    code: str
    icon: str
    names: Mapping[str, str]
    about: Mapping[str, str]
    position: int
    version: int
    articles: int = 0

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names.get("en") or next(iter(self.names.values()), self.code)

    def told(self, language: str) -> str:
        return self.about.get(language) or self.about.get("en") or ""


@dataclass(frozen=True)
class VersionView:
    """The words of an article in one language at one time."""

    article: UUID
    language: str
    number: int
    state: str
    title: str
    summary: str
    keywords: str
    body: str
    author: str
    publisher: str
    sent_back: str
    renders: int
    edition: int
    written_at: datetime
    published_at: datetime | None

    @property
    def rendered(self) -> Rendered:
        return render(self.body)


@dataclass(frozen=True)
class ArticleView:
    """What holds for all languages of an article. `languages`: the public ones → version number."""

    id: UUID
    slug: str
    language: str
    kind: str
    audience: str
    topic: str
    owner: UUID | None
    policies: tuple[str, ...]
    policy: str
    review_days: int
    review_due: date | None
    doubt: str
    doubted_at: datetime | None
    archived_at: datetime | None
    changed_at: datetime
    version: int


@dataclass(frozen=True)
class ArticleRow:
    """An article in the list of the desk. `state`: the furthest of its first language; `behind`: translations older than
    what they render."""

    article: ArticleView
    title: str
    state: str
    languages: tuple[str, ...]
    behind: tuple[str, ...]
    waiting: tuple[str, ...]  # languages with a version to be looked at
    read: int  # times in the last seven days
    helped: int
    votes: int  # in the last thirty days


@dataclass(frozen=True)
class Reader:
    """What a public page shows of an article. `behind`: the first language says more by now. `others`: languages there are."""

    article: ArticleView
    version: VersionView
    behind: bool
    others: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One line of a diff; `sign` is +, - or a blank."""

    sign: str
    text: str


@dataclass(frozen=True)
class InVain:
    """A question in its readers' words. `opened`: times an article was opened from what was found."""

    words: str
    language: str
    times: int
    found: int
    opened: int
    last: date


@dataclass(frozen=True)
class Deflected:
    """People who were about to write: offered pages, answered by one, writing all the same. The others left without a word,
    which is no proof that they were helped."""

    offered: int
    answered: int
    sent: int


def view_of(row: Article) -> ArticleView:
    return ArticleView(
        id=row.id,
        slug=row.slug,
        language=row.language,
        kind=row.kind,
        audience=row.audience,
        topic=row.topic.code if row.topic else "",
        owner=row.owner_id,
        policies=tuple(row.policies),
        policy=row.policy,
        review_days=row.review_days,
        review_due=row.review_due,
        doubt=row.doubt,
        doubted_at=row.doubted_at,
        archived_at=row.archived_at,
        changed_at=row.changed_at,
        version=row.version,
    )


def version_of(row: ArticleVersion) -> VersionView:
    names = VersionView.__dataclass_fields__.keys() - {"article"}
    return VersionView(article=row.article_id, **{name: getattr(row, name) for name in names})


def articles() -> QuerySet[Article]:
    return Article.objects.select_related("topic")
