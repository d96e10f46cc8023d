"""A policy, as it stands in an editor or in the desk, tried on words somebody pasted or on an item the desk has."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.content import queries as content
from trustdesk.engine import MISSING, UNKNOWN, PolicyError, Problem
from trustdesk.engine.problems import nearest
from trustdesk.engine.schema import fields_of
from trustdesk.engine.signals import LOOKUPS, Request
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy.documents import PolicyDocument, parse
from trustdesk.policy.packs import event_schema
from trustdesk.policy.queries.guidance import choose
from trustdesk.policy.queries.rulesets import live_content, others
from trustdesk.policy.rulesets import Content, Entry, check_content, event_of
from trustdesk.policy.trying import Bench, Trial
from trustdesk.policy.variables import fill

# What a stored verdict of an item's newest version read, by item: screening stands above and says so at the start.
stored_inputs: list[Callable[[UUID], Mapping[str, Any]]] = []
_KEPT = 8
_NAMES = {signal.name for signal in LOOKUPS}
_benches: "OrderedDict[str, Bench]" = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Sample:
    """Words to try a policy on. `account_age` in seconds; `more` are further fields by dotted name, `lookups` answers
    by function (`rate`) or by the whole call."""

    text: str
    title: str = ""
    kind: str = ""
    market: str = ""
    language: str = ""
    price: float | None = None
    category: str = ""
    account_age: float | None = None
    more: Mapping[str, Any] = field(default_factory=dict)
    lookups: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Tried:
    """`trial` is None where the policy does not pass the check; `problems` then say why. `reason` is what the author
    would read, "" where the item stays as it is. `stored`: lookups answer as they did when the item came in."""

    trial: Trial | None
    problems: tuple[Problem, ...] = ()
    reason: str = ""
    reason_language: str = ""
    item: content.ItemView | None = None
    stored: bool = False

    @property
    def text(self) -> str:
        return str(self.trial.event["item"].get("text") or "") if self.trial else ""


def try_sample(
    *, code: str, text: str, translations: Mapping[str, str], sample: Sample, now: datetime, number: int = 1
) -> Tried:
    """Try a document on pasted words, in the place of the live version. Raises NoPolicy, Invalid (more, market, kind)."""
    ground = live_content()
    entry, problems = _entry(code, text, translations, number, ground)
    if entry is None:
        return Tried(None, problems)
    event = sample_event(sample, entry.document, ground, now)

    def answer(request: Request) -> Any:
        for name in (request.key, request.name):
            if name in sample.lookups:
                return sample.lookups[name]
        return 0 if request.name in _NAMES else UNKNOWN

    return _told(ground, entry, event, answer, sample.language)


def try_item(
    *, actor: Actor, code: str, text: str, translations: Mapping[str, str], item: str, number: int = 1
) -> Tried:
    """Try a document on the newest version of an item, named by its id or by the platform's own.

    Lookups answer as they did when the item came in; what was not asked then is unknown. Raises NoPolicy, NotFound.
    """
    ground = live_content()
    found = _find(actor, item)
    entry, problems = _entry(code, text, translations, number, ground)
    if entry is None:
        return Tried(None, problems, item=found)
    event, answers = item_event(found, ground)

    def answer(request: Request) -> Any:
        if request.key not in answers:
            return UNKNOWN
        value = answers[request.key]
        return UNKNOWN if value == {"unknown": True} else MISSING if value is None else value

    told = _told(ground, entry, event, answer, found.language)
    return replace(told, item=found, stored=bool(answers))


def sample_event(sample: Sample, document: PolicyDocument, ground: Content, now: datetime) -> dict[str, Any]:
    """The event a sample stands for. Raises Invalid where a name or value is not of this desk."""
    pack = ground.pack
    kind = sample.kind or ("listing" if "listing" in document.applies_to else next(iter(document.applies_to), ""))
    market = sample.market or next((each for each in document.markets if each != "all"), next(iter(pack.markets)))
    if kind not in pack.kinds:
        raise Invalid(
            "There is no such kind of item.",
            fields={"kind": gettext("one of %(options)s") % {"options": ", ".join(pack.kinds)}},
        )
    if market not in pack.markets:
        raise Invalid(
            "There is no such market.",
            fields={"market": gettext("one of %(options)s") % {"options": ", ".join(pack.markets)}},
        )
    item: dict[str, Any] = {
        "id": "trial",
        "kind": kind,
        "title": sample.title or None,
        "body": sample.text,
        "text": f"{sample.title}\n{sample.text}" if sample.title else sample.text,
        "price": sample.price,
        "currency": pack.markets[market].currency,
        "category": sample.category or None,
        "language": sample.language or pack.markets[market].languages[0],
        "market": market,
        "urls": [],
        "media": 0,
    }
    groups: dict[str, dict[str, Any]] = {
        "item": item,
        "account": {"id": "trial", "age": sample.account_age},
        "notice": {},
    }
    known = fields_of(event_schema(pack))
    for name, value in sample.more.items():
        group, _, rest = name.partition(".")
        if name not in known or group not in groups or not rest:
            near = nearest(name, known)
            told = f"no field named {name}" + (f"; did you mean {near}?" if near else "")
            raise Invalid("One of the further fields is not known here.", fields={"more": told})
        groups[group][rest] = value
    return event_of(pack, item=item, account=groups["account"], now=now, notice=groups["notice"] or None)


def item_event(item: content.ItemView, ground: Content) -> tuple[dict[str, Any], dict[str, Any]]:
    """The event of an item's newest version, and the answers its verdict stored."""
    version = content.newest_versions([item.id])[item.id]
    account = content.accounts([item.account])[item.account]
    words = [version.title, version.body, *(v for _, v in sorted(version.fields.items()) if isinstance(v, str))]
    at = version.received_at
    age = (at - account.registered_at).total_seconds() if account.registered_at else None
    told = {
        "id": f"{item.source}/{item.kind}/{item.external_id}",
        "kind": item.kind,
        "title": version.title,
        "body": version.body,
        "text": "\n".join(word for word in words if word),
        "price": float(version.price) if version.price is not None else None,
        "currency": version.currency,
        "category": version.category,
        "language": item.language,
        "market": item.market,
        "urls": [item.url] if item.url else [],
        "media": len(version.media),
        **version.fields,
    }
    person = {
        "id": f"{item.source}/{account.external_id}",
        "age": None if age is None else max(0.0, age),
        "name": account.name,
        "kind": account.kind,
        "verified": account.verified,
        "country": account.country,
        "language": account.language,
        "followers": account.followers,
        "items_posted": account.items_posted,
    }
    event = event_of(
        ground.pack,
        item={name: value for name, value in told.items() if value not in (None, "")},
        account={name: value for name, value in person.items() if value not in (None, "")},
        now=at,
    )
    answers: dict[str, Any] = {}
    for source in stored_inputs:
        for name, value in source(item.id).items():
            if "(" in name:
                answers[name] = value
            elif name.startswith("account.") and value not in (None, {"unknown": True}):
                event["account"][name.removeprefix("account.")] = value  # as it was then: accounts grow older
    return event, answers


