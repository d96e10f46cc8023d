"""From a blank page to a published article."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.knowledge import indexing
from trustdesk.knowledge.facts import (
    ArticleBegun,
    ArticleDiscarded,
    ArticleDrafted,
    ArticlePublished,
    ArticleSentBack,
    ArticleSet,
    ArticleSubmitted,
)
from trustdesk.knowledge.models import Article, ArticleVersion, Topic
from trustdesk.knowledge.rules import Draft, Setting, review_due

_OPEN = (ArticleVersion.State.DRAFT, ArticleVersion.State.REVIEW)


class NotThatState(Refusal):
    """Somebody was quicker: this version is not where it was."""

    code, status = "version_moved", 409


class OnlyRead(Refusal):
    """This page is the public form of a policy. Change the policy; the page follows."""

    code, status = "follows_policy", 409


@action(right="knowledge.write")
def begin(*, actor: Actor, setting: Setting, draft: Draft, now: datetime) -> UUID:
    """A new article with the draft of its first version; returns the article. Raises Invalid."""
    wrong = {**setting.wrong, **draft.wrong}
    topic = _topic(setting.topic, wrong)
    if wrong:
        raise Invalid("The article cannot be kept like this.", fields=wrong)
    article = Article(
        id=uuid7(),
        slug=setting.slug,
        language=setting.language,
        kind=setting.kind,
        audience=setting.audience,
        topic=topic,
        owner_id=UUID(actor.id) if actor.kind == "staff" else None,
        policies=list(setting.policies),
        review_days=setting.review_days,
        changed_at=now,
    )
    try:
        with transaction.atomic():
            article.save(force_insert=True)
    except IntegrityError:
        taken = "Another article has this address. Choose another."
        raise Invalid(taken, fields={"slug": taken}) from None
    said = ArticleBegun(article=article.id, slug=article.slug, title=draft.title.strip(), audience=article.audience)
    record(said, actor=actor, at=now)
    write(actor=actor, article=article, language=setting.language, draft=draft, renders=0, now=now)
    return article.id


@action(right="knowledge.write")
def save(*, actor: Actor, article_id: UUID, language: str, draft: Draft, edition: int, now: datetime) -> int:
    """Keep the draft of a language; returns its edition. `edition`: the one that was open, 0 when there was no draft.

    A version that waits to be looked at goes back to being a draft: what is published is what was looked at. Raises
    Invalid, NotFound, OnlyRead, Stale (somebody else saved meanwhile).
    """
    article = _locked(article_id)
    wrong = {**draft.wrong, **{k: v for k, v in Setting(slug="x", language=language).wrong.items() if k == "language"}}
    if wrong:
        raise Invalid("The draft cannot be kept like this.", fields=wrong)
    row = ArticleVersion.objects.filter(article=article, language=language, state__in=_OPEN).first()
    if (row.edition if row else 0) != edition:
        raise Stale("Somebody else saved this draft while you had it open. Copy your words, then open it again.")
    renders = _renders(article, language)
    if row is None:
        return write(actor=actor, article=article, language=language, draft=draft, renders=renders, now=now).edition
    for name, value in columns(draft).items():
        setattr(row, name, value)
    row.state, row.edition, row.author = ArticleVersion.State.DRAFT, row.edition + 1, actor.label
    row.renders, row.written_at = renders, now
    row.save()
    _told(row, article, actor=actor, now=now)
    return row.edition


@action(right="knowledge.write")
def discard(*, actor: Actor, article_id: UUID, language: str, now: datetime) -> None:
    """Throw the draft away; what is public stays. Raises NotFound, NotThatState."""
    article = _locked(article_id)
    row = _open(article, language)
    _move(row, _OPEN, ArticleVersion.State.DISCARDED)
    said = ArticleDiscarded(article=article.id, slug=article.slug, language=language, number=row.number)
    record(said, actor=actor, at=now)
    _changed(article, now)


@action(right="knowledge.write")
def submit(*, actor: Actor, article_id: UUID, language: str, now: datetime) -> None:
    """Ask for the draft to be looked at. Raises NotFound, NotThatState."""
    article = _locked(article_id)
    row = _open(article, language)
    _move(row, (ArticleVersion.State.DRAFT,), ArticleVersion.State.REVIEW, sent_back="")
    said = ArticleSubmitted(article=article.id, slug=article.slug, language=language, number=row.number)
    record(said, actor=actor, at=now)
    _changed(article, now)


@action(right="knowledge.publish")
def send_back(*, actor: Actor, article_id: UUID, language: str, why: str, now: datetime) -> None:
    """Give it back to its author with words. Raises Invalid, NotFound, NotThatState."""
    why = why.strip()
    if not 1 <= len(why) <= 500:
        raise Invalid("Say in a sentence what to mend.", fields={"why": "Between 1 and 500 characters."})
    article = _locked(article_id)
    row = _open(article, language)
    _move(row, (ArticleVersion.State.REVIEW,), ArticleVersion.State.DRAFT, sent_back=why)
    said = ArticleSentBack(article=article.id, slug=article.slug, language=language, number=row.number, why=why)
    record(said, actor=actor, at=now)
    _changed(article, now)


@action(right="knowledge.publish")
def publish(*, actor: Actor, article_id: UUID, language: str, edition: int, now: datetime) -> None:
    """Make what was looked at public, in place of what was; it is found from now on. `edition`: the one that was read.

    Raises NotFound, NotThatState, Stale.
    """
    article = _locked(article_id)
    row = _open(article, language)
    if row.edition != edition:
        raise Stale("It was changed while you read it. Read it again.")
    release(actor=actor, article=article, row=row, now=now)


def release(*, actor: Actor, article: Article, row: ArticleVersion, now: datetime) -> None:
    """Publish a version that waits to be looked at. Runs inside an action."""
    replaced = ArticleVersion.objects.filter(
        article=article, language=row.language, state=ArticleVersion.State.PUBLISHED
    ).first()
    if replaced is not None:
        ArticleVersion.objects.filter(id=replaced.id).update(state=ArticleVersion.State.REPLACED)
    _move(
        row,
        (ArticleVersion.State.REVIEW,),
        ArticleVersion.State.PUBLISHED,
        published_at=now,
        publisher=actor.label,
    )
    if article.archived_at is None:
        indexing.shelve(row)
    if row.language == article.language:
        Article.objects.filter(id=article.id).update(
            review_due=review_due(now, article.review_days), doubt="", doubted_at=None
        )
    _changed(article, now)
    said = ArticlePublished(
        article=article.id,
        slug=article.slug,
        title=row.title,
        language=row.language,
        number=row.number,
        replaces=replaced.number if replaced else 0,
        own=row.author == actor.label,
        sha256=row.sha256,
    )
    record(said, actor=actor, at=now)


@action(right="knowledge.write")
def restore(*, actor: Actor, article_id: UUID, language: str, number: int, now: datetime) -> None:
    """Take an older version as the new draft; nothing public changes yet. Raises NotFound, NotThatState."""
    article = _locked(article_id)
    old = ArticleVersion.objects.filter(article=article, language=language, number=number).first()
    if old is None:
        raise NotFound("There is no such version.")
    if ArticleVersion.objects.filter(article=article, language=language, state__in=_OPEN).exists():
        raise NotThatState("There is a draft already. Publish it or throw it away first.")
    draft = Draft(title=old.title, summary=old.summary, keywords=old.keywords, body=old.body)
    write(actor=actor, article=article, language=language, draft=draft, renders=_renders(article, language), now=now)


@action(right="knowledge.publish")
def change_settings(
    *, actor: Actor, article_id: UUID, setting: Setting, owner: UUID | None, version: int, now: datetime
) -> None:
    """Address, topic, audience, owner, when to look again. The address stays once something is public. Raises Invalid,
    NotFound, OnlyRead, Stale."""
    article = _locked(article_id)
    if article.version != version:
        raise Stale
    wrong = setting.wrong
    topic = _topic(setting.topic, wrong)
    public = ArticleVersion.objects.filter(article=article, published_at__isnull=False).exists()
    if public and setting.slug != article.slug:
        wrong["slug"] = "The address is public; others may have kept it. It stays."
    if setting.language != article.language:
        wrong["language"] = "The first language of an article stays."
    if wrong:
        raise Invalid("The settings cannot be kept like this.", fields=wrong)
    new = {
        "slug": setting.slug,
        "kind": setting.kind,
        "audience": setting.audience,
        "topic_id": topic.id if topic else None,
        "owner_id": owner,
        "policies": list(setting.policies),
        "review_days": setting.review_days,
    }
    changed = [name.removesuffix("_id") for name, value in new.items() if getattr(article, name) != value]
    last = (
        ArticleVersion.objects.filter(article=article, language=article.language, state="published")
        .values_list("published_at", flat=True)
        .first()
    )
    due = review_due(last, setting.review_days) if last else None
    try:
        with transaction.atomic():
            Article.objects.filter(id=article.id).update(**new, review_due=due)
    except IntegrityError:
        taken = "Another article has this address, or this person left. Choose again."
        raise Invalid(taken, fields={"slug": taken}) from None
    _changed(article, now)
    record(ArticleSet(article=article.id, slug=setting.slug, changed=", ".join(changed) or "-"), actor=actor, at=now)


def locked(article_id: UUID) -> Article:
    """The article, locked until the end of the action. Raises NotFound."""
    article = Article.objects.select_for_update(of=("self",)).filter(id=article_id).first()
    if article is None:
        raise NotFound("There is no such article.")
    return article


def _locked(article_id: UUID) -> Article:
    article = locked(article_id)
    if article.policy:
        raise OnlyRead
    return article


def _open(article: Article, language: str) -> ArticleVersion:
    row = ArticleVersion.objects.filter(article=article, language=language, state__in=_OPEN).first()
    if row is None:
        raise NotFound("There is no draft in this language any more.")
    return row


def _move(row: ArticleVersion, before: tuple[str, ...], after: str, **more: object) -> None:
    if not ArticleVersion.objects.filter(id=row.id, state__in=before).update(state=after, **more):
        raise NotThatState
    row.state = after
    for name, value in more.items():
        setattr(row, name, value)


def write(
    *, actor: Actor, article: Article, language: str, draft: Draft, renders: int, now: datetime
) -> ArticleVersion:
    """The next version of a language, as a draft. Runs inside an action, with the article locked."""
    last = ArticleVersion.objects.filter(article=article, language=language).aggregate(n=Max("number"))["n"] or 0
    row = ArticleVersion(
        id=uuid7(),
        article=article,
        language=language,
        number=last + 1,
        renders=renders,
        author=actor.label,
        written_at=now,
        **columns(draft),
    )
    row.save(force_insert=True)
    _told(row, article, actor=actor, now=now)
    return row


def columns(draft: Draft) -> dict[str, str]:
    body = draft.body.replace("\r\n", "\n").strip() + "\n"
    words = {"title": draft.title.strip(), "summary": draft.summary.strip(), "keywords": draft.keywords.strip()}
    return {**words, "body": body, "sha256": hashlib.sha256("\n".join([*words.values(), body]).encode()).hexdigest()}


def _told(row: ArticleVersion, article: Article, *, actor: Actor, now: datetime) -> None:
    said = ArticleDrafted(
        article=article.id, slug=article.slug, language=row.language, number=row.number, sha256=row.sha256
    )
    record(said, actor=actor, at=now)
    _changed(article, now)


def _changed(article: Article, now: datetime) -> None:
    article.version += 1
    Article.objects.filter(id=article.id).update(changed_at=now, version=article.version)


def _renders(article: Article, language: str) -> int:
    """The public version of the article's own language: what a translation written now says."""
    if language == article.language:
        return 0
    return (
        ArticleVersion.objects.filter(article=article, language=article.language, state="published")
        .values_list("number", flat=True)
        .first()
        or 0
    )


def _topic(code: str, wrong: dict[str, str]) -> Topic | None:
    if not code:
        return None
    found = Topic.objects.filter(code=code).first()
    if found is None:
        wrong["topic"] = "There is no such topic."
    return found
