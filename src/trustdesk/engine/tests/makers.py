"""A schema, lists, events and policies to test with."""

from copy import deepcopy

from trustdesk.engine import compile as compile_rules

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
SCHEMA = {
    "type": "object",
    "required": ["item", "account", "now"],
    "properties": {
        "item": {
            "type": "object",
            "required": ["id", "kind", "title", "body", "text"],
            "properties": {
                "id": TEXT,
                "kind": {"type": "string", "enum": ["ad", "listing", "review"]},
                "title": TEXT,
                "body": TEXT,
                "text": TEXT,
                "price": {"type": ["number", "null"]},
                "currency": TEXT,
                "category": TEXT,
                "language": TEXT,
                "market": TEXT,
                "urls": {"type": "array", "items": TEXT},
                "media": {"type": "integer"},
                "posted_at": {"type": "string", "format": "date-time"},
                "used": {"type": "boolean"},
            },
        },
        "account": {
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": TEXT,
                "age": {"type": "number", "format": "duration"},
                "strikes": {"type": "integer"},
                "verified": {"type": "boolean"},
                "country": TEXT,
            },
        },
        "notice": {"type": "object", "properties": {"reason": TEXT}},
        "now": {"type": "string", "format": "date-time"},
    },
}
LISTS = {
    "weapons": ["pistol", "assault rifle", "senjata api"],
    "messenger-names": ["whatsapp", "telegram", "wa"],
    "contact-words": ["call", "message", "hubungi"],
}
EVENT = {
    "item": {
        "id": "ad-1",
        "kind": "ad",
        "title": "Garden chairs",
        "body": "Four chairs, hardly used.",
        "text": "Garden chairs\nFour chairs, hardly used.",
        "price": 40,
        "currency": "USD",
        "category": "garden",
        "language": "en",
        "market": "ID",
        "urls": [],
        "media": 2,
        "posted_at": "2026-11-21T12:00:00+00:00",
        "used": True,
    },
    "account": {"id": "budi", "age": 86400 * 10, "strikes": 0, "verified": True, "country": "ID"},
    "now": "2026-11-22T12:00:00+00:00",
}


def event(text=None, *, account=None, **item):
    """The garden chairs, with other values; None takes a value away."""
    made = deepcopy(EVENT)
    if text is not None:
        made["item"].update(text=text, title=text, body=text)
    made["item"].update(item)
    made["account"].update(account or {})
    return made


def policy(*rules, **more):
    """A policy of rules given as (when, then)."""
    named = [
        {"name": f"rule-{at}", "when": when, "then": then, **(dict(*rest) if rest else {})}
        for at, (when, then, *rest) in enumerate(rules, 1)
    ]
    return {"code": "test", "rules": named, **more}


def plan(*conditions, signals=None, constants=None, **more):
    rules = [(when, "reject") for when in conditions]
    return compile_rules([policy(*rules, **more)], SCHEMA, LISTS, signals=signals, constants=constants)


def holds(condition, given=None, **more):
    """What a condition comes to: True (a hit), None (undecided) or False (neither)."""
    verdict = plan(condition, **more).run([given or event()])[0]
    return True if verdict.hits else None if verdict.undecided else False


def found(condition, text, **item):
    """The pieces of the original text given as evidence."""
    given = event(text, **item)
    verdict = plan(condition).run([given])[0]
    pieces = [piece for hit in verdict.hits for piece in hit.evidence]
    for piece in pieces:
        field = piece.field.removeprefix("item.")
        assert given["item"][field][piece.start : piece.end] == piece.text
    return [piece.text for piece in pieces]
