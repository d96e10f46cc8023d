"""The pack as plain data for the tests, read with nothing but PyYAML and the engine."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from trustdesk import engine

FOLDER = Path(__file__).parents[1] / "classifieds"
UNITS = {"minute": 60, "hour": 3600, "day": 86400, "week": 604800, "year": 31_536_000}
RULE_KEYS = ("name", "when", "then", "if_unknown")


def seconds(text: str) -> float:
    """`2 days` → 172800."""
    count, unit = text.split()
    return float(count) * UNITS[unit.removesuffix("s")]


def document(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body."""
    _, front, body = re.split(r"^---[ ]*$\n?", path.read_text("utf-8"), maxsplit=2, flags=re.MULTILINE)
    return yaml.safe_load(front), body


@cache
def settings() -> dict[str, Any]:
    return yaml.safe_load((FOLDER / "pack.yaml").read_text("utf-8"))


@cache
def labels() -> dict[str, dict[str, Any]]:
    return {label["code"]: label for label in json.loads((FOLDER / "labels.json").read_text("utf-8"))["labels"]}


@cache
def lists() -> dict[str, list[str]]:
    return {
        path.stem: [line for raw in path.read_text("utf-8").splitlines() if (line := raw.strip()) and line[0] != "#"]
        for path in sorted((FOLDER / "lists").glob("*.txt"))
    }


@cache
def policies() -> dict[str, tuple[dict[str, Any], str]]:
    """By code: front matter and body."""
    paths = sorted(path for path in (FOLDER / "policies").glob("*.md") if path.stem.count(".") == 0)
    return {path.stem: document(path) for path in paths}


@cache
def translations() -> dict[str, tuple[dict[str, Any], str]]:
    paths = sorted((FOLDER / "policies").glob("*.id.md"))
    return {path.name.removesuffix(".id.md"): document(path) for path in paths}


@cache
def schema() -> dict[str, Any]:
    """One event: what every item has, what the kinds of the pack add, what rules may read of the account."""
    text, number, count = {"type": "string"}, {"type": "number"}, {"type": "integer"}
    amounts = {name for each in settings()["constants"].values() for name in each}
    own = {name: kind for each in settings()["kinds"].values() for name, kind in each["fields"]["properties"].items()}
    item = {
        **dict.fromkeys(("id", "title", "body", "text", "currency", "category", "language"), text),
        "kind": {"type": "string", "enum": list(settings()["kinds"])},
        "market": {"type": "string", "enum": [market["code"] for market in settings()["markets"]]},
        "price": number,
        "urls": {"type": "array", "items": text},
        "media": count,
        "unseen_media": count,
    }
    account = {
        "id": text,
        "age": {"type": "number", "format": "duration"},
        "strikes": count,
        **settings()["schema"]["account"]["properties"],
    }
    return {
        "type": "object",
        "required": ["item", "account"],
        "properties": {
            "item": {"type": "object", "required": ["id", "kind", "text", "market"], "properties": {**own, **item}},
            "account": {"type": "object", "required": ["id"], "properties": account},
            "market": {"type": "object", "properties": dict.fromkeys(amounts, number)},
            "now": {"type": "string", "format": "date-time"},
        },
    }


def rules_of(front: dict[str, Any]) -> list[dict[str, Any]]:
    """What the engine takes of a rule; the clause is for people."""
    return [{key: rule[key] for key in RULE_KEYS if key in rule} for rule in front["rules"]]


@cache
def plan() -> engine.Plan:
    """The whole pack at once."""
    return engine.compile([{**front, "rules": rules_of(front)} for front, _ in policies().values()], schema(), lists())


def event(**given: Any) -> dict[str, Any]:
    """An event from an example's short form; docs/pack.md tells what is assumed where it is silent."""
    market = given.get("market", "ID")
    currency = next(each["currency"] for each in settings()["markets"] if each["code"] == market)
    body = given.get("text", given.get("body", ""))
    item: dict[str, Any] = {
        "id": "example",
        "kind": given.get("kind", "listing"),
        "market": market,
        "language": given.get("language", "en"),
        "currency": given.get("currency", currency),
        "body": body,
        "text": "\n".join(part for part in (given.get("title"), body) if part),
        **{key: given[key] for key in ("title", "price", "category") if key in given},
        **given.get("item", {}),
    }
    account = {"id": "somebody", **given.get("account", {})}
    if "age" in account:
        account["age"] = seconds(account["age"])
    amounts = settings()["constants"][market]
    return {"item": item, "account": account, "market": amounts, "now": "2026-01-02T03:04:05Z"}


def verdict(*, lookups: dict[str, float] | None = None, **given: Any) -> engine.Verdict:
    """What the whole pack says; a lookup that the example does not give answers 0."""
    made = event(**given)
    answers = {request: (lookups or {}).get(request.name, 0) for request in plan().needs([made])}
    return plan().run([made], answers)[0]


def example_event(front: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """The example with the policy's defaults filled in."""
    kind = "listing" if "listing" in front["applies_to"] else front["applies_to"][0]
    market = "ID" if "all" in front["markets"] else front["markets"][0]
    told = {key: example[key] for key in example if key not in {"expect", "also", "rule", "why"}}
    return {"kind": kind, "market": market, **told}
