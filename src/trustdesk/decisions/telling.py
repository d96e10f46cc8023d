"""Telling the author: choose the language, compose the statement, decide who carries it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.signing import Signer
from django.utils import translation
from django.utils.translation import gettext as _

from trustdesk.decisions.drafts import Draft
from trustdesk.decisions.models import Restriction, Statement
from trustdesk.decisions.statement_forms import as_html, as_text, digest
from trustdesk.decisions.statement_words import KIND_WORDS
from trustdesk.decisions.statements import Clause, Material, compose
from trustdesk.kernel.people.queries import MarketView, SourceView, markets, sources
from trustdesk.policy.queries import Grounds
from trustdesk.post.actions import LetterDraft
from trustdesk.post.queries import reply_address

_signer = Signer(salt="statement")
TOLD = frozenset({"remove", "limit", "hold", "warn", "educate"})


@dataclass(frozen=True)
class Told:
    """A statement, where it can be read, and the letter that carries it (None: the webhook does)."""

    statement: Statement
    letter: LetterDraft | None
    html_url: str
    json_url: str


def statement_url(decision: object) -> str:
    """The signed public address of a decision's statement: opens it without an account, and nothing else."""
    return settings.PUBLIC_URL + statement_path(decision)


def statement_path(decision: object) -> str:
    """The same below the desk's own address."""
    return f"/s/{_signer.sign(str(decision))}"


def decision_of_token(token: str) -> str:
    """The decision a signed address names. Raises django.core.signing.BadSignature."""
    return _signer.unsign(token)


def choose_language(*, reader: str, market: MarketView | None, reasons: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    """(language, why): the reader's, else the market's in order, else English; one in which every reason exists."""
    shipped = {code for code, _name in settings.LANGUAGES}
    wishes = [(reader, "reader"), *((code, "market") for code in (market.languages if market else ()))]
    for code, why in wishes:
        if code and code in shipped and all(code in reason for reason in reasons):
            return code, why
    return "en", "fallback"


def tell(
    *, draft: Draft, restrictions: Sequence[Restriction], texts: Grounds, now: datetime, effective_at: datetime
) -> Told | None:
    """The statement of a decision, or None when none is due: flags, approvals without an edit, and holds of what nobody saw yet."""
    if not draft.letter or (draft.outcome not in TOLD and not draft.edit and not draft.undone):
        return None
    policies = [texts.get(ground.policy, ground.version) for ground in draft.grounds]
    market = markets().get(draft.market)
    source: SourceView | None = sources().get(draft.account.source)
    language, why = choose_language(
        reader=draft.account.language, market=market, reasons=[policy.reasons for policy in policies]
    )
    fields: dict[str, str] = {}
    if draft.version is not None:
        fields = {"title": draft.version.title, "body": draft.version.body} | {
            name: value for name, value in draft.version.fields.items() if isinstance(value, str)
        }
    url = statement_url(draft.id)
    with translation.override(language):
        kind_word = KIND_WORDS[draft.thing]()
        clauses = [
            Clause(
                policy=ground.policy,
                policy_title=policy.title_in(language),
                version=ground.version,
                clause=ground.clause,
                clause_title=policy.clause_title(ground.clause, language),
                reason=fill_reason(
                    policy.reasons.get(language) or policy.reasons.get("en", ""),
                    kind=kind_word,
                    title=draft.title,
                    matched=_matched(draft, ground.policy, policy.clause_title(ground.clause, language)),
                ),
                url=f"{settings.PUBLIC_URL}/rules/{ground.policy}" + (f"#c{ground.clause}" if ground.clause else ""),
            )
            for ground, policy in zip(draft.grounds, policies, strict=True)
        ]
        on_account = draft.on_account() if draft.on_account else ()
        undone = draft.undone() if draft.undone else ()
    contact = source.letter_sender if source else ""
    data = compose(
        Material(
            decision=str(draft.id),
            outcome=draft.outcome,
            item_kind=draft.thing,
            title=draft.title,
            clauses=_without_repeats(clauses),
            evidence=draft.evidence,
            fields=fields,
            content_language=draft.item.language if draft.item else "",
            ground=policies[0].ground if policies else "terms",
            legal_ground=policies[0].legal_ground if policies else "",
            edit=draft.edit,
            on_account=on_account,
            undone=undone,
            pending=draft.pending,
            reported=draft.reported,
            author_note=draft.author_note,
            restrictions=[
                {
                    "kind": r.kind,
                    "on": "item" if r.item_id else "account",
                    "markets": r.markets,
                    "starts_at": r.starts_at,
                    "ends_at": r.ends_at,
                }
                for r in restrictions
            ],
            automated_detection=draft.automated_detection,
            automated_decision=draft.by_machine,
            notified=draft.notified,
            posted_at=(draft.version.posted_at or draft.version.received_at) if draft.version else None,
            noticed_at=draft.noticed_at,
            decided_at=now,
            effective_at=effective_at,
            platform=source.name if source else "",
            contact=contact,
            url=url,
            language=language,
            language_why=why,
            time_zone=market.time_zone if market else "UTC",
        )
    )
    text, body = as_text(data), as_html(data)
    by_letter = bool(draft.account.email and contact)
    statement = Statement(
        decision_id=draft.id,
        language=language,
        language_why=why,
        subject=data["subject"][:300],
        text=text,
        html=body,
        data=data,
        sha256=digest(data, text, body),
        told_by="letter" if by_letter else "webhook",
        made_at=now,
    )
    letter = (
        LetterDraft(
            to=draft.account.email,
            sender=contact,
            language=language,
            kind="statement",
            subject=data["subject"],
            text=text,
            html=body,
            about=f"decision:{draft.id}",
            cause=draft.id,
            reply_to=reply_address("appeal", draft.id),
        )
        if by_letter
        else None
    )
    return Told(statement=statement, letter=letter, html_url=url, json_url=f"{url}.json")


def fill_reason(template: str, **words: str) -> str:
    """A policy's reason with its variables filled in; names that are not ours stay as written."""

    class Words(dict[str, str]):
        def __missing__(self, key: str) -> str:
            return "{" + key + "}"

    filled = template.format_map(Words(words)).strip()
    # A reason may begin with {kind}, which is a word inside a sentence elsewhere.
    return filled[:1].upper() + filled[1:]


def _matched(draft: Draft, policy: str, clause_title: str) -> str:
    """What was seen, quoted; a decision without evidence of its own names the clause instead."""
    found: list[str] = []
    for span in draft.evidence:
        words = " ".join(str(span.get("text", "")).split())
        if span.get("policy") in (None, policy) and words and words not in found:
            found.append(words if len(words) <= 80 else words[:79] + "…")
    if found:
        return ", ".join(_("“%(words)s”") % {"words": words} for words in found[:3])
    return _("“%(words)s”") % {"words": clause_title} if clause_title else _("what this rule describes")


def _without_repeats(clauses: Sequence[Clause]) -> list[Clause]:
    """One reason and one line a policy clause, however many rules found it."""
    kept: dict[tuple[str, str], Any] = {}
    for clause in clauses:
        kept.setdefault((clause.policy, clause.clause), clause)
    return list(kept.values())
