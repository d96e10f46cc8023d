"""A pack's settings (`pack.yaml`) as typed values, and the shape of one event that follows from them. Pure."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from trustdesk.engine import Problem, Signal
from trustdesk.engine.signals import RATE
from trustdesk.kernel.work.rules.conditions import Condition, Values, in_words, overlap
from trustdesk.policy import yamltext
from trustdesk.policy.reading import Section, Source

_NAME = r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*"
_NAME_HINT = "use small letters, digits, hyphens or underscores"
_KEYS = (
    *("code", "name", "version", "markets", "sources", "kinds", "schema", "queues", "lanes", "targets", "constants"),
    "probation",
)
_MARKET_KEYS = ("code", "name", "time_zone", "currency", "languages", "legal_regime")
_SOURCE_KEYS = ("code", "name", "kinds", "letter_sender", "public_url")
_KIND_KEYS = ("names", "publish", "patience", "fields")
_FACET_KEYS = ("kinds", "sources", "markets", "languages", "families", "lanes")
_QUEUE_KEYS = ("code", "name", *_FACET_KEYS, "except", "fallback", "target", "batch_question")
_PROBATION_KEYS = ("hours", "acted", "seen", "share", "window_minutes")


@dataclass(frozen=True)
class MarketText:
    code: str
    name: str
    time_zone: str
    currency: str
    languages: tuple[str, ...]
    legal_regime: str


@dataclass(frozen=True)
class SourceText:
    code: str
    name: str
    kinds: tuple[str, ...]
    letter_sender: str
    public_url: str


@dataclass(frozen=True)
class Kind:
    """A kind of item. `publish`: shown `after` a look or `before`; `patience` in seconds; `fields` is a JSON Schema."""

    code: str
    names: Mapping[str, str]
    publish: str
    patience: float
    fields: Mapping[str, Any]

    def name(self, language: str) -> str:
        return self.names.get(language) or self.names.get("en") or self.code.replace("_", " ")


@dataclass(frozen=True)
class QueueText:
    """A queue that a new desk starts with. `fallback` takes what no other queue takes and what waited in vain for a signal;
    it has no condition. `target` in minutes, None: the lane's."""

    code: str
    name: str
    condition: Condition | None
    fallback: bool
    target: int | None
    batch_question: str = ""  # asked of every item, where it is worked as a grid


@dataclass(frozen=True)
class Probation:
    """When a young rule version loses its power to act: see POLICY of the desk in pack.yaml. Hours and minutes."""

    hours: float = 24
    acted: int = 20
    seen: int = 400
    share: float = 0.05
    window_minutes: float = 60


@dataclass(frozen=True)
class Pack:
    """Everything a desk is set up with, beside policies, lists and labels."""

    code: str
    name: str
    version: str
    markets: Mapping[str, MarketText]
    sources: Mapping[str, SourceText]
    kinds: Mapping[str, Kind]
    queues: tuple[QueueText, ...]
    lanes: Mapping[str, int]
    targets: Mapping[int, int]  # minutes until somebody has decided, by the lane's number
    constants: Mapping[str, Mapping[str, float]]
    account: Mapping[str, Any]
    probation: Probation
    text: str = field(repr=False)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def lane(self, name: str | None) -> int:
        """The number of a lane's name; the last lane for none."""
        return self.lanes.get(name or "", max(self.lanes.values(), default=5))


def parse_pack(text: str, *, file: str = "pack.yaml") -> tuple[Pack | None, tuple[Problem, ...]]:
    """Read `pack.yaml`; None only when it is not YAML at all."""
    source = Source(text.removeprefix("\ufeff").replace("\r\n", "\n"), file)
    try:
        root = yamltext.read(source.text)
    except yamltext.BadYaml as error:
        source.wrong(error.message, error.offset)
        return None, tuple(source.problems)
    section = Section(root, source, _KEYS, "the pack")
    markets = {market.code: market for market in map(_market, section.sections("markets", _MARKET_KEYS, "market"))}
    kinds = _kinds(section)
    lanes = {name: value for name, value in (section.plain("lanes") or {}).items() if isinstance(value, int)}
    pack = Pack(
        code=section.text("code", required=True, longest=60, pattern=_NAME, hint=_NAME_HINT),
        name=section.text("name", required=True, longest=120),
        version=section.text("version", longest=40),
        markets=markets,
        sources={
            each.code: each
            for each in (_source(one, kinds) for one in section.sections("sources", _SOURCE_KEYS, "source"))
        },
        kinds=kinds,
        queues=(),
        lanes=lanes,
        targets=_targets(section, lanes),
        constants=_constants(section, markets),
        account=_account(section),
        probation=_probation(section),
        text=source.text,
    )
    pack = replace(pack, queues=_queues(section, pack))
    for needed in ("markets", "sources", "kinds", "queues", "lanes"):
        if not getattr(pack, needed):
            source.wrong(f"the pack needs {needed}", section.at(needed))
    _merged_fields(pack, section)
    return pack, tuple(source.problems)


