"""Would the register take this payload, and would we send it? Pure.

`check` answers as the register does, field by field, and gives the payload as the register would store it. `stricter` says
what we refuse beyond that.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from trustdesk.register import schema

Errors = dict[str, list[str]]

# Fields that the register drops without a word where their condition does not hold: field → (where, what).
_ONLY_WITH = {
    "decision_visibility_other": ("decision_visibility", "DECISION_VISIBILITY_OTHER"),
    "decision_monetary_other": ("decision_monetary", "DECISION_MONETARY_OTHER"),
    "content_type_other": ("content_type", "CONTENT_TYPE_OTHER"),
    "illegal_content_legal_ground": ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"),
    "illegal_content_explanation": ("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"),
    "incompatible_content_ground": ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
    "incompatible_content_explanation": ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
    "incompatible_content_illegal": ("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT"),
}
_OPTIONAL_THEN = {"incompatible_content_illegal"}
# What a person or a program wrote in words: nobody's personal data may stand there.
FREE_TEXTS = (
    "decision_visibility_other",
    "decision_monetary_other",
    "content_type_other",
    "category_specification_other",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "decision_facts",
    "source_identity",
)
_FIELDS = frozenset({*schema.ENUMS, *schema.LONGEST, *schema.DATES, *schema.REQUIRED, "content_id", "content_id_ean"})
# Which end belongs to which part of a decision.
END_OF = {
    "end_date_visibility_restriction": "decision_visibility",
    "end_date_monetary_restriction": "decision_monetary",
    "end_date_service_restriction": "decision_provision",
    "end_date_account_restriction": "decision_account",
}


@dataclass(frozen=True)
class Checked:
    """`errors` by field; empty: accepted. `normalised`: as the register stores it, without what it drops."""

    errors: Errors
    normalised: dict[str, Any]

    @property
    def accepted(self) -> bool:
        return not self.errors

    def as_json(self) -> dict[str, Any]:
        return {"accepted": self.accepted, "errors": self.errors, "normalised": self.normalised}


def check(payload: Any) -> Checked:
    """One statement, as the register's validator sees it. Never raises."""
    if not isinstance(payload, Mapping):
        return Checked({"statement": ["Must be an object."]}, {})
    given = {str(name): value for name, value in payload.items() if not _absent(value)}
    for name, (where, what) in _ONLY_WITH.items():
        if not _has(given.get(where), what):
            given.pop(name, None)
    if given.get("source_type") == "SOURCE_VOLUNTARY":
        given.pop("source_identity", None)
    errors: Errors = {}
    _required(given, errors)
    for name, value in given.items():
        for wrong in _wrong(name, value):
            errors.setdefault(name, []).append(wrong)
    errors = {name: errors[name] for name in sorted(errors)}
    return Checked(errors, _normalised(given))


def check_batch(payload: Any) -> Checked:
    """`{"statements": [1 to 100]}` as the register's bulk address sees it; fields are named statements.N.field."""
    statements = payload.get("statements") if isinstance(payload, Mapping) else None
    if not isinstance(statements, Sequence) or isinstance(statements, str):
        return Checked({"statements": ["Must be a list."]}, {})
    errors: Errors = {}
    if not 1 <= len(statements) <= schema.MOST_IN_A_BATCH:
        errors["statements"] = [f"Must hold 1 to {schema.MOST_IN_A_BATCH} statements, holds {len(statements)}."]
    normalised = []
    seen: dict[str, int] = {}
    for index, statement in enumerate(statements):
        checked = check(statement)
        normalised.append(checked.normalised)
        errors |= {f"statements.{index}.{name}": told for name, told in checked.errors.items()}
        puid = checked.normalised.get("puid")
        if isinstance(puid, str):
            first = seen.setdefault(puid, index)
            if first != index:
                errors.setdefault(f"statements.{index}.puid", []).append(f"The same as of statement {first}.")
    return Checked(errors, {"statements": normalised})


def stricter(payload: Mapping[str, Any]) -> Errors:
    """What we refuse although the register takes it, by field. For payloads that `check` accepts.

    Personal data in free text is looked for by `scan.personal`, which needs the engine.
    """
    errors: Errors = {}

    def wrong(name: str, why: str) -> None:
        errors.setdefault(name, []).append(why)

    for name in payload.keys() - _FIELDS:
        wrong(name, "The register knows no such field.")
    if not payload.get("territorial_scope"):
        wrong("territorial_scope", "Must name where the restriction holds.")
    begun = payload.get("application_date", "")
    if payload.get("content_date", "") > begun:
        wrong("content_date", "Lies after the decision took effect.")
    for end, part in END_OF.items():
        if payload.get(end):
            if not payload.get(part):
                wrong(end, f"Ends what is not there: {part} is empty.")
            if payload[end] < begun:
                wrong(end, "Lies before the restriction begins.")
    _strict_keywords(payload, wrong)
    _strict_branches(payload, wrong)
    return {name: errors[name] for name in sorted(errors)}


