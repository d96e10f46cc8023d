"""JSON Schema of one event → the dotted names a condition may use, with their types.

`{"type": "number", "format": "duration"}` is a duration in seconds, `{"type": "string", "format": "date-time"}` (or
`date`) a time. A field is optional unless its object (and all above) requires it and its type does not allow null.

Read: nested objects, `$ref` within the document, `allOf`, `anyOf` and `oneOf` (of objects: the fields of all of them),
`enum`, `const`, null in any of its spellings. Other words only narrow what is valid and change no type. A field that
has no one type is not refused with the whole schema: a rule that names it is, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .values import BOOL, DURATION, NUMBER, RECORD, TEXT, TIME, Type, list_of

MAX_NESTING, MAX_FIELDS = 16, 10_000
SCALARS = {"number": NUMBER, "integer": NUMBER, "string": TEXT, "boolean": BOOL}
TYPES = (*SCALARS, "object", "array", "null")
TIMES = {"date-time", "date"}
TOO_DEEP = f"fields within more than {MAX_NESTING} groups are not read"


class SchemaError(ValueError):
    """The schema itself cannot be read; names the place in dotted form."""


# A schema, and the references that lead to it: none is followed into itself.
Part = tuple[Any, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a schema says of one value: all its spellings brought into one."""

    kinds: frozenset[str] = frozenset()
    nullable: bool = False
    form: str = ""
    choices: tuple[str, ...] | None = None
    # Per property every schema it must fit.
    properties: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: tuple[Part, ...] = ()


@dataclass(slots=True)
class Fields:
    """`types`: every name a rule may use. `unclear`: names that exist but have no one type, with the reason."""

    types: dict[str, Type] = field(default_factory=dict)
    unclear: dict[str, str] = field(default_factory=dict)


def fields_of(schema: Mapping[str, Any]) -> dict[str, Type]:
    """Every dotted name with its type; objects are there too, as groups of fields. Raises `SchemaError`."""
    return read_schema(schema).types


def read_schema(schema: Mapping[str, Any]) -> Fields:
    """Every dotted name with its type, and those that have none. Raises `SchemaError`."""
    reader = _Reader(schema)
    reader.group(reader.shape(((schema, frozenset()),), ""), "", optional=False, depth=0)
    return reader.found


class _Reader:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root, self.found = root, Fields()

    def group(self, shape: Shape, path: str, *, optional: bool, depth: int) -> None:
        for name, schemas in shape.properties.items():
            if not name.isidentifier():
                continue  # a rule cannot name it
            here = f"{path}.{name}" if path else name
            if len(self.found.types) + len(self.found.unclear) >= MAX_FIELDS:
                raise SchemaError(f"{here}: more than {MAX_FIELDS:,} fields")
            below = self.shape(schemas, here)
            can_miss = optional or below.nullable or name not in shape.required
            kind = self.kind(below, here)
            if isinstance(kind, str):
                self.found.unclear[here] = kind
                continue
            self.found.types[here] = kind.maybe(can_miss)
            if kind is not RECORD:
                continue
            if depth == MAX_NESTING:
                self.found.unclear |= {f"{here}.{name}": TOO_DEEP for name in below.properties}
            else:
                self.group(below, here, optional=can_miss, depth=depth + 1)

    def kind(self, shape: Shape, path: str) -> Type | str:
        """The type of a field, or why it has none."""
        kinds = shape.kinds
        if not kinds and shape.properties:
            kinds = frozenset({"object"})
        if len(kinds) > 1:
            return f"{path} is {' or '.join(sorted(kinds))} in the schema; a rule can only name a field of one type"
        if not kinds:
            return f"{path} has no type in the schema; a rule can only name a field of one type"
        (name,) = kinds
        if name == "object":
            return RECORD
        if name == "array":
            entry = self.kind(self.shape(shape.items, path), path) if shape.items else ""
            # A list of objects or of lists can be counted and handed to a lookup, no more.
            return list_of("any" if isinstance(entry, str) or entry.kind in {"list", "record"} else entry.kind)
        if name == "number" and shape.form == "duration":
            return DURATION
        if name == "string" and shape.form in TIMES:
            return TIME
        if name == "string" and shape.choices:
            return Type("text", choices=shape.choices)
        return SCALARS[name]

    def shape(self, parts: Sequence[Part], path: str) -> Shape:
        """One shape that fits all the schemas."""
        return _all([shape for schema, refs in parts for shape in self.parts(schema, path, refs)])

    def parts(self, schema: Any, path: str, refs: frozenset[str], depth: int = 0) -> Iterator[Shape]:
        """What a schema demands, one shape each for its own words, its reference, its `allOf`, its variants."""
        where = path or "schema"
        if depth > 4 * MAX_NESTING:
            raise SchemaError(f"{where}: references go round in a circle")
        if schema is True:
            return
        if not isinstance(schema, Mapping):
            raise SchemaError(f"{where}: expected an object, got {type(schema).__name__}")
        for word in ("$dynamicRef", "$recursiveRef"):
            if word in schema:
                raise SchemaError(f"{where}: {word} is not followed: write $ref")
        if "$ref" in schema:
            ref = schema["$ref"]
            target = self.pointer(ref, where)
            if target is schema:
                raise SchemaError(f"{where}: references go round in a circle")
            if ref in refs:  # it holds itself, as a comment holds answers: its fields are not named twice
                yield Shape(kinds=frozenset({"object"}))
            else:
                yield from self.parts(target, path, refs | {ref}, depth + 1)
        yield _own(schema, where, refs)
        for each in _listed(schema, "allOf", where):
            yield from self.parts(each, path, refs, depth + 1)
        for word in ("anyOf", "oneOf"):
            if word in schema:
                variants = _listed(schema, word, where)
                yield _any([_all([*self.parts(each, path, refs, depth + 1)]) for each in variants])

    def pointer(self, ref: object, where: str) -> Any:
        if not isinstance(ref, str) or not (ref == "#" or ref.startswith("#/")):
            raise SchemaError(f"{where}: only local references (#/…) are followed")
        node: Any = self.root
        for step in ref[2:].split("/") if ref != "#" else ():
            step = step.replace("~1", "/").replace("~0", "~")
            if isinstance(node, Sequence) and not isinstance(node, str) and step.isdigit() and int(step) < len(node):
                node = node[int(step)]
            elif isinstance(node, Mapping) and step in node:
                node = node[step]
            else:
                raise SchemaError(f"{where}: {ref} leads nowhere")
        return node


