"""Policies publish themselves into the help pages: their words go to the shelf of knowledge when a set comes into force."""

from datetime import datetime

from trustdesk.kernel.people.actor import Actor
from trustdesk.knowledge import actions as knowledge
from trustdesk.policy.documents import PolicyDocument
from trustdesk.policy.queries.rulesets import live_content, newest
from trustdesk.policy.refusals import NoPolicy

_LONGEST_TITLE, _LONGEST_BODY = 120, 60_000


def shelve_guidelines(*, actor: Actor, now: datetime, only: str = "") -> int:
    """Bring the help pages in step with the policies in force; returns how many changed. Nothing happens when told again.

    `only`: the code of the one that changed; without it all are looked at, and what is in force no more goes. Called by the
    reactor and at the first start, not an @action: what changes is the shelf's, and its own fact tells of it.
    """
    try:
        content = live_content()
    except NoPolicy:
        return 0
    guidelines = [
        knowledge.Guideline(code=entry.code, words=_words(entry.document))
        for entry in content.policies
        if only in {"", entry.code}
    ]
    return knowledge.keep_guidelines(actor=actor, ruleset=newest().hash, guidelines=guidelines, whole=not only, now=now)


def _words(document: PolicyDocument) -> dict[str, knowledge.Draft]:
    bodies = {"en": document.body} | {language: each.body for language, each in document.translations.items()}
    return {
        language: knowledge.Draft(title=title[:_LONGEST_TITLE], body=bodies[language][:_LONGEST_BODY])
        for language, title in document.titles().items()
        if bodies[language].strip()
    }
