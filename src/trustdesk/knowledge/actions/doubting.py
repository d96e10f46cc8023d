"""When a published article should be looked at again: its day came, its readers found no help, its policy changed."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.knowledge.actions.writing import locked
from trustdesk.knowledge.facts import ArticleConfirmed, ArticleDoubted
from trustdesk.knowledge.models import Article, Vote
from trustdesk.knowledge.rules import VOTES_OF, poorly, review_due

_MOST = 200


class NothingToConfirm(Refusal):
    """Nothing asks for this article to be looked at."""

    code, status = "nothing_to_confirm", 409


def doubt_due(*, now: datetime) -> bool:
    """Mark articles whose day came and those that help too few; True when there may be more. The worker calls it."""
    shown = Article.objects.filter(archived_at=None, doubt="").exclude(kind="guideline")
    due = list(shown.filter(review_due__lte=now.date()).values_list("id", flat=True)[:_MOST])
    for article_id in due:
        _doubt(actor=SYSTEM, article_id=article_id, cause="date", why="The day came to look at it again", now=now)
    votes = (
        Vote.objects.filter(at__gt=now - VOTES_OF)
        .values("article")
        .annotate(votes=Count("id"), helped_n=Count("id", filter=Q(helped=True)))
    )
    poor = {row["article"]: row for row in votes if poorly(row["helped_n"], row["votes"])}
    # Votes from before it was last looked at were answered by that.
    for article in shown.filter(id__in=poor).exclude(id__in=due)[:_MOST]:
        row = _since(article, now)
        if poorly(*row):
            _doubt(
                actor=SYSTEM,
                article_id=article.id,
                cause="votes",
                why=f"It helped {row[0]} of {row[1]} readers who said so",
                now=now,
            )
    return len(due) == _MOST


def doubt_by_policy(*, actor: Actor, code: str, number: int, now: datetime) -> int:
    """Mark the articles that explain a policy which changed; returns how many."""
    told = Article.objects.filter(archived_at=None, doubt="", policies__contains=[code]).values_list("id", flat=True)
    for article_id in list(told):
        why = f"The policy “{code}” changed: version {number}"
        _doubt(actor=actor, article_id=article_id, cause="policy", why=why, now=now)
    return len(told)


@action(right="knowledge.publish")
def confirm(*, actor: Actor, article_id: UUID, now: datetime) -> None:
    """It was looked at and is still right; its next day is counted from now. Raises NotFound, NothingToConfirm."""
    article = locked(article_id)
    if not article.doubt:
        raise NothingToConfirm
    Article.objects.filter(id=article.id).update(
        doubt="",
        doubted_at=None,
        review_due=review_due(now, article.review_days),
        changed_at=now,
        version=article.version + 1,
    )
    record(ArticleConfirmed(article=article.id, slug=article.slug), actor=actor, at=now)


@action(right="-")
def _doubt(*, actor: Actor, article_id: UUID, cause: str, why: str, now: datetime) -> None:
    article = locked(article_id)
    Article.objects.filter(id=article.id).update(
        doubt=why[:200], doubted_at=now, changed_at=now, version=article.version + 1
    )
    record(ArticleDoubted(article=article.id, slug=article.slug, cause=cause, why=why), actor=actor, at=now)


def _since(article: Article, now: datetime) -> tuple[int, int]:
    """How many said since the article was last changed or confirmed that it helped, of how many."""
    after = max(now - VOTES_OF, article.changed_at)
    row = Vote.objects.filter(article=article, at__gt=after).aggregate(
        votes=Count("id"), helped_n=Count("id", filter=Q(helped=True))
    )
    return row["helped_n"], row["votes"]
