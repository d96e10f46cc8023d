"""YAML as plain data with places: no aliases, no tags, no repeated keys, bounded in size, depth and count.

Words like `no` and `on` stay words, so that the market NO is not false: only true, false, null and numbers are read as
such. Each scalar knows where in the file every one of its characters stands, whatever its style.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

LONGEST = 400_000  # characters of one file
DEEPEST = 12
MOST_NODES = 20_000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"[-+]?\d{1,18}")
_DECIMAL = re.compile(r"[-+]?(?:\d{1,18}\.\d{0,18}|\.\d{1,18})")
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_ESCAPES = {"x": 2, "u": 4, "U": 8}


class BadYaml(ValueError):
    """The text cannot be read. `offset` counts code points from the start of the text."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message, self.offset = message, offset


@dataclass(frozen=True, slots=True)
class Scalar:
    """`value` is text, a number, a truth or None; `text` is what was written, unquoted."""

    value: Any
    text: str
    start: int
    end: int
    style: str = ""


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple["Node", ...]
    start: int


@dataclass(frozen=True, slots=True)
class Mapping:
    entries: dict[str, tuple[Scalar, "Node"]] = field(hash=False)
    start: int = 0


Node = Scalar | Sequence | Mapping


def forbidden_at(text: str) -> int | None:
    """Where the first control character or lone surrogate stands, if there is one."""
    found = _FORBIDDEN.search(text)
    return found.start() if found else None


def read(text: str, *, base: int = 0) -> Node:
    """The one document in `text`. `base` is added to every offset (front matter starts inside a file).

    Raises BadYaml.
    """
    if len(text) > LONGEST:
        raise BadYaml(f"longer than {LONGEST:,} characters", base)
    at = forbidden_at(text)
    if at is not None:
        raise BadYaml(f"the character U+{ord(text[at]):04X} is not allowed", base + at)
    try:
        return _Builder(text, base).document()
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        message = " ".join(part for part in (error.context, error.problem) if part)
        raise BadYaml(f"cannot be read: {message}", base + (mark.index if mark else 0)) from error
    except yaml.YAMLError as error:
        raise BadYaml(f"cannot be read: {error}", base) from error


def plain(node: Node) -> Any:
    """The node as dicts, lists and scalars."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, (_, value) in node.entries.items()}


class _Builder:
    """Nodes from the parser's events, so that nothing is expanded that was not written out."""

    def __init__(self, text: str, base: int) -> None:
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=_Loader))
        self.base = base
        self.count = 0

    def document(self) -> Node:
        next(self.events)  # stream start
        first = next(self.events)
        if isinstance(first, yaml.StreamEndEvent):
            return Mapping({}, self.base)
        root = self.node(next(self.events), 0)
        next(self.events)  # document end
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise BadYaml("more than one document", self.base + _index(after))
        return root

    def node(self, event: Any, depth: int) -> Node:
        start = self.base + _index(event)
        self.count += 1
        if self.count > MOST_NODES:
            raise BadYaml(f"more than {MOST_NODES:,} values", start)
        if depth > DEEPEST:
            raise BadYaml(f"nested deeper than {DEEPEST} levels", start)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise BadYaml("anchors and aliases (& and *) are not used here; write the value out", start)
        if getattr(event, "tag", None):
            raise BadYaml("tags (!…) are not used here", start)
        if isinstance(event, yaml.ScalarEvent):
            style = event.style or ""
            value = event.value if style else _resolved(event.value)
            return Scalar(value, event.value, start, self.base + _end(event), style)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(inner := next(self.events), yaml.SequenceEndEvent):
                items.append(self.node(inner, depth + 1))
            return Sequence(tuple(items), start)
        entries: dict[str, tuple[Scalar, Node]] = {}
        while not isinstance(inner := next(self.events), yaml.MappingEndEvent):
            key = self.node(inner, depth + 1)
            if not isinstance(key, Scalar):
                raise BadYaml("a key must be one word", key.start)
            if key.text in entries:
                raise BadYaml(f"{key.text} is given twice", key.start)
            entries[key.text] = (key, self.node(next(self.events), depth + 1))
        return Mapping(entries, start)


def _index(event: Any) -> int:
    return int(event.start_mark.index)


def _end(event: Any) -> int:
    return int(event.end_mark.index)


def _resolved(text: str) -> Any:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text


def offsets(scalar: Scalar, file_text: str) -> list[int]:
    """For each character of `scalar.text`, its offset in the file; one more for the end.

    Folding turns line breaks into spaces and drops indents, so printing characters are walked in step and blanks take
    the place of the character before them.
    """
    raw = file_text[scalar.start : scalar.end]
    found: list[int] = []
    at = 0
    if scalar.style in {"|", ">"}:
        at = raw.find("\n") + 1  # the header, which may carry a comment
    elif scalar.style:
        at = 1
    for char in scalar.text:
        if char.isspace():
            found.append(scalar.start + min(at, len(raw)))
            if at < len(raw) and raw[at] == char:
                at += 1
            continue
        while at < len(raw) and raw[at].isspace():
            at += 1
        found.append(scalar.start + min(at, len(raw)))
        if scalar.style == '"' and raw.startswith("\\", at):
            # A line that ends in a backslash joins the next without a blank.
            while raw.startswith("\\\n", at):
                at += 2
                while at < len(raw) and raw[at] in " \t":
                    at += 1
                found[-1] = scalar.start + min(at, len(raw))
            at += 2 + _ESCAPES.get(raw[at + 1 : at + 2], 0) if raw.startswith("\\", at) else 1
        elif scalar.style == "'" and raw.startswith("''", at):
            at += 2
        else:
            at += 1
    found.append(found[-1] + 1 if found else scalar.start + at)
    return found
