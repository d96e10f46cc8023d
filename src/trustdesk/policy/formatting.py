"""Conditions and actions of a document in canonical layout; every other character stays. Pure."""

import json
from dataclasses import dataclass

from trustdesk.engine import format_condition
from trustdesk.engine.syntax import Refused
from trustdesk.policy import yamltext
from trustdesk.policy.documents import front_matter
from trustdesk.policy.reading import Source
from trustdesk.policy.yamltext import Mapping, Node, Scalar, Sequence

_KEYS = ("when", "then")


@dataclass(frozen=True)
class Formatted:
    """`text` is the whole document; `left` says, in words, what could not be laid out and why."""

    text: str
    changed: int
    left: tuple[str, ...] = ()


def formatted(text: str) -> Formatted:
    """The document with `when` and `then` of each rule laid out. What cannot be read is left as it is, and told."""
    plain = text.replace("\r\n", "\n")
    if "\r" in plain or (plain != text and plain.count("\n") != text.count("\r\n")):
        return Formatted(text, 0, ("line ends are mixed",))
    mark = "\ufeff" if plain.startswith("\ufeff") else ""
    source = Source(plain.removeprefix(mark))
    front, *_ = front_matter(source)
    if front is None:
        return Formatted(text, 0, tuple(problem.said for problem in source.problems))
    changed, left, made = 0, [], source.text
    # From the end, so that the places before stay right.
    for rule, key, scalar, column in reversed(_conditions(front, source.text)):
        try:
            wanted = format_condition(scalar.text)
        except Refused as refusal:
            left.append(f"rule {rule}: {key}: {refusal.message}")
            continue
        raw = made[scalar.start : scalar.end]
        for candidate in _spellings(wanted, scalar, raw, column):
            new = made[: scalar.start] + candidate + made[scalar.end :]
            if _says(new, front, rule, key, wanted):
                changed += candidate != raw
                made = new
                break
        else:
            left.append(f"rule {rule}: {key}: it cannot be written there in another way")
    told = mark + made
    return Formatted(told.replace("\n", "\r\n") if plain != text else told, changed, tuple(reversed(left)))


def _conditions(front: Node, text: str) -> list[tuple[str, str, Scalar, int]]:
    """(name of the rule, key, its value, column of the key) of each, as they stand in the file."""
    found: list[tuple[str, str, Scalar, int]] = []
    rules = front.entries.get("rules") if isinstance(front, Mapping) else None
    if rules is None or not isinstance(rules[1], Sequence):
        return found
    for at, rule in enumerate(rules[1].items, 1):
        if not isinstance(rule, Mapping):
            continue
        name = rule.entries.get("name")
        told = name[1].text if name and isinstance(name[1], Scalar) and name[1].text else str(at)
        for key in _KEYS:
            if key not in rule.entries:
                continue
            word, value = rule.entries[key]
            if isinstance(value, Scalar):
                found.append((told, key, value, word.start - text.rfind("\n", 0, word.start) - 1))
    return sorted(found, key=lambda each: each[2].start)


def _spellings(wanted: str, scalar: Scalar, raw: str, column: int) -> list[str]:
    """Ways to write the text in the document, the one most like the present first; as it is, if it stands so already."""
    lines = wanted.split("\n")
    if scalar.style in {"|", ">"}:
        head, _, body = raw.partition("\n")
        if any(mark.isdigit() for mark in head.split("#")[0]):
            return [raw] if scalar.text.rstrip("\n") == wanted else []
        first = next((line for line in body.split("\n") if line.strip()), "")
        indent = " " * (len(first) - len(first.lstrip(" ")))
        after = raw[len(raw.rstrip()) :]
        if any(line.strip() and not line.startswith(indent) for line in body.split("\n")):
            return []
        if scalar.style == ">" and any(line.lstrip().startswith("#") for line in lines):
            head = head.replace(">", "|", 1)  # folding would make the next line part of a comment
        return [f"{head}\n{_set_in(lines, indent)}{after}"]
    if len(lines) > 1:
        sign = "|-" if any(line.lstrip().startswith("#") for line in lines) else ">-"
        return [f"{sign}\n{_set_in(lines, ' ' * (column + 2))}"]
    single = "'" + wanted.replace("'", "''") + "'"
    double = json.dumps(wanted, ensure_ascii=False)
    return {"'": [single, double], '"': [double, single]}.get(scalar.style, [wanted, single, double])


def _set_in(lines: list[str], indent: str) -> str:
    return "\n".join(f"{indent}{line}" for line in lines)


def _says(text: str, front: Node, rule: str, key: str, wanted: str) -> bool:
    """Whether the document still says the same, with this condition in this place."""
    source = Source(text)
    again, *_ = front_matter(source)
    if again is None or _without(again) != _without(front):
        return False
    for name, word, scalar, _ in _conditions(again, text):
        if (name, word) == (rule, key):
            try:
                return format_condition(scalar.text) == wanted
            except Refused:
                return False
    return False


def _without(front: Node) -> object:
    """All the front matter but the conditions and actions of its rules."""
    told = yamltext.plain(front)
    for rule in told.get("rules") or () if isinstance(told, dict) else ():
        if isinstance(rule, dict):
            for key in _KEYS:
                rule.pop(key, None)
    return told
