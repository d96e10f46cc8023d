"""Word lists: a new version is checked against the examples of every policy, then a second person approves it."""

import re
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy.actions.publishing import Published, agree, commit_return, prepare_return
from trustdesk.policy.facts import ListApproved, ListEdited
from trustdesk.policy.models import State, WordList, WordListVersion
from trustdesk.policy.queries.rulesets import try_out
from trustdesk.policy.refusals import DoesNotPass, NoSuchVersion, NothingChanged, OutdatedBase
from trustdesk.policy.wordlists import NAME, WordListText, parse_list


def edit_list(*, actor: Actor, name: str, text: str, now: datetime, base: int | None = None) -> UUID:
    """Write a new version of a list and ask for approval; returns the version's id.

    `base` is the number the edit was begun from. Compiles and runs all examples before the transaction opens.
    Raises DoesNotPass, NothingChanged, OutdatedBase, Invalid (name, text).
    """
    actor.require("policy.edit")
    if not re.fullmatch(NAME, name) or len(name) > 60:
        raise Invalid("A list needs a name.", fields={"name": "Use small letters, digits and single hyphens."})
    parsed, problems = parse_list(name, text)
    live = WordListVersion.objects.filter(word_list__name=name, state=State.LIVE).first()
    number = live.number if live else 0
    if base is not None and base != number:
        raise OutdatedBase
    if live is not None and live.sha256 == parsed.sha256:
        raise NothingChanged
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DoesNotPass(errors)
    tried = try_out(lists=[parsed])
    if not tried.passes:
        raise DoesNotPass(tried.errors, tried.failed)
    return store_list(actor=actor, parsed=parsed, now=now)


@action(right="policy.edit")
def store_list(*, actor: Actor, parsed: WordListText, now: datetime) -> UUID:
    """Keep a list that passed its check as a version that waits for approval. Raises OutdatedBase."""
    try:
        with transaction.atomic():
            word_list, _ = WordList.objects.get_or_create(name=parsed.name, defaults={"made_at": now})
            live = word_list.versions.filter(state=State.LIVE).first()
            version = WordListVersion(
                word_list=word_list,
                number=(word_list.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
                base=live.number if live else 0,
                text=parsed.text,
                sha256=parsed.sha256,
                state=State.CHECKED,
                author=actor.label,
                made_at=now,
                changed_at=now,
                checked_at=now,
            )
            version.save(force_insert=True)
    except IntegrityError as error:
        raise OutdatedBase("Someone else changed this list at the same moment; try again.") from error
    before = set(parse_list(parsed.name, live.text)[0].phrases) if live else set()
    after = set(parsed.phrases)
    record(
        ListEdited(
            word_list=word_list.id,
            name=parsed.name,
            number=version.number,
            sha256=version.sha256,
            added=len(after - before),
            removed=len(before - after),
        ),
        actor=actor,
        at=now,
    )
    return version.id


@action(right="policy.approve")
def approve_list(*, actor: Actor, version_id: UUID, now: datetime) -> None:
    """A second person agrees with a list. Raises SamePerson, WrongState, NoSuchVersion."""
    version = WordListVersion.objects.filter(id=version_id).select_related("word_list").first()
    if version is None:
        raise NoSuchVersion
    agree(version, actor=actor, now=now)
    record(
        ListApproved(
            word_list=version.word_list_id, name=version.word_list.name, number=version.number, sha256=version.sha256
        ),
        actor=actor,
        at=now,
    )


def roll_back_list(*, actor: Actor, name: str, reason: str, now: datetime) -> Published:
    """Put the list back that was live before. Raises NothingBefore, DoesNotPass, PublishedMeanwhile, Invalid."""
    actor.require("policy.approve")
    live = WordListVersion.objects.filter(word_list__name=name, state=State.LIVE).select_related("word_list").first()
    if live is None:
        raise NoSuchVersion
    return commit_return(actor=actor, prepared=prepare_return(live, reason), reason=reason, now=now)