def event_schema(pack: Pack) -> dict[str, Any]:
    """The JSON Schema of one event: what a rule may name. Fields of all kinds are united; each may be missing."""
    text, number = {"type": "string"}, {"type": "number"}
    count = {"type": "integer", "minimum": 0}
    item: dict[str, Any] = {
        "id": text,
        "kind": {"type": "string", "enum": list(pack.kinds)},
        "title": text,
        "body": text,
        "text": text,
        "price": {"type": ["number", "null"]},
        "currency": text,
        "category": text,
        "language": text,
        "market": {"type": "string", "enum": list(pack.markets)},
        "urls": {"type": "array", "items": text},
        "media": count,
        # What was seen in its media: unknown until somebody has looked.
        "image_text": text,
        "codes": {"type": "array", "items": text},
        "images": {"type": "array", "items": text},
        "adult": {"type": "number", "minimum": 0, "maximum": 1},
        "unseen_media": count,
        "video_seconds": {"type": "number", "minimum": 0},  # of the longest video; of a livestream, so far
        "stream": text,  # what a livestream is up to: live, stalled, looping …
    }
    account: dict[str, Any] = {
        "id": text,
        "age": {**number, "format": "duration"},
        "strikes": count,
        "verified": {"type": "boolean"},
        "country": text,
        "language": text,
        "followers": count,
        "items_posted": count,
        "kind": text,
        "name": text,
        **pack.account.get("properties", {}),
    }
    notice = {"id": text, "category": text, "reason": text, "trusted_flagger": {"type": "boolean"}}
    return {
        "type": "object",
        "required": ["item", "account", "now"],
        "properties": {
            "item": {
                "type": "object",
                # `text` is made of the others, so it is always there, if empty.
                "required": ["id", "kind", "text", "market", "media"],
                "properties": {**_merged_fields(pack), **item},
            },
            "account": {"type": "object", "required": ["id"], "properties": account},
            "notice": {"type": "object", "properties": notice},
            # Amounts by market (pack.yaml: constants): a rule names market.least_rent and means that of the item's.
            "market": {
                "type": "object",
                "properties": {name: number for each in pack.constants.values() for name in each},
            },
            "now": {"type": "string", "format": "date-time"},
        },
    }


# Who declares model signals: the app's start names the slice that does, so that this module needs no database.
signal_sources: list[Callable[[], tuple[Signal, ...]]] = []


def signals_of(pack: Pack) -> tuple[Signal, ...]:
    """Declared signals, and the lookups bound to this pack: `rate` counts items, or one kind of them by its plural."""
    counters = ("items", *(f"{kind}s" for kind in pack.kinds))
    first, *rest = RATE.arguments
    rate = replace(RATE, arguments=(replace(first, choices=counters), *rest))
    return (rate, *(signal for source in signal_sources for signal in source()))


def _merged_fields(pack: Pack, section: Section | None = None) -> dict[str, Any]:
    """The platform's own fields of all kinds; two kinds must not give one name two types."""
    merged: dict[str, Any] = {}
    for kind in pack.kinds.values():
        for name, raw in (kind.fields.get("properties") or {}).items():
            before = merged.get(name)
            if before is None:
                merged[name] = dict(raw)
            elif before.get("type") != raw.get("type"):
                if section is not None:
                    section.wrong("kinds", f"{kind.code}.{name} has another type than the field of another kind")
            elif "enum" in before or "enum" in raw:
                both = [*before.get("enum", ()), *raw.get("enum", ())]
                merged[name] = {**before, "enum": list(dict.fromkeys(both))}
    return merged


def _market(each: Section) -> MarketText:
    zone = each.text("time_zone", required=True, longest=64)
    if zone:
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            each.wrong("time_zone", f"there is no time zone {zone!r}; write one such as Asia/Jakarta")
    return MarketText(
        code=each.text("code", required=True, longest=12, pattern=r"[A-Z][A-Z0-9_]*", hint="use capital letters"),
        name=each.text("name", required=True, longest=80),
        time_zone=zone,
        currency=each.text("currency", required=True, pattern=r"[A-Z]{3}", hint="three capital letters, such as IDR"),
        languages=each.texts("languages", required=True),
        legal_regime=each.text("legal_regime", longest=40) or "general",
    )


def _source(each: Section, kinds: Mapping[str, Kind]) -> SourceText:
    return SourceText(
        code=each.text("code", required=True, longest=50, pattern=_NAME, hint=_NAME_HINT),
        name=each.text("name", required=True, longest=80),
        kinds=each.texts("kinds", choices=kinds, kind="kind"),
        letter_sender=each.text("letter_sender", longest=200),
        public_url=each.text("public_url", longest=200, pattern=r"https?://\S+", hint="must start with https://"),
    )


