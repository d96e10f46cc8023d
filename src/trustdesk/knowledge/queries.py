"""Everything one may ask about articles. Frozen views, never rows."""

import difflib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Sum

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.knowledge.finding import Found, Hit, search
from trustdesk.knowledge.indexing import stems_anywhere, stems_of
from trustdesk.knowledge.lexemes import pairs_of, quoted, words_of
from trustdesk.knowledge.models import Article, ArticleVersion, Asked, Offered, Read, Shelf, Vote
from trustdesk.knowledge.reading import addresses, of_topic, opened, read_most, related, standing_of, topics, topics_for
from trustdesk.knowledge.rendering import Heading, Rendered, render
from trustdesk.knowledge.views import (
    ArticleRow,
    ArticleView,
    Deflected,
    InVain,
    Line,
    Link,
    Reader,
    TopicView,
    VersionView,
    articles,
    version_of,
    view_of,
)

__all__ = [
    "PUBLIC",
    "STAFF",
    "ArticleRow",
    "ArticleView",
    "Deflected",
    "Found",
    "Heading",
    "Hit",
    "InVain",
    "Line",
    "Link",
    "Reader",
    "Rendered",
    "TopicView",
    "VersionView",
    "addresses",
    "article",
    "asked_in_vain",
    "doubted",
    "draft_of",
    "lines_between",
    "listed",
    "of_topic",
    "opened",
    "pairs_of",
    "quoted",
    "read_most",
    "related",
    "render",
    "search",
    "standing_of",
    "stems_anywhere",
    "stems_of",
    "synonyms",
    "topics",
    "topics_for",
    "version",
    "versions",
    "votes",
    "words_of",
]

# What each kind of reader may see.
PUBLIC = ("public",)
STAFF = ("public", "staff")
_WEEK = timedelta(days=7)


def article(article_id: UUID) -> ArticleView:
    """Raises NotFound."""
    row = articles().filter(id=article_id).first()
    if row is None:
        raise NotFound("There is no such article.")
    return view_of(row)


def versions(article_id: UUID) -> list[VersionView]:
    """All versions of all languages, the newest first; those thrown away are left out."""
    rows = ArticleVersion.objects.filter(article_id=article_id).exclude(state=ArticleVersion.State.DISCARDED)
    return [version_of(row) for row in rows.order_by("-written_at", "-id")]


def version(article_id: UUID, language: str, number: int) -> VersionView | None:
    row = ArticleVersion.objects.filter(article_id=article_id, language=language, number=number).first()
    return version_of(row) if row else None


def draft_of(found: Sequence[VersionView], language: str) -> VersionView | None:
    """The open draft of a language among the versions of an article."""
    return next((one for one in found if one.language == language and one.state in {"draft", "review"}), None)


def listed(
    *,
    state: str = "",
    language: str = "",
    topic: str = "",
    words: str = "",
    mine: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
    now: datetime,
) -> tuple[list[ArticleRow], tuple[datetime, UUID] | None]:
    """Articles for the desk, the last changed first, and the mark of the next page. The same statements for any number.

    `state`: draft, review, published, doubted, behind, archived, guidelines or "" for all that is not archived.
    """
    rows = articles().filter(archived_at__isnull=state != "archived")
    rows = rows.filter(kind="guideline") if state == "guidelines" else rows.exclude(kind="guideline")
    of = ArticleVersion.objects.filter(article=OuterRef("id"))
    if state in {"draft", "review", "published"}:
        rows = rows.filter(Exists(of.filter(state=state)))
    elif state == "doubted":
        rows = rows.exclude(doubt="")
    elif state == "behind":
        first = ArticleVersion.objects.filter(
            article=OuterRef("article"),
            language=OuterRef("article__language"),
            state="published",
            number__gt=OuterRef("renders"),
        )
        rows = rows.filter(Exists(of.filter(state="published", renders__gt=0).filter(Exists(first))))
    if language:
        rows = rows.filter(Exists(of.filter(language=language).exclude(state="discarded")))
    if topic:
        rows = rows.filter(topic__code=topic)
    if mine:
        rows = rows.filter(owner_id=mine)
    for word in words.split()[:8]:
        rows = rows.filter(
            Q(slug__icontains=word) | Exists(of.filter(title__icontains=word).exclude(state="discarded"))
        )
    if after:
        rows = rows.filter(Q(changed_at__lt=after[0]) | Q(changed_at=after[0], id__lt=after[1]))
    shown = list(rows.order_by("-changed_at", "-id")[: limit + 1])
    more = len(shown) > limit
    shown = shown[:limit]
    made = _rows(shown, now=now)
    return made, (shown[-1].changed_at, shown[-1].id) if more else None


