"""Any JSON Schema is read, or refused with its place; what has no one type is refused where a rule names it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine import check
from trustdesk.engine import compile as compile_rules
from trustdesk.engine.schema import SchemaError, fields_of, read_schema

from .makers import policy

TEXT, NUMBER, NULL = {"type": "string"}, {"type": "number"}, {"type": "null"}


def names(schema):
    return {name: kind.kind + "?" * kind.optional for name, kind in fields_of(schema).items()}


def group(required=(), **properties):
    return {"type": "object", "properties": properties, "required": list(required)}


def test_a_users_own_schema_with_nested_fields():
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "event",
        **group(
            ["user", "amount"],
            user=group(["account_age_days"], account_age_days={"type": "integer", "minimum": 0}, name=TEXT),
            amount={"$ref": "#/$defs/amount"},
            shipping={"$ref": "#/$defs/address"},
            billing={"anyOf": [{"$ref": "#/$defs/address"}, NULL]},
            tags={"type": "array", "items": TEXT},
        ),
        "$defs": {"amount": NUMBER, "address": group(["country"], country=TEXT, lines={"type": "array"})},
    }
    assert names(schema) == {
        "user": "record",
        "user.account_age_days": "number",
        "user.name": "text?",
        "amount": "number",
        "shipping": "record?",
        "shipping.country": "text?",
        "shipping.lines": "list?",
        "billing": "record?",
        "billing.country": "text?",
        "billing.lines": "list?",
        "tags": "list?",
    }
    plan = compile_rules([policy(('user.account_age_days < 3 and shipping.country == "ID"', "review"))], schema, {})
    event = {"user": {"account_age_days": 1}, "amount": 5, "shipping": {"country": "ID"}}
    assert plan.run([event])[0].outcome == "review"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [
        ({"type": ["number", "null"]}, "number?"),
        ({"type": "integer"}, "number"),
        ({"type": ["integer", "number"]}, "number"),
        ({"type": "number", "format": "duration"}, "duration"),
        ({"type": "string", "format": "duration"}, "text"),
        ({"type": "string", "format": "date-time"}, "time"),
        ({"type": ["string", "null"], "format": "date"}, "time?"),
        ({"type": "string", "format": "uri"}, "text"),
        ({"enum": ["a", "b"]}, "text"),
        ({"enum": ["a", None]}, "text?"),
        ({"enum": [1, 2.5]}, "number"),
        ({"const": True}, "bool"),
        ({"const": "x"}, "text"),
        ({"anyOf": [TEXT, NULL]}, "text?"),
        ({"oneOf": [NULL, {"type": "boolean"}]}, "bool?"),
        ({"anyOf": [{"enum": ["a"]}, {"const": "b"}]}, "text"),
        ({"type": "string", "anyOf": [{"minLength": 3}, {"pattern": "x"}]}, "text"),
        ({"allOf": [TEXT, {"maxLength": 9}]}, "text"),
        ({"allOf": [{"type": ["string", "null"]}, {"type": ["string", "number"]}]}, "text"),
        ({"allOf": [{"type": "number"}, {"type": "integer"}]}, "number"),
        ({"allOf": [{"$ref": "#/$defs/maybe"}]}, "number?"),
        ({"$ref": "#/$defs/maybe", "description": "of ours"}, "number?"),
        ({"$ref": "#/$defs/chain"}, "number?"),
        ({"$ref": "#/$defs/listed/1"}, "text"),
        ({"type": "array", "items": {"$ref": "#/$defs/maybe"}}, "list"),
        ({"type": "array", "prefixItems": [TEXT]}, "list"),
        ({"type": "array", "items": True}, "list"),
        ({"type": "object", "additionalProperties": TEXT}, "record"),
        ({"properties": {}, "type": "object"}, "record"),
    ],
)
def test_spellings(shape, kind):
    defs = {"maybe": {"type": ["number", "null"]}, "chain": {"$ref": "#/$defs/maybe"}, "listed": [NUMBER, TEXT]}
    assert names(group(["x"], x=shape) | {"$defs": defs}) == {"x": kind}


def test_combined_objects_have_the_fields_of_all():
    both = {"allOf": [group(["a"], a=TEXT, b=TEXT), group(["b"], b={"maxLength": 3}, c=NUMBER)]}
    assert names(group(["x"], x=both)) == {"x": "record", "x.a": "text", "x.b": "text", "x.c": "number?"}
    either = {"oneOf": [group(["a", "k"], k={"const": "one"}, a=TEXT), group(["k"], k={"const": "two"}, b=NUMBER)]}
    assert names(group(["x"], x=either)) == {"x": "record", "x.k": "text", "x.a": "text?", "x.b": "number?"}
    (kind,) = [kind for name, kind in fields_of(group(["x"], x=either)).items() if name == "x.k"]
    assert kind.choices == ("one", "two")
    assert names({"allOf": [group(["a"], a=TEXT)], "properties": {"b": NUMBER}}) == {"b": "number?", "a": "text"}


def test_a_schema_that_holds_itself_is_read_once():
    comment = group(["text"], text=TEXT, parent={"$ref": "#/$defs/comment"}, answers={"type": "array"})
    comment["properties"]["answers"]["items"] = {"$ref": "#/$defs/comment"}
    assert names(group(first={"$ref": "#/$defs/comment"}) | {"$defs": {"comment": comment}}) == {
        "first": "record?",
        "first.text": "text?",
        "first.parent": "record?",
        "first.answers": "list?",
    }
    assert names(group(up={"$ref": "#"}, n=NUMBER)) == {
        "up": "record?",
        "up.up": "record?",
        "up.n": "number?",
        "n": "number?",
    }
    lists = {"$defs": {"l": {"type": "array", "items": {"$ref": "#/$defs/l"}}}}
    assert names(group(x={"$ref": "#/$defs/l"}) | lists) == {"x": "list?"}


@pytest.mark.parametrize(
    ("shape", "condition", "message"),
    [
        ({}, "x == 1", "x has no type in the schema; a rule can only name a field of one type"),
        (True, "x == 1", "x has no type in the schema; a rule can only name a field of one type"),
        (
            {"type": ["string", "number"]},
            "x == 1",
            "x is number or string in the schema; a rule can only name a field of one type",
        ),
        (
            {"anyOf": [TEXT, {"type": "object"}]},
            "x.y == 1",
            "x is object or string in the schema; a rule can only name a field of one type",
        ),
        (
            {"allOf": [TEXT, NUMBER]},
            "missing(x)",
            "x is number or string in the schema; a rule can only name a field of one type",
        ),
        ({"enum": ["a", 1]}, "x == 1", "x is number or string in the schema; a rule can only name a field of one type"),
    ],
)
def test_a_field_without_one_type_is_refused_where_it_is_named(shape, condition, message):
    (problem,) = check([policy((condition, "reject"))], group(x=shape, y=NUMBER), {})
    assert problem.said == message
    assert check([policy(("y == 1", "reject"))], group(x=shape, y=NUMBER), {}) == []


def test_fields_too_deep_are_refused_where_they_are_named():
    deep = group(last=NUMBER)
    for _ in range(20):
        deep = group(g=deep)
    (problem,) = check([policy((f"{'g.' * 18}g.last == 1", "reject"))], deep, {})
    assert problem.said == "fields within more than 16 groups are not read"


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (3, "schema: expected an object, got int"),
        (group(a=3), "a: expected an object, got int"),
        (group(a=group(b="x")), "a.b: expected an object, got str"),
        (group(a={"$ref": "#/$defs/b"}), "a: #/$defs/b leads nowhere"),
        (group(a={"$ref": "other.json#/b"}), "a: only local references (#/…) are followed"),
        (group(a={"$dynamicRef": "#b"}), "a: $dynamicRef is not followed: write $ref"),
        (group(a={"$ref": "#/properties/a"}), "a: references go round in a circle"),
        ({"$ref": "#"}, "schema: references go round in a circle"),
        (group(a={"type": 3}), "a: type must be a name or a list of names"),
        (group(a={"type": [{}]}), "a: type must be a name or a list of names"),
        (group(a={"type": "text"}), "a: no type named text"),
        (group(a={"enum": "ab"}), "a: enum must be a list"),
        (group(a={"allOf": {}}), "a: allOf must be a list"),
        (group(a={"anyOf": 3}), "a: anyOf must be a list"),
        ({"properties": []}, "schema: properties must be an object"),
        (group(**{f"f{at}": NUMBER for at in range(10_001)}), "f10000: more than 10,000 fields"),
    ],
)
def test_refusals(schema, message):
    (problem,) = check([], schema, {})
    assert problem.said == f"the schema cannot be read: {message}"


words = st.sampled_from(
    [
        "type",
        "properties",
        "required",
        "items",
        "$ref",
        "$defs",
        "allOf",
        "anyOf",
        "oneOf",
        "enum",
        "const",
        "format",
        "string",
        "number",
        "object",
        "array",
        "null",
        "#/$defs/a",
        "#",
        "a",
        "b",
    ]
)
schemas = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(words, below, max_size=4),
    max_leaves=25,
)


@given(schemas)
def test_whatever_is_given_is_read_or_refused(schema):
    try:
        found = read_schema(schema)
    except SchemaError:
        pass
    else:
        assert not found.types.keys() & found.unclear.keys()