def _own(schema: Mapping[str, Any], where: str, refs: frozenset[str]) -> Shape:
    """What a schema says by its own words, references and combinations aside."""
    raw = schema.get("type", ())
    named = [raw] if isinstance(raw, str) else raw
    if not isinstance(named, Sequence) or not all(isinstance(each, str) for each in named):
        raise SchemaError(f"{where}: type must be a name or a list of names")
    wrong = [each for each in named if each not in TYPES]
    if wrong:
        raise SchemaError(f"{where}: no type named {wrong[0]}")
    values = schema["enum"] if "enum" in schema else [schema["const"]] if "const" in schema else None
    if values is not None and (not isinstance(values, Sequence) or isinstance(values, str)):
        raise SchemaError(f"{where}: enum must be a list")
    kinds = {"number" if each == "integer" else each for each in named}
    if not kinds and values is not None:
        kinds = {_kind_of(value) for value in values}
    properties = schema.get("properties", {})
    if not isinstance(properties, Mapping):
        raise SchemaError(f"{where}: properties must be an object")
    required = schema.get("required", ())
    form, items = schema.get("format"), schema.get("items")
    choices = tuple(value for value in values if isinstance(value, str)) if values is not None else None
    return Shape(
        kinds=frozenset(kinds - {"null"}),
        nullable="null" in kinds and (values is None or None in values),
        form=form if isinstance(form, str) else "",
        choices=choices,
        properties={str(name): ((below, refs),) for name, below in properties.items()},
        required=frozenset(map(str, required)) if isinstance(required, list | tuple) else frozenset(),
        items=((items, refs),) if isinstance(items, Mapping) else (),
    )


def _kind_of(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
    return "array" if isinstance(value, Sequence) else "object"


def _listed(schema: Mapping[str, Any], word: str, where: str) -> Sequence[Any]:
    given = schema.get(word, ())
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise SchemaError(f"{where}: {word} must be a list")
    return given


def _all(parts: Sequence[Shape]) -> Shape:
    """What fits every part: types they share, null where all allow it, properties of each."""
    said = [part for part in parts if part.kinds or part.nullable]
    kinds = frozenset.intersection(*(part.kinds for part in said)) if said else frozenset()
    if said and not kinds and any(part.kinds for part in said):
        kinds = frozenset().union(*(part.kinds for part in said))  # nothing fits: told as several types
    choices = [part.choices for part in parts if part.choices is not None]
    common = tuple(each for each in choices[0] if all(each in other for other in choices)) if choices else None
    return Shape(
        kinds=kinds,
        nullable=bool(said) and all(part.nullable for part in said),
        form=next((part.form for part in parts if part.form), ""),
        choices=common,
        properties=_united(part.properties for part in parts),
        required=frozenset().union(*(part.required for part in parts)),
        items=tuple(each for part in parts for each in part.items),
    )


def _any(variants: Sequence[Shape]) -> Shape:
    """What one of the variants may be: types of each, only what all require is required."""
    real = [shape for shape in variants if shape.kinds or shape.properties]
    forms = {shape.form for shape in real}
    items = [shape.items for shape in real]
    listed = all(shape.choices is not None for shape in real)
    choices = dict.fromkeys(each for shape in real for each in shape.choices or ())
    united = _united(shape.properties for shape in real)
    return Shape(
        kinds=frozenset().union(*(shape.kinds or {"object"} for shape in real)),
        nullable=any(shape.nullable for shape in variants),
        form=forms.pop() if len(forms) == 1 else "",
        choices=tuple(choices) if listed and real else None,
        properties={name: _either(below) for name, below in united.items()},
        required=frozenset.intersection(*(shape.required for shape in real)) if real else frozenset(),
        items=items[0] if items and all(each == items[0] for each in items) else (),
    )


def _either(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Schemas of one property in two variants are variants themselves."""
    if len(parts) == 1:
        return parts
    return (({"anyOf": [schema for schema, _ in parts]}, frozenset().union(*(refs for _, refs in parts))),)


def _united(properties: Iterable[Mapping[str, tuple[Part, ...]]]) -> dict[str, tuple[Part, ...]]:
    united: dict[str, tuple[Part, ...]] = {}
    for each in properties:
        for name, below in each.items():
            united[name] = (*united.get(name, ()), *below)
    return united