def doubted() -> int:
    """How many articles wait to be looked at again, or for the first time."""
    return (
        Article.objects.filter(archived_at=None)
        .filter(~Q(doubt="") | Exists(ArticleVersion.objects.filter(article=OuterRef("id"), state="review")))
        .count()
    )


def votes(article_id: UUID, *, limit: int = 20) -> tuple[int, int, list[tuple[datetime, bool, str, str]]]:
    """How many said that it helped, how many said anything, and the newest words with their time and language."""
    rows = Vote.objects.filter(article_id=article_id)
    told = rows.aggregate(n=Count("id"), helped_n=Count("id", filter=Q(helped=True)))
    newest = rows.exclude(said="").order_by("-at", "-id").values_list("at", "helped", "language", "said")[:limit]
    return told["helped_n"], told["n"], list(newest)


def asked_in_vain(*, now: datetime, nothing: bool = True, limit: int = 100) -> list[InVain]:
    """What was asked most in the last thirty days and led nowhere: nothing found, or (`nothing` False) found and not opened."""
    rows = (
        Asked.objects.filter(day__gt=(now - timedelta(days=30)).date())
        .values("words", "language")
        .annotate(n=Sum("times"), most=Max("found"), o=Sum("opened"), last=Max("day"))
    )
    rows = rows.filter(most=0) if nothing else rows.filter(most__gt=0, o__lt=F("n"))
    return [
        InVain(row["words"], row["language"], row["n"], row["most"], row["o"], row["last"])
        for row in rows.order_by("-n", "-last", "words")[:limit]
    ]


def deflected(*, now: datetime) -> Deflected:
    """Of the last thirty days, all languages: people who were about to write to the desk and were offered pages."""
    rows = Offered.objects.filter(day__gt=(now - timedelta(days=30)).date())
    found = rows.aggregate(times=Sum("times"), answered=Sum("answered"), sent=Sum("sent"))
    return Deflected(found["times"] or 0, found["answered"] or 0, found["sent"] or 0)


def synonyms(language: str) -> tuple[list[list[str]], int]:
    """The groups of words that mean the same, and their version."""
    row = Shelf.objects.filter(language=language).values_list("synonyms", "version").first()
    return (row[0], row[1]) if row else ([], 0)


def lines_between(old: str, new: str) -> list[Line]:
    """Line by line what changed."""
    return [Line(line[0], line[2:]) for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "+- "]


def _rows(rows: Sequence[Article], *, now: datetime) -> list[ArticleRow]:
    ids = [row.id for row in rows]
    kept: dict[UUID, list[ArticleVersion]] = {}
    states = ("draft", "review", "published")
    for each in ArticleVersion.objects.filter(article_id__in=ids, state__in=states).defer("body"):
        kept.setdefault(each.article_id, []).append(each)
    read = dict(
        Read.objects.filter(article_id__in=ids, day__gt=(now - _WEEK).date())
        .values_list("article")
        .annotate(n=Sum("times"))
    )
    said = {
        row["article"]: (row["helped_n"], row["n"])
        for row in Vote.objects.filter(article_id__in=ids, at__gt=now - timedelta(days=30))
        .values("article")
        .annotate(n=Count("id"), helped_n=Count("id", filter=Q(helped=True)))
    }
    made = []
    for row in rows:
        mine = kept.get(row.id, [])
        public = {one.language: one for one in mine if one.state == "published"}
        first = public.get(row.language)
        own = {one.state: one for one in mine if one.language == row.language}
        shown = own.get("published") or own.get("review") or own.get("draft")
        helped, told = said.get(row.id, (0, 0))
        made.append(
            ArticleRow(
                article=view_of(row),
                title=shown.title if shown else row.slug,
                state="archived" if row.archived_at else shown.state if shown else "draft",
                languages=tuple(sorted(public)),
                behind=tuple(
                    sorted(
                        one.language for one in public.values() if first and one.renders and one.renders < first.number
                    )
                ),
                waiting=tuple(sorted(one.language for one in mine if one.state == "review")),
                read=read.get(row.id, 0),
                helped=helped,
                votes=told,
            )
        )
    return made
