"""Every word a policy may use, with what it means: what an editor offers while somebody types.

From the settings, labels and lists in force and from the engine's own tables, so that a new field, signal or list is
offered the moment it exists. `word.insert` is what is written, with `|` where the cursor goes on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from trustdesk.engine import Signal
from trustdesk.engine.functions import FUNCTIONS
from trustdesk.engine.schema import fields_of
from trustdesk.engine.signals import LOOKUPS
from trustdesk.engine.then import LIMIT_KINDS, OUTCOMES, SIDE_EFFECTS
from trustdesk.policy.documents import IF_UNKNOWN
from trustdesk.policy.packs import Pack, event_schema, signals_of
from trustdesk.policy.queries.rulesets import live_content, newest
from trustdesk.policy.rulesets import Content
from trustdesk.policy.variables import VARIABLES

# Functions that are part of the language's grammar: signature, what is inserted, help.
WORDS: dict[str, tuple[str, str, str]] = {
    "has": (
        'has(text, "phrase")',
        'has(item.text, "|")',
        gettext_noop("the phrase stands in the text, disguised or not"),
    ),
    "has_any": (
        'has_any(text, list("…"), …)',
        'has_any(item.text, list("|"))',
        gettext_noop("one of the phrases stands in the text"),
    ),
    "near": (
        "near(text, a, b, within=5)",
        'near(item.text, list("|"), "", within=5)',
        gettext_noop("a phrase of each stands in the text, at most so many words apart"),
    ),
    "count": (
        'count(text, list("…"), …)',
        'count(item.text, list("|")) > 1',
        gettext_noop("how often the phrases stand in the text"),
    ),
    "matches": (
        'matches(text, r"…", folded=False)',
        'matches(item.text, r"|")',
        gettext_noop("a pattern in RE2 syntax finds something"),
    ),
    "starts": ('starts(text, "…")', 'starts(item.text, "|")', gettext_noop("the text begins with exactly this")),
    "ends": ('ends(text, "…")', 'ends(item.text, "|")', gettext_noop("the text ends with exactly this")),
    "phones": ("phones(text)", "phones(item.text)|", gettext_noop("how many telephone numbers, however written")),
    "emails": ("emails(text)", "emails(item.text)|", gettext_noop("how many e-mail addresses")),
    "urls": ("urls(text)", "urls(item.text)|", gettext_noop("how many web addresses")),
    "handles": ("handles(text)", "handles(item.text)|", gettext_noop("how many accounts on messengers and networks")),
    "ibans": ("ibans(text)", "ibans(item.text)|", gettext_noop("how many bank accounts (IBAN)")),
    "cards": ("cards(text)", "cards(item.text)|", gettext_noop("how many payment card numbers")),
    "national_ids": (
        "national_ids(text)",
        "national_ids(item.text)|",
        gettext_noop("how many identity numbers of people"),
    ),
    "crypto_addresses": (
        "crypto_addresses(text)",
        "crypto_addresses(item.text)|",
        gettext_noop("how many addresses of crypto-currencies"),
    ),
    "prices": ("prices(text)", "prices(item.text)|", gettext_noop("how many prices")),
    "lookalike_urls": (
        "lookalike_urls(text)",
        "lookalike_urls(item.text)|",
        gettext_noop("how many web addresses that imitate a known one"),
    ),
    "short_urls": (
        "short_urls(text)",
        "short_urls(item.text)|",
        gettext_noop("how many web addresses that hide where they lead"),
    ),
    "misleading_links": (
        "misleading_links(text)",
        "misleading_links(item.text)|",
        gettext_noop("how many links whose words name another site than they lead to"),
    ),
    "missing": ("missing(value)", "missing(|)", gettext_noop("nobody gave this value")),
    "default": (
        "default(value, fallback)",
        "default(|, False)",
        gettext_noop("the value, or the fallback where it is missing"),
    ),
    "minutes": ("minutes(n)", "minutes(|)", gettext_noop("a duration")),
    "hours": ("hours(n)", "hours(|)", gettext_noop("a duration")),
    "days": ("days(n)", "days(|)", gettext_noop("a duration")),
    "money": ('money(amount, "IDR")', 'money(|, "")', gettext_noop("an amount with its currency")),
    "time": ('time("2026-11-22")', 'time("|")', gettext_noop("a moment")),
    "list": ('list("name")', 'list("|")', gettext_noop("a word list of this desk")),
}
# What the engine says of its own functions and lookups: gathered here, since the engine knows no languages.
ENGINE_SAYS = (
    gettext_noop("characters of a text, entries of a list"),
    gettext_noop("the same as length"),
    gettext_noop("words of a text"),
    gettext_noop("share of capitals among letters, 0 to 1"),
    gettext_noop("share of digits among marks, 0 to 1"),
    gettext_noop("different words per word, 0 to 1"),
    gettext_noop("longest run of one mark"),
    gettext_noop("size of a number"),
    gettext_noop("the smallest"),
    gettext_noop("the largest"),
    gettext_noop("how many of a counter this account (or other record) made within the time before now"),
    gettext_noop("how many earlier items had this text within the time before now"),
    gettext_noop("how sure a model is that the label fits the text, 0 to 1"),
    gettext_noop("the least score of a label that reaches this precision, or this recall, on labelled data"),
    gettext_noop("whether a text, or one of a list, is in a bank of known ones"),
    gettext_noop("how many items have a text, or one of a list of pictures, like this one, itself counted"),
    gettext_noop(
        "how many other accounts share a phone, an e-mail, an address, a payment handle or a text with this one"
    ),
)
_OPERATORS = {
    "and": gettext_noop("both hold"),
    "or": gettext_noop("one of them holds; between values: the second where the first is missing"),
    "not": gettext_noop("the opposite"),
    "in": gettext_noop("is one of a list"),
    "True": gettext_noop("yes"),
    "False": gettext_noop("no"),
}
_ACTIONS: dict[str, tuple[str, str]] = {
    "reject": ("reject|", gettext_noop("removes the item and tells its author why")),
    "hold": ("hold(until=days(|3))", gettext_noop("keeps it from everyone, at most so long")),
    "review": ('review(lane="|")', gettext_noop("asks a person")),
    "limit": ('limit(kind="|")', gettext_noop("shows it to fewer")),
    "approve": ("approve|", gettext_noop("changes nothing")),
    "warn": ("warn|", gettext_noop("a letter beside the outcome")),
    "educate": ("educate|", gettext_noop("a letter that explains, beside the outcome")),
    "flag": ("flag|", gettext_noop("a mark beside the outcome")),
}
_POLICY_KEYS = {
    "code": gettext_noop("the name machines use; never changes"),
    "title": gettext_noop("the name people read"),
    "labels": gettext_noop("what a breach is, in terms of the taxonomy"),
    "applies_to": gettext_noop("kinds of items"),
    "markets": gettext_noop("market codes, or all"),
    "gravity": gettext_noop("1 to 5; without it the highest severity of its labels"),
    "strikes": gettext_noop("how many strikes a breach counts"),
    "ground": gettext_noop("terms or law"),
    "legal_ground": gettext_noop("the law in words, where the ground is law"),
    "reason": gettext_noop("what the author reads, by language"),
    "review": gettext_noop("how people judge: {double: 0.1, blind: [account, verdict]}"),
    "two_people": gettext_noop("true: a removal on this ground waits for a second person"),
    "hide_reported": gettext_noop(
        "hides what trustworthy people report until somebody has looked, at most so long: 1 day"
    ),
    "rules": gettext_noop("what the machine does"),
    "examples": gettext_noop("texts and what must become of them"),
}
_RULE_KEYS = {
    "name": gettext_noop("small letters, digits, hyphens"),
    "clause": gettext_noop("the number of the heading it enforces"),
    "when": gettext_noop("the condition"),
    "then": gettext_noop("what happens"),
    "if_unknown": gettext_noop("what happens when a signal stays away: review, hold or pass"),
}
_EXAMPLE_KEYS = {
    "text": gettext_noop("the words of the item"),
    "title": gettext_noop("its title, if that matters"),
    "kind": gettext_noop("the kind of item"),
    "market": gettext_noop("the market"),
    "language": gettext_noop("the language"),
    "price": gettext_noop("a number"),
    "currency": gettext_noop("three capitals"),
    "category": gettext_noop("the platform's category"),
    "item": gettext_noop("further fields of the item: {name: value}"),
    "account": gettext_noop("the account: {age: 2 days, strikes: 0}"),
    "lookups": gettext_noop("answers of lookups: {rate: 12}"),
    "expect": gettext_noop("the outcome it must get"),
    "also": gettext_noop("side effects it must have"),
    "rule": gettext_noop("the rule that must hit"),
    "why": gettext_noop("a word to colleagues"),
}


@dataclass(frozen=True)
class Word:
    """One suggestion: `detail` is its type or signature, `insert` what is written where that is more than the name."""

    name: str
    detail: str = ""
    help: str = ""
    insert: str = ""


def vocabulary() -> dict[str, Any]:
    """All words by where they may stand, as plain JSON, with the ruleset's hash they are true for. Raises NoPolicy."""
    return {"ruleset": newest().hash, **words_of(live_content())}


