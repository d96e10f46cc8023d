"""JSON Schema of one event → the dotted names a condition may use, with their types.

`{"type": "number", "format": "duration"}` is a duration in seconds, `{"type": "string", "format": "date-time"}` a
time. A field is optional unless its object (and all above) requires it and its type does not allow null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .values import BOOL, DURATION, NUMBER, RECORD, TEXT, TIME, Type, list_of

MAX_NESTING = 8
SCALARS = {"number": NUMBER, "integer": NUMBER, "string": TEXT, "boolean": BOOL}


class SchemaError(ValueError):
    """The schema itself cannot be read; names the place in dotted form."""


def fields_of(schema: Mapping[str, Any]) -> dict[str, Type]:
    """Every dotted name with its type; objects are there too, as groups of fields."""
    fields: dict[str, Type] = {}
    root = _resolve(schema, schema, "")
    _object(root, schema, "", optional=False, fields=fields, depth=0)
    return fields


def _object(
    node: Mapping[str, Any], root: Mapping[str, Any], path: str, *, optional: bool, fields: dict[str, Type], depth: int
) -> None:
    if depth > MAX_NESTING:
        raise SchemaError(f"{path}: nested deeper than {MAX_NESTING} objects")
    properties = node.get("properties", {})
    if not isinstance(properties, Mapping):
        raise SchemaError(f"{path or 'schema'}: properties must be an object")
    required = node.get("required", ())
    for name, raw in properties.items():
        here = f"{path}.{name}" if path else str(name)
        below = _resolve(raw, root, here)
        kinds, nullable = _kinds(below)
        can_miss = optional or nullable or name not in required
        if "object" in kinds or "properties" in below:
            fields[here] = RECORD.maybe(can_miss)
            _object(below, root, here, optional=can_miss, fields=fields, depth=depth + 1)
        else:
            found = _type(below, kinds, root, here)
            if found:
                fields[here] = found.maybe(can_miss)


def _type(node: Mapping[str, Any], kinds: set[str], root: Mapping[str, Any], path: str) -> Type | None:
    form = node.get("format")
    if form == "duration" and kinds & {"number", "integer"}:
        return DURATION
    if form == "date-time" and "string" in kinds:
        return TIME
    if "array" in kinds:
        inner = _resolve(node.get("items") or {}, root, path)
        below = _type(inner, _kinds(inner)[0], root, path)
        # A list of objects can be counted and handed to a lookup, no more.
        return list_of(below.kind if below and below.kind not in {"list", "record"} else "any")
    for kind in ("number", "integer", "string", "boolean"):
        if kind in kinds:
            choices = node.get("enum", [node["const"]] if "const" in node else ())
            texts = tuple(choice for choice in choices if isinstance(choice, str))
            return Type("text", choices=texts) if kind == "string" and texts else SCALARS[kind]
    return None


def _kinds(node: Mapping[str, Any]) -> tuple[set[str], bool]:
    raw = node.get("type", ())
    kinds = {raw} if isinstance(raw, str) else set(raw)
    if not kinds and "enum" in node:
        kinds = {"string"} if all(isinstance(choice, str | None) for choice in node["enum"]) else set()
    return kinds - {"null"}, "null" in kinds or None in node.get("enum", ())


def _resolve(node: Any, root: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    """Follow local references, and `anyOf: [X, null]` to X with null allowed."""
    for _ in range(MAX_NESTING):
        if not isinstance(node, Mapping):
            raise SchemaError(f"{path or 'schema'}: expected an object, got {type(node).__name__}")
        if "$ref" in node:
            node = _pointer(root, node["$ref"], path)
            continue
        for word in ("anyOf", "oneOf"):
            if word in node:
                real = [part for part in node[word] if part.get("type") != "null"]
                if len(real) != 1:
                    raise SchemaError(f"{path}: {word} is understood only as one type or null")
                inner = _resolve(real[0], root, path)
                kinds, nullable = _kinds(inner)
                nullable = nullable or len(real) < len(node[word])
                return {**inner, "type": [*kinds, "null"] if nullable else [*kinds]}
        return node
    raise SchemaError(f"{path}: references go round in a circle")


def _pointer(root: Mapping[str, Any], ref: object, path: str) -> Any:
    if not isinstance(ref, str) or not ref.startswith("#/"):
        raise SchemaError(f"{path}: only local references (#/…) are followed")
    node: Any = root
    for step in ref[2:].split("/"):
        step = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(node, Mapping) or step not in node:
            raise SchemaError(f"{path}: {ref} leads nowhere")
        node = node[step]
    return node
