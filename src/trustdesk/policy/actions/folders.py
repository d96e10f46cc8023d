"""Packs from folders: the first publication of a whole pack, and taking over what changed in a folder since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.fact import Fact
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy.actions.ground import store_labels, store_settings
from trustdesk.policy.actions.publishing import Published, approve, commit, prepare, refuse_same_person
from trustdesk.policy.actions.terms import begin_terms
from trustdesk.policy.actions.word_lists import approve_list, store_list
from trustdesk.policy.documents import PolicyDocument
from trustdesk.policy.examples import run_examples
from trustdesk.policy.facts import (
    ListPublished,
    PackPublished,
    PolicyChecked,
    PolicyPublished,
)
from trustdesk.policy.folders import read_folder
from trustdesk.policy.models import (
    Policy,
    PolicyVersion,
    Ruleset,
    State,
    WordList,
    WordListVersion,
)
from trustdesk.policy.queries.rulesets import live_content, look_again, try_out
from trustdesk.policy.refusals import DoesNotPass, NothingChanged, PublishedMeanwhile
from trustdesk.policy.rulesets import Content, Entry
from trustdesk.policy.wordlists import WordListText


@dataclass(frozen=True)
class Taken:
    """What was taken over from a folder: codes and names; `published` is None while it waits for approval."""

    policies: tuple[str, ...]
    lists: tuple[str, ...]
    published: Published | None


def import_pack(*, actor: Actor, path: Path, now: datetime) -> Published | None:
    """Publish a pack on a desk that has none, with its markets, sources and starting roles; None when it has one.

    The operator's own act: no second person. Reads and compiles before the transaction. Raises DoesNotPass.
    """
    actor.require("policy.approve")
    if Ruleset.objects.exists():
        return None
    folder = read_folder(path)
    if folder.errors or folder.content is None:
        raise DoesNotPass(folder.errors)
    failed = [each for each in run_examples(folder.compiled()) if not each.passed]
    if failed:
        raise DoesNotPass((), failed)
    return _first_publication(actor=actor, content=folder.content, now=now)


@action(right="policy.approve")
def _first_publication(*, actor: Actor, content: Content, now: datetime) -> Published:
    pack = content.pack
    life: dict[str, Any] = {"number": 1, "state": State.LIVE, "author": actor.label, "made_at": now, "changed_at": now}
    life |= {"checked_at": now, "published_at": now}
    policies = [Policy(code=entry.code, made_at=now) for entry in content.policies]
    lists = [WordList(name=name, made_at=now) for name in sorted(content.lists)]
    versions = [
        PolicyVersion(policy=policy, **_document_columns(entry.document), **life)
        for policy, entry in zip(policies, content.policies, strict=True)
    ]
    words = [
        WordListVersion(
            word_list=each, text=content.lists[each.name].text, sha256=content.lists[each.name].sha256, **life
        )
        for each in lists
    ]
    ruleset = Ruleset(
        number=1,
        hash=content.hash,
        policies=[version.id for version in versions],
        lists=[version.id for version in words],
        settings_id=store_settings(pack, actor=actor, now=now),
        taxonomy_id=store_labels(content.taxonomy, actor=actor, now=now),
        made_at=now,
        made_by=actor.label,
    )
    try:
        with transaction.atomic():
            ruleset.save(force_insert=True)
    except IntegrityError as error:
        raise PublishedMeanwhile from error
    begin_terms(content=content, ruleset=ruleset, ground=None, written_by=None, now=now)
    Policy.objects.bulk_create(policies)
    PolicyVersion.objects.bulk_create(versions)
    WordList.objects.bulk_create(lists)
    WordListVersion.objects.bulk_create(words)
    at_hand: dict[str, Any] = {"ruleset": ruleset.number, "ruleset_hash": ruleset.hash}
    facts: list[Fact] = [
        PolicyPublished(
            policy=version.policy_id,
            code=entry.code,
            title=entry.document.title,
            number=1,
            replaces=0,
            sha256=version.sha256,
            author=actor.label,
            approver="",
            **at_hand,
        )
        for version, entry in zip(versions, content.policies, strict=True)
    ]
    facts += [
        ListPublished(word_list=word.word_list_id, name=each.name, number=1, replaces=0, sha256=word.sha256, **at_hand)
        for word, each in zip(words, lists, strict=True)
    ]
    pack_fact = PackPublished(
        pack=pack.code,
        release=pack.version,
        policies=len(versions),
        lists=len(words),
        labels=len(content.taxonomy.labels),
        **at_hand,
    )
    record_many([*facts, pack_fact], actor=actor, at=now)
    look_again()
    return Published(ruleset.number, ruleset.hash)


def take_folder(*, actor: Actor, path: Path, now: datetime, approver: Actor | None = None) -> Taken:
    """Take over what a folder says otherwise than the desk, as checked versions that wait for approval.

    With an approver (another person; who named both answers for it) everything goes live at once. Changes of
    pack.yaml and labels.json are taken over only with an approver. A policy that the folder does not have stays.
    Raises DoesNotPass, NothingChanged, SamePerson, PublishedMeanwhile.
    """
    actor.require("policy.edit")
    if approver is not None:
        approver.require("policy.approve")
        refuse_same_person(actor.label, approver)
    live = live_content()
    folder = read_folder(path)
    if folder.content is None or folder.errors:
        raise DoesNotPass(folder.errors)
    mine = folder.content
    before = {entry.code: entry for entry in live.policies}
    changed = [
        entry
        for entry in mine.policies
        if entry.code not in before or before[entry.code].document.sha256 != entry.document.sha256
    ]
    words = [each for name, each in sorted(mine.lists.items()) if live.lists.get(name) != each]
    pack = mine.pack if mine.pack.sha256 != live.pack.sha256 and approver else None
    labels = mine.taxonomy if mine.taxonomy.sha256 != live.taxonomy.sha256 and approver else None
    if not (changed or words or pack or labels):
        raise NothingChanged("The folder says nothing that is not live already.")
    ground = Content(pack or live.pack, labels or live.taxonomy, live.policies, live.lists)
    tried = try_out(changed, words, ground=ground)
    if not tried.passes:
        raise DoesNotPass(tried.errors, tried.failed)
    ids: list[UUID] = []
    list_ids: list[UUID] = []
    if changed or words:
        ids, list_ids = _store(actor=actor, entries=changed, words=words, examples=len(tried.results), now=now)
    published = None
    if approver is not None:
        for version_id in ids:
            approve(actor=approver, version_id=version_id, now=now)
        for version_id in list_ids:
            approve_list(actor=approver, version_id=version_id, now=now)
        published = commit(actor=approver, prepared=prepare(ids, list_ids, pack=pack, labels=labels), now=now)
    return Taken(tuple(entry.code for entry in changed), tuple(each.name for each in words), published)


@action(right="policy.edit")
def _store(
    *, actor: Actor, entries: Sequence[Entry], words: Sequence[WordListText], examples: int, now: datetime
) -> tuple[list[UUID], list[UUID]]:
    """Checked versions of all of them, or of none."""
    made: list[UUID] = []
    for entry in entries:
        policy, _ = Policy.objects.get_or_create(code=entry.code, defaults={"made_at": now})
        version = PolicyVersion(
            policy=policy, **_document_columns(entry.document), **_life(policy.versions, actor, now), checked_at=now
        )
        version.save(force_insert=True)
        told: dict[str, Any] = {"policy": policy.id, "code": entry.code, "number": version.number}
        record(PolicyChecked(**told, sha256=version.sha256, examples=examples), actor=actor, at=now)
        made.append(version.id)
    lists = [store_list(parsed=each, actor=actor, now=now) for each in words]
    return made, lists


def _life(versions: Any, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "number": (versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        "base": versions.filter(state=State.LIVE).values_list("number", flat=True).first() or 0,
        "state": State.CHECKED,
        "author": actor.label,
        "made_at": now,
        "changed_at": now,
    }


def _document_columns(document: PolicyDocument) -> dict[str, Any]:
    return {
        "text": document.text,
        "translations": {language: each.text for language, each in document.translations.items()},
        "sha256": document.sha256,
    }
