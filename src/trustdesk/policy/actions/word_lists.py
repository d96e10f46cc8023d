"""Word lists: a new version is checked against the examples of every policy, then a second person approves it.

Each version keeps which entries it added, so that every word can say who brought it, when, from where and why.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy import importing
from trustdesk.policy.actions.publishing import Published, agree, commit_return, prepare_return
from trustdesk.policy.facts import ListApproved, ListDraftDiscarded, ListDrafted, ListEdited
from trustdesk.policy.importing import Report, Row
from trustdesk.policy.models import ListAddition, State, WordList, WordListVersion
from trustdesk.policy.queries.rulesets import list_of, try_out
from trustdesk.policy.refusals import (
    DoesNotPass,
    NoSuchVersion,
    NotADraft,
    NothingChanged,
    NotYourDraft,
    OutdatedBase,
)
from trustdesk.policy.wordlists import LONGEST, NAME, WordListText, parse_list


@dataclass(frozen=True)
class Imported:
    """The draft an import made, and what became of every line."""

    id: UUID
    name: str
    number: int
    report: Report


def edit_list(
    *,
    actor: Actor,
    name: str,
    text: str,
    now: datetime,
    base: int | None = None,
    why: str = "",
    source: str = "",
) -> UUID:
    """Write a new version of a list and ask for approval; returns the version's id.

    `base` is the number the edit was begun from. Compiles and runs all examples before the transaction opens.
    Raises DoesNotPass, NothingChanged, OutdatedBase, Invalid (name, text, why, source).
    """
    actor.require("policy.edit")
    _named(name)
    _bounded(why, source)
    parsed, problems = parse_list(name, text)
    live = _live(name)
    if base is not None and base != (live.number if live else 0):
        raise OutdatedBase
    if live is not None and live.sha256 == parsed.sha256:
        raise NothingChanged
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DoesNotPass(errors)
    tried = try_out(lists=[parsed])
    if not tried.passes:
        raise DoesNotPass(tried.errors, tried.failed)
    return store_list(actor=actor, parsed=parsed, now=now, why=why, source=source)


def import_list(
    *,
    actor: Actor,
    name: str,
    text: str,
    now: datetime,
    mode: str = importing.ADD,
    form: str = importing.LINES,
    language: str = "",
    source: str = "",
    why: str = "",
) -> Imported:
    """Make a draft of a list from many lines: added to it, taken out of it, or in its place. All of it or nothing.

    The draft waits to be looked at; `check_list` then asks for approval. Raises NothingChanged, OutdatedBase,
    Invalid (name, text, mode, form, language, why, source).
    """
    actor.require("policy.edit")
    _named(name)
    _bounded(why, source)
    if mode not in importing.MODES or form not in {importing.LINES, importing.CSV}:
        raise Invalid("This import is not understood.", fields={"mode": "add, remove or replace; lines or csv."})
    if language and not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", language):
        raise Invalid("The language is a code.", fields={"language": "Such as en or id."})
    if len(text) > LONGEST:
        told = gettext("At most %(longest)s characters; this has %(has)s. Import it in parts.") % {
            "longest": f"{LONGEST:,}",
            "has": f"{len(text):,}",
        }
        raise Invalid("The import is too long.", fields={"text": told})
    live = _live(name)
    base = list_of(name, live.text) if live else WordListText(name, (), "", "")
    report = Report()
    merged = importing.merge(base, importing.rows_of(text, form, report, language=language), mode, report)
    if live is not None and not merged.added and not merged.removed:
        raise NothingChanged("Nothing in this import would change the list.", report=report.to_json())
    parsed, problems = parse_list(name, merged.text)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or not parsed.entries:
        said = errors[0].message if errors else "No line of it is an entry."
        raise Invalid("The list would not be whole.", fields={"text": said}, report=report.to_json())
    return _draft_list(actor=actor, parsed=parsed, merged=merged, source=source, why=why, now=now)


@action(right="policy.edit")
def _draft_list(
    *, actor: Actor, parsed: WordListText, merged: importing.Merged, source: str, why: str, now: datetime
) -> Imported:
    life = {"source": source, "why": why, "report": merged.report.to_json()}
    version, added, removed = _store(parsed, State.DRAFT, actor=actor, now=now, life=life, came=merged.added)
    record(
        ListDrafted(
            word_list=version.word_list_id,
            name=parsed.name,
            number=version.number,
            sha256=version.sha256,
            lines=merged.report.lines,
            added=added,
            removed=removed,
            source=source,
        ),
        actor=actor,
        at=now,
    )
    return Imported(version.id, parsed.name, version.number, merged.report)


def check_list(*, actor: Actor, version_id: UUID, now: datetime) -> None:
    """Ask for approval of a draft: every example of every policy must pass; then it is frozen.

    Raises DoesNotPass, OutdatedBase, NotADraft, NotYourDraft, NoSuchVersion.
    """
    actor.require("policy.edit")
    version = _own_draft(actor, version_id)
    live = _live(version.word_list.name)
    if (live.number if live else 0) != version.base:
        raise OutdatedBase
    tried = try_out(lists=[list_of(version.word_list.name, version.text)])
    if not tried.passes:
        raise DoesNotPass(tried.errors, tried.failed)
    _freeze_list(actor=actor, version=version, now=now)


@action(right="policy.edit")
def _freeze_list(*, actor: Actor, version: WordListVersion, now: datetime) -> None:
    moved = WordListVersion.objects.filter(id=version.id, state=State.DRAFT).update(
        state=State.CHECKED, checked_at=now, changed_at=now
    )
    if not moved:
        raise NotADraft
    _record_edited(version, actor=actor, now=now, added=version.additions.count(), removed=_gone(version))


@action(right="policy.edit")
def discard_list(*, actor: Actor, version_id: UUID, now: datetime) -> None:
    """Throw one's own draft of a list away. Raises NotADraft, NotYourDraft, NoSuchVersion."""
    version = _own_draft(actor, version_id)
    fact = ListDraftDiscarded(word_list=version.word_list_id, name=version.word_list.name, number=version.number)
    ListAddition.objects.filter(version=version).delete()
    deleted, _ = WordListVersion.objects.filter(id=version_id, state=State.DRAFT, author=actor.label).delete()
    if not deleted:
        raise NotADraft
    record(fact, actor=actor, at=now)


