"""The label taxonomy: what a thing is, how grave that is, and what other vocabularies call it. Pure."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from trustdesk.engine.problems import Problem
from trustdesk.policy.reading import Source

_CODE = r"[a-z0-9_]+\.[a-z0-9_]+"
_LONGEST = 2_000_000


@dataclass(frozen=True)
class LabelText:
    """`severity` 1 to 5; `names` its words by language; `surfaces` are the kinds it can be seen on; `mapping` is everything
    other vocabularies say."""

    code: str
    family: str
    name: str
    severity: int
    surfaces: tuple[str, ...] = ()
    dsa_category: str = ""
    dsa_keywords: tuple[str, ...] = ()
    mapping: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def words(self, language: str) -> str:
        """What people call it: in this language, else in English, else its code made readable."""
        return self.names.get(language) or self.names.get("en") or readable(self.code)


def readable(code: str) -> str:
    """A code without words of its own: fraud.scam_offer is “Fraud: scam offer”."""
    return code.replace(".", ": ").replace("_", " ").capitalize()


@dataclass(frozen=True)
class Taxonomy:
    """All labels by code. `forward` says what became of codes that are no more: {"old.code": "new.code"}."""

    labels: Mapping[str, LabelText]
    forward: Mapping[str, str]
    text: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


def parse_labels(text: str, *, file: str = "labels.json") -> tuple[Taxonomy, tuple[Problem, ...]]:
    """Read `labels.json`: {"surfaces": {letter: words}, "labels": [{code, l1, l2, severity, surfaces, …}], "forward"?}."""
    source = Source(text, file)
    empty = Taxonomy({}, {}, text)
    if len(text) > _LONGEST:
        source.wrong("longer than 2,000,000 characters", 0)
        return empty, tuple(source.problems)
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        source.wrong(f"not JSON: {error}", getattr(error, "pos", 0))
        return empty, tuple(source.problems)
    if not isinstance(data, dict) or not isinstance(data.get("labels"), list):
        source.wrong('must be an object with "labels", a list', 0)
        return empty, tuple(source.problems)
    surfaces = data.get("surfaces") or {}
    labels: dict[str, LabelText] = {}
    for each in data["labels"]:
        code = each.get("code") if isinstance(each, dict) else None
        at = max(text.find(f'"{code}"'), 0)
        if not isinstance(code, str) or not re.fullmatch(_CODE, code):
            source.wrong("each label needs a code such as fraud.counterfeit", at)
            continue
        severity = each.get("severity")
        if isinstance(severity, bool) or severity not in range(1, 6):
            source.wrong(f"{code}: severity must be a whole number from 1 to 5", at)
            continue
        if code in labels:
            source.wrong(f"{code} is given twice", at)
            continue
        names = each.get("names") or {}
        if not isinstance(names, dict) or not all(isinstance(said, str) for said in names.values()):
            source.wrong(f'{code}: names must be words by language, such as {{"en": "Scam offers"}}', at)
            continue
        family, _, name = code.partition(".")
        labels[code] = LabelText(
            code=code,
            family=each.get("l1", family),
            name=each.get("l2", name),
            severity=severity,
            surfaces=tuple(surfaces.get(letter, letter) for letter in str(each.get("surfaces", ""))),
            dsa_category=str(each.get("dsa_category", "")),
            dsa_keywords=tuple(map(str, each.get("dsa_keywords", ()))),
            mapping={
                key: value
                for key, value in each.items()
                if key not in {"code", "l1", "l2", "names", "severity", "surfaces"}
            },
            names=names,
        )
    forward = data.get("forward") or {}
    for old, new in forward.items():
        if new not in labels:
            source.wrong(f"forward: {old} leads to {new}, which is no label", max(text.find(f'"{old}"'), 0))
    return Taxonomy(labels, forward, text), tuple(source.problems)
