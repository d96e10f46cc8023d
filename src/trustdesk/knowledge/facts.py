"""What can have happened to articles. Nothing here is about a person: articles speak to all."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ArticleBegun(
    Fact,
    kind="article.begun",
    subject="article",
    says="{actor} began the article “{title}” ({slug})",
    personal=(),
):
    article: UUID
    slug: str
    title: str
    audience: str


@dataclass(frozen=True, kw_only=True)
class ArticleDrafted(
    Fact,
    kind="article.drafted",
    subject="article",
    says="{actor} wrote version {number} of {slug} ({language})",
    personal=(),
):
    article: UUID
    slug: str
    language: str
    number: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ArticleDiscarded(
    Fact,
    kind="article.draft_discarded",
    subject="article",
    says="{actor} threw the draft of version {number} of {slug} ({language}) away",
    personal=(),
):
    article: UUID
    slug: str
    language: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ArticleSubmitted(
    Fact,
    kind="article.submitted",
    subject="article",
    says="{actor} asked for version {number} of {slug} ({language}) to be looked at",
    personal=(),
):
    article: UUID
    slug: str
    language: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ArticleSentBack(
    Fact,
    kind="article.sent_back",
    subject="article",
    says="{actor} sent version {number} of {slug} ({language}) back: {why}",
    personal=(),
):
    article: UUID
    slug: str
    language: str
    number: int
    why: str


@dataclass(frozen=True, kw_only=True)
class ArticlePublished(
    Fact,
    kind="article.published",
    subject="article",
    says="{actor} published version {number} of {slug} ({language}): {title}",
    personal=(),
):
    """`replaces`: the version that was public before, 0 for none. `own`: who published it had written it, too."""

    article: UUID
    slug: str
    title: str
    language: str
    number: int
    replaces: int
    own: bool
    sha256: str


@dataclass(frozen=True, kw_only=True)
class ArticleSet(
    Fact,
    kind="article.set",
    subject="article",
    says="{actor} changed the settings of {slug}: {changed}",
    personal=(),
):
    article: UUID
    slug: str
    changed: str


@dataclass(frozen=True, kw_only=True)
class ArticleDoubted(
    Fact,
    kind="article.doubted",
    subject="article",
    says="{slug} should be looked at again: {why}",
    personal=(),
):
    """`cause`: date, votes or policy."""

    article: UUID
    slug: str
    cause: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ArticleConfirmed(
    Fact, kind="article.confirmed", subject="article", says="{actor} found {slug} still right", personal=()
):
    article: UUID
    slug: str


@dataclass(frozen=True, kw_only=True)
class ArticleArchived(
    Fact, kind="article.archived", subject="article", says="{actor} took {slug} off the shelf: {why}", personal=()
):
    article: UUID
    slug: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ArticleReturned(
    Fact, kind="article.returned", subject="article", says="{actor} put {slug} back on the shelf", personal=()
):
    article: UUID
    slug: str


@dataclass(frozen=True, kw_only=True)
class TopicKept(Fact, kind="topic.kept", subject="topic", says="{actor} keeps the topic {code}", personal=()):
    topic: UUID
    code: str


@dataclass(frozen=True, kw_only=True)
class SynonymsKept(
    Fact,
    kind="synonyms.kept",
    subject="language",
    says="{actor} keeps {groups} groups of words that mean the same ({language})",
    personal=(),
):
    language: str
    groups: int


@dataclass(frozen=True, kw_only=True)
class GuidelinesShelved(
    Fact,
    kind="guideline.shelved",
    subject="ruleset",
    says="The rules in force went to the help pages: {kept} new or changed, {gone} taken away",
    personal=(),
):
    ruleset: str
    kept: int
    gone: int
