"""Articles for tests."""

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.rules import STARTING_ROLES, Allowance
from trustdesk.knowledge import actions, queries


def actor(name: str, role: str) -> Actor:
    """A colleague with the rights of a starting role, without a row of their own."""
    rights = frozenset(Allowance(right) for right in STARTING_ROLES[role][1])
    return Actor(kind="user", id=name.lower(), name=name, allowances=rights)


DEWI = actor("Dewi", "policy_owner")
JONAS = actor("Jonas", "lead")
SARI = actor("Sari", "reviewer")


def draft(title="Lost parcels", body="Wait three days.\n\n## Then\nWrite to us.", **more):
    return actions.Draft(title=title, body=body, **more)


def begun(now, *, slug="lost-parcels", language="en", words=None, **more):
    """An article with the draft of its first version."""
    setting = actions.Setting(slug=slug, language=language, **more)
    return actions.begin(actor=DEWI, setting=setting, draft=words or draft(), now=now)


def released(article_id, now, *, language="en"):
    """Have its draft looked at and published by somebody else."""
    actions.submit(actor=DEWI, article_id=article_id, language=language, now=now)
    edition = queries.draft_of(queries.versions(article_id), language).edition
    actions.publish(actor=JONAS, article_id=article_id, language=language, edition=edition, now=now)


def published(now, **more):
    article_id = begun(now, **more)
    released(article_id, now, language=more.get("language", "en"))
    return article_id


def rewritten(article_id, words, now, *, language="en"):
    """A new draft of a language."""
    kept = queries.draft_of(queries.versions(article_id), language)
    return actions.save(
        actor=DEWI,
        article_id=article_id,
        language=language,
        draft=words,
        edition=kept.edition if kept else 0,
        now=now,
    )
