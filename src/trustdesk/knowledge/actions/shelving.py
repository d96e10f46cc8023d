"""What stands on the shelf: topics, synonyms, guidelines of policies, the articles a pack brings, the archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, Refusal, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.knowledge import indexing
from trustdesk.knowledge.actions.writing import begin, columns, locked, release, write
from trustdesk.knowledge.facts import (
    ArticleArchived,
    ArticleReturned,
    GuidelinesShelved,
    SynonymsKept,
    TopicKept,
)
from trustdesk.knowledge.folders import read_help
from trustdesk.knowledge.lexemes import folded_groups
from trustdesk.knowledge.models import Article, ArticleVersion, Shelf, Topic
from trustdesk.knowledge.rules import Draft

MOST_GROUPS = 2_000


class NotThere(Refusal):
    """It is there already; somebody else was quicker."""

    code, status = "already_so", 409


@dataclass(frozen=True, kw_only=True)
class Guideline:
    """A policy in force as readers find it: its words by language."""

    code: str
    words: Mapping[str, Draft]


@action(right="knowledge.publish")
def archive(*, actor: Actor, article_id: UUID, why: str, now: datetime) -> None:
    """Take an article off the shelf; its versions stay. Raises Invalid, NotFound, NotThere."""
    why = why.strip()
    if not 1 <= len(why) <= 300:
        raise Invalid("Say why it goes.", fields={"why": "Between 1 and 300 characters."})
    article = locked(article_id)
    if article.archived_at is not None:
        raise NotThere
    _away(article, now=now)
    record(ArticleArchived(article=article.id, slug=article.slug, why=why), actor=actor, at=now)


@action(right="knowledge.publish")
def put_back(*, actor: Actor, article_id: UUID, now: datetime) -> None:
    """Put an archived article back as it was. Raises NotFound, NotThere."""
    article = locked(article_id)
    if article.archived_at is None:
        raise NotThere
    Article.objects.filter(id=article.id).update(archived_at=None, changed_at=now, version=article.version + 1)
    for row in ArticleVersion.objects.filter(article=article, state=ArticleVersion.State.PUBLISHED):
        indexing.shelve(row)
    record(ArticleReturned(article=article.id, slug=article.slug), actor=actor, at=now)


@action(right="knowledge.publish")
def keep_topic(
    *,
    actor: Actor,
    code: str,
    icon: str,
    names: Mapping[str, str],
    about: Mapping[str, str],
    position: int,
    version: int,
    now: datetime,
) -> UUID:
    """Make a topic (`version` 0) or change one. Raises Invalid, Stale."""
    wrong = {}
    if not code or len(code) > 60 or not code.replace("-", "").isalnum() or not code.isascii():
        wrong["code"] = "Small letters, digits and hyphens, at most 60."
    if not any(name.strip() for name in names.values()):
        wrong["names"] = "Give it a name in at least one language."
    if any(len(text) > 120 for text in [*names.values(), *about.values()]):
        wrong["about"] = "At most 120 characters each."
    if wrong:
        raise Invalid("The topic cannot be kept like this.", fields=wrong)
    new = {
        "icon": icon[:20],
        "names": {language: name.strip() for language, name in names.items() if name.strip()},
        "about": {language: text.strip() for language, text in about.items() if text.strip()},
        "position": position,
    }
    if version == 0:
        row, made = Topic.objects.get_or_create(code=code, defaults={"id": uuid7(), **new})
        if not made:
            raise Invalid("There is such a topic already.", fields={"code": "There is such a topic already."})
    else:
        if not Topic.objects.filter(code=code, version=version).update(**new, version=version + 1):
            raise Stale
        row = Topic.objects.get(code=code)
    record(TopicKept(topic=row.id, code=code), actor=actor, at=now)
    return row.id


@action(right="knowledge.publish")
def keep_synonyms(*, actor: Actor, language: str, groups: Sequence[Sequence[str]], version: int, now: datetime) -> None:
    """Which words mean the same in a language, all groups at once. Raises Invalid, Stale."""
    kept = [list(group) for group in groups if len(folded_groups([group])) == 1]
    if len(kept) != len(groups):
        raise Invalid(
            "Each line needs two words or more.", fields={"groups": "Write two or more on a line, parted by commas."}
        )
    if len(kept) > MOST_GROUPS or any(len(word) > 80 for group in kept for word in group):
        raise Invalid(
            "That is too much.",
            fields={"groups": gettext("At most %(n)s lines, 80 characters a word.") % {"n": f"{MOST_GROUPS:,}"}},
        )
    indexing.turn([language])  # makes the row, and makes others wait
    if not Shelf.objects.filter(language=language, version=version).update(synonyms=kept, version=version + 1):
        raise Stale
    record(SynonymsKept(language=language, groups=len(kept)), actor=actor, at=now)


def keep_guidelines(
    *, actor: Actor, ruleset: str, guidelines: Sequence[Guideline], whole: bool = True, now: datetime
) -> int:
    """Bring the public form of policies in step with those in force; returns how many changed, came or went.

    `whole`: these are all of them, and others go. Told again, nothing happens.
    """
    changed = [one for one in guidelines if _differs(one)]
    codes = {one.code for one in guidelines}
    gone = list(Article.objects.exclude(policy="").filter(archived_at=None).exclude(policy__in=codes)) if whole else []
    if changed or gone:
        _shelve_guidelines(actor=actor, ruleset=ruleset, changed=changed, gone=gone, now=now)
    return len(changed) + len(gone)


@action(right="-")
def _shelve_guidelines(
    *, actor: Actor, ruleset: str, changed: Sequence[Guideline], gone: Sequence[Article], now: datetime
) -> None:
    for one in changed:
        article, _ = Article.objects.get_or_create(
            policy=one.code,
            defaults={
                "id": uuid7(),
                "slug": f"rules-{one.code}"[:80],
                "language": "en",
                "kind": "guideline",
                "changed_at": now,
            },
        )
        article = locked(article.id)
        Article.objects.filter(id=article.id).update(archived_at=None)
        article.archived_at = None
        for language, draft in one.words.items():
            live = _live(article, language)
            row = write(actor=actor, article=article, language=language, draft=draft, renders=0, now=now)
            if live is not None and live.sha256 == row.sha256:
                row.delete()  # only another language changed
                indexing.shelve(live)
                continue
            ArticleVersion.objects.filter(id=row.id).update(state=ArticleVersion.State.REVIEW)
            release(actor=actor, article=article, row=row, now=now)
    for article in gone:
        _away(locked(article.id), now=now)
    record(GuidelinesShelved(ruleset=ruleset, kept=len(changed), gone=len(gone)), actor=actor, at=now)


def load_help(*, actor: Actor, path: Path, now: datetime) -> int:
    """Bring the help pages of a pack that the desk never had; returns how many articles. What people changed stays so.

    Raises BadHelp.
    """
    found = read_help(path)
    known = set(Topic.objects.values_list("code", flat=True))
    for at, topic in enumerate(found.topics):
        if topic.code not in known:
            keep_topic(
                actor=actor,
                code=topic.code,
                icon=topic.icon,
                names=topic.names,
                about=topic.about,
                position=at,
                version=0,
                now=now,
            )
    for language, groups in found.synonyms.items():
        if not Shelf.objects.filter(language=language, version__gt=0).exists():
            keep_synonyms(actor=actor, language=language, groups=groups, version=0, now=now)
    taken = set(Article.objects.values_list("slug", flat=True))
    new = [one for one in found.articles if one.setting.slug not in taken]
    for one in new:
        first = one.setting.language
        article_id = begin(actor=actor, setting=one.setting, draft=one.words[first], now=now)
        _release_all(actor=actor, article_id=article_id, words=one.words, first=first, now=now)
    return len(new)


@action(right="-")
def _release_all(*, actor: Actor, article_id: UUID, words: Mapping[str, Draft], first: str, now: datetime) -> None:
    article = locked(article_id)
    for language, draft in words.items():
        if language == first:
            row = ArticleVersion.objects.get(article=article, language=language)
        else:
            row = write(actor=actor, article=article, language=language, draft=draft, renders=1, now=now)
        ArticleVersion.objects.filter(id=row.id).update(state=ArticleVersion.State.REVIEW)
        release(actor=actor, article=article, row=row, now=now)


def _differs(one: Guideline) -> bool:
    article = Article.objects.filter(policy=one.code, archived_at=None).first()
    if article is None:
        return True
    live = dict(
        ArticleVersion.objects.filter(article=article, state=ArticleVersion.State.PUBLISHED).values_list(
            "language", "sha256"
        )
    )
    return live != {language: columns(draft)["sha256"] for language, draft in one.words.items()}


def _live(article: Article, language: str) -> ArticleVersion | None:
    return ArticleVersion.objects.filter(
        article=article, language=language, state=ArticleVersion.State.PUBLISHED
    ).first()


def _away(article: Article, *, now: datetime) -> None:
    Article.objects.filter(id=article.id).update(archived_at=now, changed_at=now, version=article.version + 1)
    indexing.unshelve(article.id)
