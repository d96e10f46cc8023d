"""What readers are shown: topics, what is read most, an article, what is related, the map of the site."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext_noop

from trustdesk.kernel.base.refusal import NotFound
from trustdesk.knowledge.finding import search
from trustdesk.knowledge.models import Article, ArticleVersion, Document, Read, Topic
from trustdesk.knowledge.views import Link, Reader, TopicView, articles, version_of, view_of

_NO_PAGE = gettext_noop("There is no such page, or not any more.")
_WEEK = timedelta(days=7)


def topics() -> list[TopicView]:
    """All topics in their order, with how many public articles stand under each."""
    rows = Topic.objects.order_by("position", "code")
    counts = dict(
        Article.objects.filter(archived_at=None, audience="public", topic__isnull=False)
        .filter(Exists(Document.objects.filter(article_id=OuterRef("id"))))
        .values_list("topic")
        .annotate(n=Count("id"))
    )
    return [
        TopicView(row.code, row.icon, row.names, row.about, row.position, row.version, counts.get(row.id, 0))
        for row in rows
    ]


def topics_for(language: str) -> list[tuple[str, str]]:
    """Codes and names, for choosing."""
    return [(topic.code, topic.name(language)) for topic in topics()]


def of_topic(code: str, *, language: str, audiences: Collection[str]) -> list[Link]:
    """The articles of a topic by title, in the reader's language where there is one."""
    return _links(Q(topic__code=code), language=language, audiences=audiences)


def read_most(*, language: str, audiences: Collection[str], now: datetime, limit: int = 6) -> list[Link]:
    """Read most in the last seven days; filled up with the newest while nobody reads yet."""
    counted = (
        Read.objects.filter(day__gt=(now - _WEEK).date())
        .values("article")
        .annotate(n=Sum("times"))
        .order_by("-n", "article")
        .values_list("article", flat=True)[: limit * 3]
    )
    order = {article_id: at for at, article_id in enumerate(counted)}
    links = _links(Q(id__in=order.keys()), language=language, audiences=audiences) if order else []
    links.sort(key=lambda link: order[link.article])
    if len(links) < limit:
        known = {link.article for link in links}
        newest = Article.objects.filter(archived_at=None, policy="").order_by("-changed_at", "-id")
        ids = list(newest.values_list("id", flat=True)[: limit * 2])
        more = _links(Q(id__in=ids), language=language, audiences=audiences)
        links += [link for link in more if link.article not in known]
    return links[:limit]


def related(article_id: UUID, *, topic: str, title: str, language: str, audiences: Collection[str]) -> list[Link]:
    """Up to four others that answer alike: found by its title, those of its topic first."""
    found = [
        hit for hit in search(title, language=language, audiences=audiences, limit=12).hits if hit.article != article_id
    ]
    near = {link.article for link in of_topic(topic, language=language, audiences=audiences)} if topic else set()
    best = max((hit.score for hit in found), default=0.0)
    close = [hit for hit in found if hit.score > best * 0.2]
    close.sort(key=lambda hit: (hit.article not in near, -hit.score))
    return [Link(hit.article, hit.slug, hit.language, hit.title, hit.summary, hit.policy) for hit in close[:4]]


def opened(slug: str, *, language: str, audiences: Collection[str]) -> Reader:
    """A published article by its address, in this language, else in its own. Raises NotFound."""
    row = articles().filter(slug=slug, archived_at=None, audience__in=audiences).first()
    if row is None:
        raise NotFound(_NO_PAGE)
    public = {
        each.language: each for each in ArticleVersion.objects.filter(article=row, state=ArticleVersion.State.PUBLISHED)
    }
    found = public.get(language) or public.get(row.language) or next(iter(public.values()), None)
    if found is None:
        raise NotFound(_NO_PAGE)
    first = public.get(row.language)
    behind = bool(first and found.renders and found.renders < first.number)
    return Reader(view_of(row), version_of(found), behind, tuple(sorted(public)))


def standing_of(found: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], tuple[str, bool]]:
    """Of published (article, language): who it is for, and whether the first language says more by now; two queries."""
    ids = {article for article, _language in found}
    rows = {row.id: row for row in Article.objects.filter(id__in=ids)}
    public = ArticleVersion.objects.filter(article__in=ids, state=ArticleVersion.State.PUBLISHED)
    numbers = {(one.article_id, one.language): (one.number, one.renders) for one in public.defer("body")}

    def behind(article: Article, language: str) -> bool:
        first, _none = numbers.get((article.id, article.language), (0, 0))
        return 0 < numbers.get((article.id, language), (0, 0))[1] < first

    return {
        (id_, language): (rows[id_].audience, behind(rows[id_], language)) for id_, language in found if id_ in rows
    }


def addresses(audiences: Collection[str]) -> list[tuple[str, str, datetime]]:
    """Address, language and last change of each published article, for the map of the site."""
    rows = (
        ArticleVersion.objects.filter(
            state="published", article__archived_at=None, article__audience__in=audiences, article__policy=""
        )
        .order_by("article__slug", "language")
        .values_list("article__slug", "language", "published_at")
    )
    return [(slug, language, at) for slug, language, at in rows if at]


def _links(which: Q, *, language: str, audiences: Collection[str]) -> list[Link]:
    rows = (
        Document.objects.filter(article__in=Article.objects.filter(which, archived_at=None, audience__in=audiences))
        .filter(Q(language=language) | Q(language=F("article__language")))
        .values_list("article", "article__slug", "language", "title", "summary", "article__policy")
    )
    best: dict[UUID, Link] = {}
    for row in rows:
        link = Link(*row)
        if link.language == language or link.article not in best:
            best[link.article] = link
    return sorted(best.values(), key=lambda link: (link.title.casefold(), link.slug))