def _kinds(section: Section) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    inner = section.section("kinds")
    for code in inner.entries if inner else ():
        each = inner.section(code, _KIND_KEYS, f"kind {code}") if inner else None
        if each is None:
            continue
        if not re.fullmatch(_NAME, code):
            each.source.wrong(f"kind {code[:60]!r}: {_NAME_HINT}", each.start)
        fields = each.plain("fields") or {"type": "object", "properties": {}}
        try:
            Draft202012Validator.check_schema(fields)
        except SchemaError as error:
            each.wrong("fields", f"not a JSON Schema: {error.message}")
            fields = {"type": "object", "properties": {}}
        for name in fields.get("properties") or {}:
            if not str(name).isidentifier():
                each.wrong("fields", f"a rule cannot name {name!r}; use letters, digits and underscores")
        kinds[code] = Kind(
            code=code,
            names=each.by_language("names", longest=60),
            publish=each.choice("publish", ("after", "before"), default="before"),
            patience=each.seconds("patience", default=900.0),
            fields=fields,
        )
    return kinds


def _queues(section: Section, pack: Pack) -> tuple[QueueText, ...]:
    """The queues, of which one is the fallback and no two take the same work."""
    queues: list[QueueText] = []
    for each in section.sections("queues", _QUEUE_KEYS, "queue"):
        made = _queue(each, pack)
        for other in queues:
            if made.condition is None or other.condition is None:
                continue
            both = overlap(made.condition, other.condition)
            if both is not None:
                each.source.wrong(f"queues {other.code} and {made.code} both take: {in_words(both)}", each.start)
        queues.append(made)
    if queues and sum(queue.fallback for queue in queues) != 1:
        section.wrong("queues", "one queue must say `fallback: true`, for what no other takes")
    return tuple(queues)


def _queue(each: Section, pack: Pack) -> QueueText:
    fallback = each.flag("fallback")
    condition = _facets(each, pack)
    beside = each.section("except", _FACET_KEYS, "except")
    for dimension, values in (_facets(beside, pack) if beside else {}).items():
        if dimension in condition:
            each.wrong("except", f"{dimension} is named above too")
        condition[dimension] = Values(values.named, others=True)
    if fallback and condition:
        each.wrong("fallback", "the fallback takes what no other queue takes, so it names nothing itself")
    elif not fallback and not condition:
        each.source.wrong(f"{each.what} takes everything; name what it takes, or make it the fallback", each.start)
    seconds = each.seconds("target", default=0.0)
    return QueueText(
        code=each.text("code", required=True, longest=50, pattern=_NAME, hint=_NAME_HINT),
        name=each.text("name", required=True, longest=80),
        condition=None if fallback else condition,
        fallback=fallback,
        target=int(seconds // 60) or None,
        batch_question=each.text("batch_question", longest=200),
    )


def _facets(each: Section, pack: Pack) -> dict[str, Values]:
    """What a queue names, by dimension. Families are held against the labels when they are at hand (policy.folders)."""
    told = {
        "kind": each.texts("kinds", choices=pack.kinds, kind="kind"),
        "source": each.texts("sources", choices=pack.sources, kind="source"),
        "market": each.texts("markets", choices=pack.markets, kind="market"),
        "language": each.texts("languages"),
        "family": each.texts("families"),
        "lane": tuple(str(pack.lanes[name]) for name in each.texts("lanes", choices=pack.lanes, kind="lane")),
    }
    return {dimension: Values(frozenset(values)) for dimension, values in told.items() if values}


def _targets(section: Section, lanes: Mapping[str, int]) -> dict[int, int]:
    each = section.section("targets", tuple(lanes), "targets")
    found = {lanes[name]: each.seconds(name, default=0.0) for name in lanes if name in each} if each else {}
    return {lane: int(seconds // 60) for lane, seconds in found.items() if seconds >= 60}


def _constants(section: Section, markets: Mapping[str, MarketText]) -> dict[str, dict[str, float]]:
    inner = section.section("constants", tuple(markets))
    constants: dict[str, dict[str, float]] = {}
    for market in inner.entries if inner else ():
        own = inner.section(market) if inner else None
        constants[market] = {}
        for name in own.entries if own else ():
            value = own.number(name) if own else None
            if not name.isidentifier() and own:
                own.wrong(name, "a rule cannot name it; use letters, digits and underscores")
            elif value is not None:
                constants[market][name] = value
    return constants


def _account(section: Section) -> dict[str, Any]:
    schema = section.section("schema", ("account",))
    account = schema.plain("account") if schema else None
    if account is None:
        return {}
    try:
        Draft202012Validator.check_schema(account)
    except SchemaError as error:
        section.wrong("schema", f"not a JSON Schema: {error.message}")
        return {}
    return dict(account)


def _probation(section: Section) -> Probation:
    each = section.section("probation", _PROBATION_KEYS)
    if each is None:
        return Probation()
    return Probation(
        hours=each.number("hours", default=24) or 24,
        acted=each.whole("acted", 1, 1_000_000, default=20) or 20,
        seen=each.whole("seen", 1, 10_000_000, default=400) or 400,
        share=each.number("share", default=0.05) or 0.05,
        window_minutes=each.number("window_minutes", default=60) or 60,
    )