@action(right="policy.edit")
def store_list(*, actor: Actor, parsed: WordListText, now: datetime, why: str = "", source: str = "") -> UUID:
    """Keep a list that passed its check as a version that waits for approval. Raises OutdatedBase."""
    life = {"source": source, "why": why, "checked_at": now}
    version, added, removed = _store(parsed, State.CHECKED, actor=actor, now=now, life=life, came={})
    _record_edited(version, actor=actor, now=now, added=added, removed=removed)
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


def _store(
    parsed: WordListText,
    state: str,
    *,
    actor: Actor,
    now: datetime,
    life: Mapping[str, object],
    came: Mapping[str, Row],
) -> tuple[WordListVersion, int, int]:
    """Insert the version and its additions; returns it with how many entries came and went. Inside an action."""
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
                state=state,
                author=actor.label,
                made_at=now,
                changed_at=now,
                **life,
            )
            version.save(force_insert=True)
    except IntegrityError as error:
        raise OutdatedBase("Someone else changed this list at the same moment; try again.") from error
    before = list_of(parsed.name, live.text).keys if live else {}
    added = [key for key in parsed.keys if key not in before]
    _keep_additions(version, [(key, came.get(key)) for key in added])
    return version, len(added), len(before.keys() - parsed.keys.keys())


def _keep_additions(version: WordListVersion, added: Sequence[tuple[str, Row | None]]) -> None:
    """In one stream: an import may bring a hundred thousand."""
    if not added:
        return
    columns = "COPY policy_listaddition (id, version_id, key, source, why) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(columns) as rows:
        for key, row in added:
            rows.write_row((uuid7(), version.id, key, row.source if row else "", row.why if row else ""))


def _record_edited(version: WordListVersion, *, actor: Actor, now: datetime, added: int, removed: int) -> None:
    record(
        ListEdited(
            word_list=version.word_list_id,
            name=version.word_list.name,
            number=version.number,
            sha256=version.sha256,
            added=added,
            removed=removed,
        ),
        actor=actor,
        at=now,
    )


def _gone(version: WordListVersion) -> int:
    """How many entries a version took out of the one it was begun from."""
    name = version.word_list.name
    base = WordListVersion.objects.filter(word_list=version.word_list_id, number=version.base).first()
    if base is None:
        return 0
    return len(list_of(name, base.text).keys.keys() - list_of(name, version.text).keys.keys())


def _live(name: str) -> WordListVersion | None:
    return WordListVersion.objects.filter(word_list__name=name, state=State.LIVE).first()


def _own_draft(actor: Actor, version_id: UUID) -> WordListVersion:
    version = WordListVersion.objects.filter(id=version_id).select_related("word_list").first()
    if version is None:
        raise NoSuchVersion
    if version.state != State.DRAFT:
        raise NotADraft
    if version.author != actor.label:
        raise NotYourDraft
    return version


def _named(name: str) -> None:
    if not re.fullmatch(NAME, name) or len(name) > 60:
        raise Invalid("A list needs a name.", fields={"name": "Use small letters, digits and single hyphens."})


def _bounded(why: str, source: str) -> None:
    for field, text, most in (("why", why, 300), ("source", source, 200)):
        if len(text) > most:
            raise Invalid("That is too long.", fields={field: gettext("At most %(n)s characters.") % {"n": most}})