def words_of(content: Content) -> dict[str, Any]:
    """`fields`, `functions`, `lists` … each a list of words; `choices`: what a field's text can be; `arguments` by function."""
    pack = content.pack
    fields = fields_of(event_schema(pack))
    signals = {signal.name: signal for signal in (*LOOKUPS, *signals_of(pack))}
    told: dict[str, list[Word]] = {
        "fields": [Word(name, _type(kind), _field_help(name, pack)) for name, kind in fields.items()],
        "functions": [*_functions(), *(_signal(signal) for signal in signals.values())],
        "operators": [Word(name, "", _(said)) for name, said in _OPERATORS.items()],
        "lists": [
            Word(name, _entries(len(each.entries)), each.intro[:140]) for name, each in sorted(content.lists.items())
        ],
        "labels": [
            Word(
                label.code,
                _("severity %(n)s") % {"n": label.severity},
                f"{label.family}: {label.name}".replace("_", " "),
            )
            for label in sorted(content.taxonomy.labels.values(), key=lambda each: each.code)
        ],
        "kinds": [Word(kind.code, "", kind.name("en")) for kind in pack.kinds.values()],
        "markets": [
            Word("all", "", _("every market")),
            *(Word(each.code, each.currency, each.name) for each in pack.markets.values()),
        ],
        "actions": [
            Word(name, _("outcome") if name in OUTCOMES else _("side effect"), _(said), insert)
            for name, (insert, said) in _ACTIONS.items()
        ],
        "outcomes": [Word(name) for name in reversed(OUTCOMES)],
        "effects": [Word(name) for name in SIDE_EFFECTS],
        "lanes": [Word(name, f"L{number}") for name, number in sorted(pack.lanes.items(), key=lambda each: each[1])],
        "queues": [Word(queue.code, "", queue.name) for queue in pack.queues],
        "limits": [Word(name) for name in LIMIT_KINDS],
        "unknown": [Word(name) for name in IF_UNKNOWN],
        "grounds": [
            Word("terms", "", _("the platform's own rules")),
            Word("law", "", _("needs legal_ground")),
            Word("order", "", _("of an authority; needs legal_ground")),
        ],
        "variables": [Word(name) for name in VARIABLES],
        "languages": [
            Word(each) for each in sorted({one for market in pack.markets.values() for one in market.languages})
        ],
        "policy_keys": _keys(_POLICY_KEYS),
        "rule_keys": _keys(_RULE_KEYS),
        "example_keys": _keys(_EXAMPLE_KEYS),
    }
    return {
        **{name: [_short(word) for word in words] for name, words in told.items()},
        "choices": {name: list(kind.choices) for name, kind in fields.items() if kind.choices},
        "arguments": {
            name: {argument.name: list(argument.choices) for argument in signal.arguments if argument.choices}
            for name, signal in signals.items()
        },
        "named": {
            "near": ["within="],
            "matches": ["folded="],
            **{
                name: [f"{argument.name}=" for argument in signal.arguments if argument.keyword]
                for name, signal in signals.items()
            },
        },
    }


