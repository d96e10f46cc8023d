"""A checked expression back as text: canonical, so it can name a request and explain a plan."""

from __future__ import annotations

import json

from . import nodes
from .nodes import Node

UNITS = (("days", 86400), ("hours", 3600), ("minutes", 60))


def written(node: Node) -> str:
    match node:
        case nodes.Const(value=value, type=type_):
            return _constant(value, type_.kind)
        case nodes.Field(path=path):
            return path
        case nodes.IsMissing(value=value):
            return f"missing({written(value)})"
        case nodes.Default(value=value, fallback=fallback):
            return f"default({written(value)}, {written(fallback)})"
        case nodes.Not(value=value):
            return f"not {_bracketed(value)}"
        case nodes.And(parts=parts):
            return " and ".join(map(_bracketed, parts))
        case nodes.Or(parts=parts):
            return " or ".join(map(_bracketed, parts))
        case nodes.Compare(op=op, left=left, right=right) | nodes.Arith(op=op, left=left, right=right):
            return f"{_bracketed(left)} {op} {_bracketed(right)}"
        case nodes.Member(value=value, options=options):
            return f"{_bracketed(value)} in {_bracketed(options)}"
        case nodes.Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(written, arguments))})"
        case nodes.Has(field=field, lexicon=lexicon):
            return f"has_any({field.path}, {lexicon.key})"
        case nodes.Count(field=field, lexicon=lexicon):
            return f"count({field.path}, {lexicon.key})"
        case nodes.Near(field=field, left=near, right=other, within=within):
            return f"near({field.path}, {near.key}, {other.key}, within={within})"
        case nodes.Pattern(field=field, regex=regex, folded=folded):
            return f"matches({field.path}, {json.dumps(regex)}{', folded=True' if folded else ''})"
        case nodes.Edge(field=field, text=text, at_end=at_end):
            return f"{'ends' if at_end else 'starts'}({field.path}, {json.dumps(text)})"
        case nodes.Found(field=field, entity=entity):
            return f"{entity}({field.path})"
        case nodes.Ask(key=key):
            return key
    raise TypeError(type(node).__name__)


def _bracketed(node: Node) -> str:
    compound = nodes.And | nodes.Or | nodes.Not | nodes.Compare | nodes.Arith | nodes.Member
    return f"({written(node)})" if isinstance(node, compound) else written(node)


def _constant(value: object, kind: str) -> str:
    if isinstance(value, tuple) and kind == "money":
        return f"money({value[0]}, {json.dumps(value[1])})"
    if isinstance(value, tuple):
        shown = [_constant(entry, "") for entry in value[:8]]
        return f"[{', '.join(shown)}{', …' if len(value) > 8 else ''}]"
    if kind == "duration" and isinstance(value, int | float):
        for unit, seconds in UNITS:
            if value and value % seconds == 0:
                return f"{unit}({value / seconds:g})"
        return f"minutes({value / 60:g})"
    return json.dumps(value) if isinstance(value, str) else repr(value)