def _strict_keywords(payload: Mapping[str, Any], wrong: Any) -> None:
    categories = [payload.get("category"), *(payload.get("category_addition") or ())]
    fitting = {word for category in categories for word in schema.KEYWORDS_OF.get(str(category), ())}
    for word in payload.get("category_specification") or ():
        if word not in fitting and word != "KEYWORD_OTHER":
            wrong("category_specification", f"{word} belongs to none of its categories.")
    said = payload.get("category_specification_other")
    if "KEYWORD_OTHER" in (payload.get("category_specification") or ()) and not said:
        wrong("category_specification_other", "Must say what KEYWORD_OTHER stands for.")
    for name in ("category_addition", "content_type", "decision_visibility", "category_specification"):
        values = payload.get(name) or []
        if len(set(values)) != len(values):
            wrong(name, "Names a value twice.")
    if payload.get("category") in (payload.get("category_addition") or ()):
        wrong("category_addition", "Names the main category again.")


def _strict_branches(payload: Mapping[str, Any], wrong: Any) -> None:
    """What the register would drop without a word is a mistake of ours."""
    for name, (where, what) in _ONLY_WITH.items():
        if payload.get(name) and not _has(payload.get(where), what):
            wrong(name, f"Is dropped unless {where} is {what}.")
    if payload.get("source_identity"):
        if payload.get("source_type") == "SOURCE_VOLUNTARY":
            wrong("source_identity", "Is dropped for an own initiative.")
        elif payload.get("source_type") != "SOURCE_TRUSTED_FLAGGER":
            wrong("source_identity", "Only trusted flaggers are named, as entities.")


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _has(value: Any, what: str) -> bool:
    return value == what or (isinstance(value, list) and what in value)


def _required(given: Mapping[str, Any], errors: Errors) -> None:
    for name in schema.REQUIRED:
        if name not in given or given[name] == []:
            errors.setdefault(name, []).append("Is required.")
    if all(given.get(name) in (None, []) for name in schema.ONE_OF):
        for name in schema.ONE_OF:
            errors.setdefault(name, []).append(f"One of {', '.join(schema.ONE_OF)} is required.")
    for name, (where, what) in _ONLY_WITH.items():
        if name not in _OPTIONAL_THEN and name not in given and _has(given.get(where), what):
            errors.setdefault(name, []).append(f"Is required when {where} is {what}.")


def _wrong(name: str, value: Any) -> list[str]:
    """What the register finds wrong with one field that is there."""
    if name in schema.ARRAYS:
        if not isinstance(value, list):
            return ["Must be a list."]
        return [_unknown(name, one) for one in value if one not in schema.ENUMS[name]]
    if name == "content_id":
        return _wrong_content_id(value)
    if name not in _FIELDS:
        return []
    if not isinstance(value, str):
        return ["Must be text."]
    if name in schema.ENUMS:
        return [] if value in schema.ENUMS[name] else [_unknown(name, value)]
    if name in schema.DATES:
        return _wrong_date(value, *schema.DATES[name])
    told = []
    longest = schema.LONGEST.get(name)
    if longest is not None and len(value) > longest:
        told.append(f"At most {longest:,} characters, has {len(value):,}.")
    if name == "puid" and not re.fullmatch(schema.PUID, value):
        told.append("Only the letters a to z, digits, hyphen and underscore.")
    if name == "content_id_ean" and not re.fullmatch(schema.EAN_13, value):
        told.append("Must be 13 digits.")
    if name == "decision_ground_reference_url" and not re.fullmatch(r"[a-zA-Z][\w+.-]*://[^\s/?#]+\S*", value):
        told.append("Must be a web address.")
    return told


def _wrong_content_id(value: Any) -> list[str]:
    if not isinstance(value, Mapping):
        return ["Must be an object."]
    ean = value.get("EAN-13")
    if ean is not None and not (isinstance(ean, str) and re.fullmatch(schema.EAN_13, ean)):
        return ["EAN-13 must be 13 digits."]
    return []


def _unknown(name: str, value: Any) -> str:
    told = f"{value!s:.80} is not one of the register's values."
    if name == "territorial_scope" and value == "EL":
        return f"{told} Greece is GR."
    if isinstance(value, str) and value in schema.RENAMED:
        new = schema.RENAMED[value]
        return f"{told} " + (f"Since July 2025 it is {new}." if new else "It was taken out in July 2025.")
    return told


def _wrong_date(value: str, earliest: str | None, latest: str) -> list[str]:
    try:
        day = date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else None
    except ValueError:
        day = None
    if day is None:
        return ["Must be a day that exists, as YYYY-MM-DD."]
    if earliest is not None and value < earliest:
        return [f"Must not lie before {earliest}."]
    return [f"Must not lie after {latest}."] if value > latest else []


def _normalised(given: Mapping[str, Any]) -> dict[str, Any]:
    """As stored: unknown fields gone, lists in order and each value once."""
    kept = {name: value for name, value in given.items() if name in _FIELDS}
    if not _has(kept.get("category_specification"), "KEYWORD_OTHER"):
        kept.pop("category_specification_other", None)
    for name in ("content_type", "decision_visibility", "category_specification"):
        if isinstance(kept.get(name), list):
            kept[name] = sorted({str(one) for one in kept[name]})
    if isinstance(kept.get("category_addition"), list):
        kept["category_addition"] = [one for one in kept["category_addition"] if one != kept.get("category")]
    if isinstance(kept.get("territorial_scope"), list):
        kept["territorial_scope"] = [one for one in schema.EEA30 if one in kept["territorial_scope"]]
    return kept