def _short(word: Word) -> dict[str, str]:
    return {name: value for name, value in asdict(word).items() if value}


def _functions() -> Iterable[Word]:
    for name, (signature, insert, said) in WORDS.items():
        yield Word(name, signature, _(said), insert)
    for function in FUNCTIONS.values():
        shape = ", ".join("text" if "text" in kinds else "number" for kinds in function.takes)
        insert = f"{function.name}(item.text)|" if "text" in function.takes[0] else f"{function.name}(|)"
        yield Word(function.name, f"{function.name}({shape}{', …' if function.many else ''})", _(function.doc), insert)


def _signal(signal: Signal) -> Word:
    shown, written = [], []
    for argument in signal.arguments:
        example = {
            "text": "item.text",
            "content": "item.text",
            "record": "account",
            "duration": "days(1)",
            "name": f'"{argument.choices[0]}"' if argument.choices else '""',
            "share": "0.95",
            "list": "item.urls",
        }.get(argument.type, "1")
        shown.append(f"{argument.name}=…" if argument.keyword else argument.name)
        if argument.required:
            written.append(f"{argument.name}={example}" if argument.keyword else example)
    return Word(
        signal.name, f"{signal.name}({', '.join(shown)})", _(signal.doc), f"{signal.name}({', '.join(written)})|"
    )


def _type(kind: Any) -> str:
    if kind.choices:
        return ", ".join(kind.choices[:6]) + ("…" if len(kind.choices) > 6 else "")
    return str(kind)


# What was seen in an item's media. Unknown until somebody has looked: an item whose rules name one of these waits.
_SEEN = {
    "item.image_text": gettext_noop("what is written in its pictures; an item waits until they were looked into"),
    "item.codes": gettext_noop("what QR and bar codes in its pictures hold; an item waits until they were looked into"),
    "item.images": gettext_noop('its pictures, for banks: in_bank(item.images, "…")'),
    "item.adult": gettext_noop(
        "how likely nudity is in its pictures, 0 to 1; an item waits until they were looked into"
    ),
    "item.unseen_media": gettext_noop("how many of its pictures nobody could look into"),
}


def _field_help(name: str, pack: Pack) -> str:
    if name in _SEEN:
        return _(_SEEN[name])
    if name.startswith("market."):
        constant = name.removeprefix("market.")
        return ", ".join(
            f"{market} {values[constant]:g}" for market, values in pack.constants.items() if constant in values
        )
    if name.startswith("item."):
        own = name.removeprefix("item.")
        kinds = [kind.code for kind in pack.kinds.values() if own in (kind.fields.get("properties") or {})]
        return _("of %(kinds)s") % {"kinds": ", ".join(kinds)} if kinds else ""
    return ""


def _entries(number: int) -> str:
    return _("%(n)s words") % {"n": f"{number:,}"}


def _keys(told: Mapping[str, str]) -> list[Word]:
    return [Word(name, "", _(said), f"{name}: |") for name, said in told.items()]