def _told(
    ground: Content, entry: Entry, event: Mapping[str, Any], answer: Callable[[Request], Any], language: str
) -> Tried:
    trial = _bench(ground, entry).try_on(event, answer)
    hit = trial.decided_by
    if hit is None or trial.outcome not in {"reject", "hold", "limit"}:
        return Tried(trial)
    by_code = {each.code: each.document for each in ground.policies} | {entry.code: entry.document}
    document = by_code[hit.policy]
    market = ground.pack.markets.get(str(event["item"].get("market")))
    chosen = choose(document.reasons(), language or "", market.languages if market else ())
    found = list(dict.fromkeys(" ".join(piece.text.split()) for piece in hit.evidence))[:3]
    kind = ground.pack.kinds.get(str(event["item"].get("kind")))
    values = {
        "kind": kind.name(chosen.language) if kind else "",
        "title": str(event["item"].get("title") or ""),
        "matched": ", ".join(f"“{words[:80]}”" for words in found)
        or document.titles().get(chosen.language, document.title),
    }
    return Tried(trial, reason=fill(chosen.text, values), reason_language=chosen.language)


def _entry(
    code: str, text: str, translations: Mapping[str, str], number: int, ground: Content
) -> tuple[Entry | None, tuple[Problem, ...]]:
    parsed = parse(text, file=f"{code}.md" if code else "", translations=translations)
    document = parsed.document
    if document is None or not document.code or parsed.errors:
        return None, parsed.errors
    entry = Entry(document, number)
    errors = [each for each in check_content(ground.having([entry]), [entry.code]) if each.severity == "error"]
    return (None, tuple(errors)) if errors else (entry, ())


def _bench(ground: Content, entry: Entry) -> Bench:
    key = f"{ground.hash}/{entry.code}/{entry.document.sha256}"
    with _lock:
        if key not in _benches:
            try:
                _benches[key] = Bench(others(ground, entry.code), entry)
            except PolicyError as error:
                raise Invalid(str(error)) from error
            while len(_benches) > _KEPT:
                _benches.popitem(last=False)
        _benches.move_to_end(key)
        return _benches[key]


def _find(actor: Actor, name: str) -> content.ItemView:
    """By id, else by the platform's own id. An item one may not see is not there."""
    name = name.strip()
    try:
        found = list(content.items([UUID(name)], source=actor.source).values())
    except ValueError:
        found = content.items_by_external(actor.source, name) if name else []
    seen = [item for item in found if actor.may("items.read", market=item.market)]
    if not seen:
        raise NotFound("There is no item with this id that you may see.")
    return seen[-1]
