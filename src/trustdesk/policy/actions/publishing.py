"""Approve, publish, roll back: two people, one ruleset at a time, and the loser of a race is told.

What goes live is compiled and its examples are run before the transaction opens. The transaction inserts the ruleset
with the next number; that number is unique, so of two who publish on the same ground the second is refused.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from trustdesk.engine import PolicyError
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.fact import Fact
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import ApiKey
from trustdesk.policy.actions.ground import store_labels, store_settings
from trustdesk.policy.actions.terms import Writers, begin_terms
from trustdesk.policy.facts import (
    ListPublished,
    ListRolledBack,
    PolicyApproved,
    PolicyPublished,
    PolicyRolledBack,
    SettingsPublished,
)
from trustdesk.policy.labels import Taxonomy
from trustdesk.policy.models import PolicyVersion, Ruleset, State, Version, WordListVersion
from trustdesk.policy.packs import Pack
from trustdesk.policy.queries.rulesets import TryOut, content_of, document_of, look_again, plans, try_out
from trustdesk.policy.refusals import (
    DoesNotPass,
    NoPolicy,
    NoSuchVersion,
    NothingBefore,
    OutdatedBase,
    PublishedMeanwhile,
    SamePerson,
    WrongState,
)
from trustdesk.policy.rulesets import Content, Entry
from trustdesk.policy.wordlists import parse_list


@dataclass(frozen=True)
class Published:
    """The ruleset that came into force."""

    number: int
    hash: str


@dataclass(frozen=True)
class Change:
    """One version taking the place of another (None: the first of its policy or list)."""

    new: PolicyVersion | WordListVersion
    old: PolicyVersion | WordListVersion | None


@dataclass(frozen=True)
class Prepared:
    """A change of the ruleset, checked against the one it was built on."""

    ground: Ruleset
    content: Content
    changes: tuple[Change, ...]
    pack: Pack | None = None
    labels: Taxonomy | None = None


@action(right="policy.approve")
def approve(*, actor: Actor, version_id: UUID, now: datetime) -> None:
    """A second person agrees. Raises SamePerson, WrongState, NoSuchVersion."""
    version = PolicyVersion.objects.filter(id=version_id).select_related("policy").first()
    if version is None:
        raise NoSuchVersion
    agree(version, actor=actor, now=now)
    record(
        PolicyApproved(
            policy=version.policy_id, code=version.policy.code, number=version.number, sha256=version.sha256
        ),
        actor=actor,
        at=now,
    )


def agree(version: PolicyVersion | WordListVersion, *, actor: Actor, now: datetime) -> None:
    """Move a checked version to approved, by somebody who did not write it. Called inside an action."""
    refuse_same_person(version.author, actor)
    moved = (
        type(version)
        .objects.filter(id=version.id, state=State.CHECKED)
        .update(state=State.APPROVED, approver=actor.label, approved_at=now, changed_at=now)
    )
    if not moved:
        raise WrongState


def refuse_same_person(author: str, actor: Actor) -> None:
    """The author cannot approve, nor can the person whose API key wrote it. Raises SamePerson."""
    kind, _, ident = author.partition(":")
    people = {author}
    if kind == "key":
        people |= set(ApiKey.objects.filter(id=ident).values_list("made_by", flat=True))
    if actor.label in people or actor.kind == "key":
        raise SamePerson


def publish(*, actor: Actor, now: datetime, versions: Sequence[UUID] = (), lists: Sequence[UUID] = ()) -> Published:
    """Put approved versions of policies and lists into force, all together, as one new ruleset.

    Raises DoesNotPass, WrongState, OutdatedBase, PublishedMeanwhile, NoSuchVersion.
    """
    actor.require("policy.approve")
    prepared = prepare(versions, lists)
    return commit(actor=actor, prepared=prepared, now=now)


def prepare(
    versions: Sequence[UUID], lists: Sequence[UUID], *, pack: Pack | None = None, labels: Taxonomy | None = None
) -> Prepared:
    """Compile and test what is to be published, on the ruleset in force. Not in a transaction."""
    ground = _ground()
    policies = list(PolicyVersion.objects.filter(id__in=versions).select_related("policy"))
    words = list(WordListVersion.objects.filter(id__in=lists).select_related("word_list"))
    if (
        len(policies) != len(set(versions))
        or len(words) != len(set(lists))
        or not (policies or words or pack or labels)
    ):
        raise NoSuchVersion
    chosen: list[PolicyVersion | WordListVersion] = [*policies, *words]
    for version in chosen:
        if version.state != State.APPROVED:
            raise WrongState
    changes = tuple(Change(version, _live_beside(version)) for version in chosen)
    for change in changes:
        if (change.old.number if change.old else 0) != change.new.base:
            raise OutdatedBase
    before = content_of(ground)
    before = replace(before, pack=pack or before.pack, taxonomy=labels or before.taxonomy)
    content, tried = _tried(before, policies, words)
    if not tried.passes or tried.compiled is None:
        raise DoesNotPass(tried.errors, tried.failed)
    plans.keep(tried.compiled)
    return Prepared(ground, content, changes, pack, labels)


@action(right="policy.approve")
def commit(*, actor: Actor, prepared: Prepared, now: datetime) -> Published:
    """Write the new ruleset and move the versions; everything or nothing."""
    made = new_ruleset(prepared, actor=actor, now=now)
    facts: list[Fact] = []
    for change in prepared.changes:
        retire(change.old, State.SUPERSEDED, now)
        bring(change.new, State.APPROVED, now)
        facts.append(_published_fact(change, made, prepared.content))
    if prepared.pack or prepared.labels:
        pack = prepared.content.pack
        facts.append(
            SettingsPublished(pack=pack.code, release=pack.version, ruleset=made.number, ruleset_hash=made.hash)
        )
    record_many(facts, actor=actor, at=now)
    look_again()
    return Published(made.number, made.hash)


def roll_back(*, actor: Actor, code: str, reason: str, now: datetime) -> Published:
    """Put the version back that was live before. One person may, at once; examples that now fail do not hinder it.

    Raises NothingBefore, DoesNotPass (it would not even compile), PublishedMeanwhile, Invalid (reason).
    """
    actor.require("policy.approve")
    live = PolicyVersion.objects.filter(policy__code=code, state=State.LIVE).select_related("policy").first()
    if live is None:
        raise NoSuchVersion
    prepared = prepare_return(live, reason)
    return commit_return(actor=actor, prepared=prepared, reason=reason, now=now)


def prepare_return(live: PolicyVersion | WordListVersion, reason: str) -> Prepared:
    if not 3 <= len(reason.strip()) <= 300:
        told = {"reason": "Say why, in 3 to 300 characters."}
        raise Invalid("A roll-back needs a reason.", fields=told)
    before = (
        _siblings(live)
        .filter(state=State.SUPERSEDED, number__lt=live.number)
        .order_by("-published_at", "-number")
        .first()
    )
    if before is None:
        raise NothingBefore
    ground = _ground()
    content = _with(content_of(ground), [before])
    try:
        plans.made(content)
    except PolicyError as error:
        raise DoesNotPass(error.problems) from error
    return Prepared(ground, content, (Change(before, live),))


@action(right="policy.approve")
def commit_return(*, actor: Actor, prepared: Prepared, reason: str, now: datetime) -> Published:
    (change,) = prepared.changes
    made = new_ruleset(prepared, actor=actor, now=now, urgent=True)
    retire(change.old, State.ROLLED_BACK, now)
    bring(change.new, State.SUPERSEDED, now)
    told: dict[str, Any] = {
        "number": change.old.number if change.old else 0,
        "to": change.new.number,
        "reason": reason.strip(),
        "ruleset": made.number,
        "ruleset_hash": made.hash,
    }
    if isinstance(change.new, PolicyVersion):
        fact: Fact = PolicyRolledBack(policy=change.new.policy_id, code=change.new.policy.code, **told)
    else:
        fact = ListRolledBack(word_list=change.new.word_list_id, name=change.new.word_list.name, **told)
    record(fact, actor=actor, at=now)
    look_again()
    return Published(made.number, made.hash)


def new_ruleset(prepared: Prepared, *, actor: Actor, now: datetime, urgent: bool = False) -> Ruleset:
    """Insert the next ruleset, put its new rules on probation. Raises PublishedMeanwhile when another got this number."""
    ground = prepared.ground
    gone = {change.old.id for change in prepared.changes if change.old}
    added = [change.new for change in prepared.changes]
    settings = store_settings(prepared.pack, actor=actor, now=now) if prepared.pack else ground.settings_id
    taxonomy = store_labels(prepared.labels, actor=actor, now=now) if prepared.labels else ground.taxonomy_id
    row = Ruleset(
        number=ground.number + 1,
        hash=prepared.content.hash,
        policies=[*(each for each in ground.policies if each not in gone), *_ids(added, PolicyVersion)],
        lists=[*(each for each in ground.lists if each not in gone), *_ids(added, WordListVersion)],
        settings_id=settings,
        taxonomy_id=taxonomy,
        urgent=urgent,
        made_at=now,
        made_by=actor.label,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise PublishedMeanwhile from error
    begin_terms(content=prepared.content, ruleset=row, ground=ground, written_by=_writers(added, actor), now=now)
    return row


def retire(version: PolicyVersion | WordListVersion | None, state: str, now: datetime) -> None:
    """Take the live version out of force; it must still be the live one."""
    if version is None:
        return
    moved = (
        type(version).objects.filter(id=version.id, state=State.LIVE).update(state=state, ended_at=now, changed_at=now)
    )
    if not moved:
        raise PublishedMeanwhile


def bring(version: PolicyVersion | WordListVersion, state: str, now: datetime) -> None:
    """Put a version into force, out of `state` and no other."""
    moved = (
        type(version)
        .objects.filter(id=version.id, state=state)
        .update(state=State.LIVE, published_at=now, ended_at=None, changed_at=now)
    )
    if not moved:
        raise PublishedMeanwhile


def _writers(versions: Iterable[PolicyVersion | WordListVersion], actor: Actor) -> Writers:
    """Who answers for what changes; for settings, and for what nobody wrote, whoever publishes."""
    versions = list(versions)
    return Writers(
        policies={each.policy.code: each.author for each in versions if isinstance(each, PolicyVersion)},
        lists={each.word_list.name: each.author for each in versions if isinstance(each, WordListVersion)},
        otherwise=actor.label,
    )


def _ids(versions: Iterable[Version], model: type[Version]) -> list[UUID]:
    return [version.id for version in versions if isinstance(version, model)]


def _ground() -> Ruleset:
    row = Ruleset.objects.order_by("-number").first()
    if row is None:
        raise NoPolicy
    return row


def _siblings(version: PolicyVersion | WordListVersion) -> Any:
    if isinstance(version, PolicyVersion):
        return PolicyVersion.objects.filter(policy=version.policy_id).select_related("policy")
    return WordListVersion.objects.filter(word_list=version.word_list_id).select_related("word_list")


def _live_beside(version: PolicyVersion | WordListVersion) -> Any:
    return _siblings(version).filter(state=State.LIVE).first()


def _tried(
    ground: Content, policies: Sequence[PolicyVersion], words: Sequence[WordListVersion]
) -> tuple[Content, TryOut]:
    tried = try_out(_entries(policies), _lists(words), ground=ground)
    return _with(ground, [*policies, *words]), tried


def _with(ground: Content, versions: Iterable[PolicyVersion | WordListVersion]) -> Content:
    versions = list(versions)
    policies = [version for version in versions if isinstance(version, PolicyVersion)]
    words = [version for version in versions if isinstance(version, WordListVersion)]
    return ground.having(_entries(policies), _lists(words))


def _entries(versions: Iterable[PolicyVersion]) -> list[Entry]:
    return [
        Entry(document_of(version, version.policy.code), version.number, version.id, version.policy_id)
        for version in versions
    ]


def _lists(versions: Iterable[WordListVersion]) -> list[Any]:
    return [parse_list(version.word_list.name, version.text)[0] for version in versions]


def _published_fact(change: Change, made: Ruleset, content: Content) -> Fact:
    version = change.new
    told: dict[str, Any] = {
        "number": version.number,
        "replaces": change.old.number if change.old else 0,
        "sha256": version.sha256,
        "ruleset": made.number,
        "ruleset_hash": made.hash,
    }
    if isinstance(version, WordListVersion):
        return ListPublished(word_list=version.word_list_id, name=version.word_list.name, **told)
    title = next(entry.document.title for entry in content.policies if entry.code == version.policy.code)
    return PolicyPublished(
        policy=version.policy_id,
        code=version.policy.code,
        title=title,
        author=version.author,
        approver=version.approver,
        **told,
    )
