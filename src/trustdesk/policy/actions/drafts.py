"""From an idea to a checked version: drafts belong to their author, and after the check nothing changes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy.documents import LANGUAGE, content_hash, parse
from trustdesk.policy.facts import PolicyChecked, PolicyDraftDiscarded, PolicyDrafted
from trustdesk.policy.models import Policy, PolicyVersion, State
from trustdesk.policy.queries.rulesets import TryOut, try_version
from trustdesk.policy.refusals import DoesNotPass, DraftMoved, NoSuchVersion, NotADraft, NotYourDraft, OutdatedBase
from trustdesk.policy.yamltext import LONGEST, forbidden_at


@dataclass(frozen=True)
class DraftRef:
    """A stored version: its row, the policy's code, its number."""

    id: UUID
    code: str
    number: int


@action(right="policy.edit")
def draft(
    *,
    actor: Actor,
    text: str,
    now: datetime,
    code: str = "",
    translations: Mapping[str, str] | None = None,
    version_id: UUID | None = None,
    begun_from: str = "",
) -> DraftRef:
    """Keep a draft: a new version of the policy its front matter names, or `version_id`, one's own draft, again.

    It may still be full of errors; only its code must be readable and its size bounded. `code` guards against a
    document that turns into another policy under somebody's hands; `begun_from`, the hash of the text that was opened,
    guards what was kept meanwhile from another window.
    Raises Invalid (fields text, translations), DraftMoved, NotADraft, NotYourDraft, NoSuchVersion.
    """
    told = dict(translations or {})
    _bounded(text, told)
    document = parse(text, translations=told).document
    found = document.code if document else ""
    if version_id is not None:
        return _rewrite(version_id, begun_from, actor=actor, text=text, translations=told, found=found, now=now)
    if not found:
        raise Invalid("The draft needs a code in its front matter.", fields={"text": "code: is missing or not a code."})
    if code and code != found:
        raise Invalid(
            gettext("This is the document of %(found)s, not of %(code)s.") % {"found": found, "code": code},
            fields={"text": gettext("code: must stay %(code)s.") % {"code": code}},
        )
    try:
        with transaction.atomic():
            policy, _ = Policy.objects.get_or_create(code=found, defaults={"made_at": now})
            version = PolicyVersion(
                policy=policy,
                number=(policy.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
                base=live_number(policy),
                text=text,
                translations=told,
                sha256=content_hash(text, told),
                state=State.DRAFT,
                author=actor.label,
                made_at=now,
                changed_at=now,
            )
            version.save(force_insert=True)
    except IntegrityError as error:
        raise OutdatedBase("Someone else began a version at the same moment; try again.") from error
    record(
        PolicyDrafted(policy=policy.id, code=found, number=version.number, sha256=version.sha256), actor=actor, at=now
    )
    return DraftRef(version.id, found, version.number)


@action(right="policy.edit")
def discard(*, actor: Actor, version_id: UUID, now: datetime) -> None:
    """Throw one's own draft away. Raises NotADraft, NotYourDraft, NoSuchVersion."""
    version = _own_draft(actor, version_id)
    fact = PolicyDraftDiscarded(policy=version.policy_id, code=version.policy.code, number=version.number)
    deleted, _ = PolicyVersion.objects.filter(id=version_id, state=State.DRAFT, author=actor.label).delete()
    if not deleted:
        raise NotADraft
    record(fact, actor=actor, at=now)


def check(*, actor: Actor, version_id: UUID, now: datetime) -> TryOut:
    """Ask for approval: names, types, lists and all examples must pass; then the version is frozen.

    Compiles the whole ruleset with the draft in, before the transaction opens.
    Raises DoesNotPass, OutdatedBase, NotADraft, NotYourDraft, NoSuchVersion.
    """
    actor.require("policy.edit")
    version = _own_draft(actor, version_id)
    if live_number(version.policy) != version.base:
        raise OutdatedBase
    tried = try_version(version)
    if not tried.passes:
        raise DoesNotPass(tried.errors, tried.failed)
    _freeze(actor=actor, version=version, examples=len(tried.results), now=now)
    return tried


@action(right="policy.edit")
def _freeze(*, actor: Actor, version: PolicyVersion, examples: int, now: datetime) -> None:
    # Conditional on the text that was checked: the author may be typing in another window.
    moved = PolicyVersion.objects.filter(id=version.id, state=State.DRAFT, sha256=version.sha256).update(
        state=State.CHECKED, checked_at=now, changed_at=now
    )
    if not moved:
        raise NotADraft("The draft changed while it was being checked; check it again.")
    record(
        PolicyChecked(
            policy=version.policy_id,
            code=version.policy.code,
            number=version.number,
            sha256=version.sha256,
            examples=examples,
        ),
        actor=actor,
        at=now,
    )


def live_number(policy: Policy) -> int:
    """The number of the live version, 0 for none."""
    return policy.versions.filter(state=State.LIVE).values_list("number", flat=True).first() or 0


def _rewrite(
    version_id: UUID,
    begun_from: str,
    *,
    actor: Actor,
    text: str,
    translations: dict[str, str],
    found: str,
    now: datetime,
) -> DraftRef:
    version = _own_draft(actor, version_id)
    code = version.policy.code
    if found and found != code:
        raise Invalid(
            gettext("This draft belongs to %(code)s.") % {"code": code},
            fields={"text": gettext("code: must stay %(code)s.") % {"code": code}},
        )
    sha = content_hash(text, translations)
    rows = PolicyVersion.objects.filter(id=version_id, state=State.DRAFT, author=actor.label)
    if begun_from:
        rows = rows.filter(sha256__in=[begun_from, sha])
    moved = rows.update(text=text, translations=translations, sha256=sha, changed_at=now)
    if not moved:
        raise DraftMoved if PolicyVersion.objects.filter(id=version_id, state=State.DRAFT).exists() else NotADraft
    record(PolicyDrafted(policy=version.policy_id, code=code, number=version.number, sha256=sha), actor=actor, at=now)
    return DraftRef(version_id, code, version.number)


def _own_draft(actor: Actor, version_id: UUID) -> PolicyVersion:
    version = PolicyVersion.objects.filter(id=version_id).select_related("policy").first()
    if version is None:
        raise NoSuchVersion
    if version.state != State.DRAFT:
        raise NotADraft
    if version.author != actor.label:
        raise NotYourDraft
    return version


def _bounded(text: str, translations: Mapping[str, str]) -> None:
    for name, each in (("text", text), *translations.items()):
        field = "text" if name == "text" else "translations"
        if len(each) > LONGEST:
            raise Invalid(
                "The document is too long.",
                fields={field: gettext("At most %(n)s characters.") % {"n": f"{LONGEST:,}"}},
            )
        at = forbidden_at(each)
        if at is not None:
            told = gettext("The character U+%(code)s at position %(at)s is not allowed.") % {
                "code": f"{ord(each[at]):04X}",
                "at": at,
            }
            raise Invalid("The document holds a character that is not text.", fields={field: told})
    if wrong := [language for language in translations if not re.fullmatch(LANGUAGE, language)]:
        raise Invalid(
            "A translation needs a language.",
            fields={"translations": gettext("%(wrong)s is no language.") % {"wrong": repr(wrong[0][:40])}},
        )
