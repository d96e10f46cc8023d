"""Planned verdicts equal those of the slow reference, for any schema, policies, event and answers."""

import json

from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine import MISSING, UNKNOWN, Verdict
from trustdesk.engine import compile as compile_rules

from .reference import judge

SAID = (
    "weapon w3apon weeeapon sell s3ll selling gun guns gvn wеapon pistol a i call me on whatsapp skill sk1ll boobs "
    "bobs b00bs good gooood god ass a$$ a55 водка vodka Водку 武器 🔫 café cafe W.E.A.P.O.N 0812-3456-7890 $100 "
    "budi@example.com example.com , . - \n \u200b"
)
WORDS = SAID.split(" ")
PHRASES = ["weapon", "sell weapon", "gun", "skill", "boobs", "bobs", "god", "good", "ass", "a55", "водка", "武器", "🔫"]
PHRASES += ["call me", "call", "whatsapp", "cafe", "me on whatsapp", "vodka", "a weapon", "guns"]
LISTS = {"arms": ["weapon", "gun", "pistol", "sell gun"], "talk": ["call", "whatsapp", "me"]}
TYPES = {"number": {"type": "number"}, "text": {"type": "string"}, "bool": {"type": "boolean"}}
TYPES |= {"duration": {"type": "number", "format": "duration"}, "time": {"type": "string", "format": "date-time"}}
TYPES |= {"list": {"type": "array", "items": {"type": "string"}}}
KINDS = {
    "item.kind": "text",
    "item.market": "text",
    "item.language": "text",
    "item.text": "text",
    "item.title": "text",
    "item.price": "number",
    "item.currency": "text",
    "item.urls": "list",
    "item.posted_at": "time",
    "account.age": "duration",
    "account.country": "text",
    "account.verified": "bool",
    "account.strikes": "number",
    "account.id": "text",
    "now": "time",
}
RATES = [
    'rate("ads", by=account, per=hours(1))',
    'rate("ads", by=account, per=days(1))',
    'rate("likes", by=account, per=hours(1))',
]
SHORT = ["ad", "listing", "ID", "SG", "en", "USD", "IDR"]
COMPARED = ["<", "<=", ">", ">=", "==", "!="]
VERBS = ["reject", "hold(until=days(1))", "review()", 'limit(kind="age")', "approve", "warn", "flag"]
# Small integers choose everything: drawing them is quick and shrinks to the first, simplest choice.
_UP_TO = [st.integers(0, most) for most in range(64)]


class Author:
    """Writes schemas, policies and events by the choices Hypothesis makes."""

    def __init__(self, draw):
        self.draw = draw
        self.kinds = dict(KINDS)

    def below(self, most):
        return self.draw(_UP_TO[most - 1])

    def pick(self, options):
        return options[self.below(len(options))]

    def often(self):
        return self.below(5) > 0

    def schema(self):
        """The usual fields and a few more, each required or not, null or not."""
        for at in range(self.below(4)):
            self.kinds[f"item.own{at}"] = self.pick(list(TYPES))
        groups = {"item": {}, "account": {}}
        required = {"item": [], "account": []}
        properties = {}
        for path, kind in self.kinds.items():
            shape = dict(TYPES[kind])
            if self.below(2):
                shape["type"] = [shape["type"], "null"]
            group, _, name = path.rpartition(".")
            if not group:
                properties[name] = shape
                continue
            groups[group][name] = shape
            if self.below(2):
                required[group].append(name)
        for group, fields in groups.items():
            properties[group] = {"type": "object", "properties": fields, "required": required[group]}
        self.kinds |= {"item": "record", "account": "record"}
        return {"type": "object", "properties": properties, "required": ["item"]}

    def field(self, kind):
        return self.pick([path for path, its in self.kinds.items() if its == kind])

    def quoted(self, options):
        return json.dumps(self.pick(options), ensure_ascii=False)

    def list(self):
        named = self.below(3)
        if named < 2:
            return ['list("arms")', 'list("talk")'][named]
        return f"[{', '.join(self.quoted(PHRASES) for _ in range(1 + self.below(3)))}]"

    def phrases(self):
        return self.quoted(PHRASES) if self.below(2) else self.list()

    def number(self, depth=2):
        if depth and not self.often():
            left, right = self.number(depth - 1), self.number(depth - 1)
            return self.pick([f"({left} {sign} {right})" for sign in "+-*/"] + [f"min({left}, {right})"])
        match self.below(5):
            case 0:
                return self.field("number")
            case 1:
                return f"({self.pick([0, 1, 2, -3, 40, 0.5, 1e14])})"
            case 2:
                return f"({self.field('number')} or 0)"
            case 3:
                return f"length({self.field('text')})"
        return f"len({self.field('list')})"

    def duration(self):
        return self.pick([self.field("duration"), f"days({self.below(40)})", "(now - item.posted_at)"])

    def money(self):
        return self.pick(["money(item.price, item.currency)", f'money({self.below(50)}, "USD")'])

    def condition(self, depth=2):
        if depth and self.below(2):
            if not self.below(3):
                return f"(not {self.condition(depth - 1)})"
            parts = [self.condition(depth - 1) for _ in range(2 + self.below(3))]
            return f"({self.pick([' and ', ' or ']).join(parts)})"
        text = self.field("text") if self.below(3) == 2 else "item.text"
        compared = self.pick(COMPARED)
        match self.below(22):
            case 0 | 1:
                return f"has({text}, {self.quoted(PHRASES)})"
            case 2:
                return f"has_any({text}, {self.list()})"
            case 3:
                return f"has_any({text}, {self.list()}, {self.phrases()})"
            case 4 | 5:
                return f"near({text}, {self.phrases()}, {self.phrases()}, within={self.below(4)})"
            case 6:
                return f"count({text}, {self.list()}) {compared} {self.below(4)}"
            case 7:
                return f"count({text}, {self.list()})"
            case 8:
                return f"matches({text}, {self.quoted(['w.*n', '(?i)SELL', '[0-9]+', '^$', 'gun|pistol'])})"
            case 9:
                return f"matches({text}, {self.quoted(['^sell', 'weapon gun', 'n$'])}, folded=True)"
            case 10:
                return f"{self.pick(['starts', 'ends'])}({text}, {self.quoted(['weapon', 's', '7890'])})"
            case 11:
                return f"{self.pick(['phones', 'emails', 'urls'])}({text})"
            case 12:
                return f"({self.number()} {compared} {self.number()})"
            case 13:
                return f"({self.number()} {self.pick(['<', '<='])} {self.number()} {compared} {self.number()})"
            case 14:
                return f"({self.duration()} {compared} {self.duration()})"
            case 15:
                return f"({self.money()} {compared} {self.money()})"
            case 16:
                return f"({text} {self.pick(['==', '!='])} {self.quoted(SHORT)})"
            case 17:
                return f"({text} {self.pick(['in', 'not in'])} [{self.quoted(SHORT)}, {self.quoted(SHORT)}])"
            case 18:
                return f"({self.quoted(SHORT)} in {self.field('list')})"
            case 19:
                return f"missing({self.pick([*self.kinds, f'item.price + {self.number()}', f'has({text}, {self.quoted(PHRASES)})'])})"
            case 20:
                return self.pick([self.field("bool"), f"default({self.field('bool')}, True)", "True", "False"])
        return f"({self.pick(RATES)} {compared} {self.number()})"

    def policies(self):
        policies = []
        for code in range(1 + self.below(3)):
            rules = [
                {"name": f"r{at}", "when": self.condition(), "then": self.pick(VERBS)}
                for at in range(1 + self.below(4))
            ]
            scope = {key: self.pick([None, ["all"], [first], [first, second]]) for key, first, second in SCOPES}
            policies.append({"code": f"p{code}", "gravity": 1 + self.below(3), "rules": rules, **scope})
        return policies

    def text(self):
        return " ".join([self.pick(WORDS) for _ in range(self.below(12))])

    def value(self, kind):
        """Mostly of the type, at times missing, unknown or wrong."""
        if not self.below(8):
            return self.pick([None, UNKNOWN, {}, float("nan")])
        match kind:
            case "number":
                return self.pick([0, 1, 2, -3, 40, 0.5, 1e14])
            case "duration":
                return self.below(40) * 86400
            case "text":
                return self.text() if self.often() else self.pick([*SHORT, self.draw(ANY_TEXT)])
            case "bool":
                return bool(self.below(2))
            case "time":
                return self.pick(["2026-11-22T12:00:00+00:00", "2026-11-20T00:00:00+07:00"])
        return [self.pick(SHORT) for _ in range(self.below(3))]

    def event(self):
        event = {"item": {}, "account": {}}
        for path, kind in self.kinds.items():
            group, _, name = path.rpartition(".")
            if kind != "record" and self.below(10):
                (event[group] if group else event)[name] = self.value(kind)
        for place, options in PLACES:
            event["item"][place] = self.pick(options)
        if not self.below(10):
            event["account"] = self.pick([None, UNKNOWN])
        return event

    def answers(self):
        return {key: self.pick([0, 1, 7, MISSING, UNKNOWN]) for key in RATES if self.below(2)}


ANY_TEXT = st.text(max_size=40)
PLACES = (("kind", ["ad", "listing"]), ("market", ["ID", "SG", None]), ("language", ["en", None]))
SCOPES = (("applies_to", "ad", "listing"), ("markets", "ID", "SG"), ("languages", "en", "id"))


@st.composite
def cases(draw):
    author = Author(draw)
    schema, policies = author.schema(), author.policies()
    return schema, author.kinds, policies, [author.event() for _ in range(1 + author.below(3))], author.answers()


@given(cases())
def test_the_plan_says_what_the_reference_says(case):
    schema, kinds, policies, given_events, answers = case
    plan = compile_rules(policies, schema, LISTS)
    verdicts = plan.run(given_events, answers)
    for event, verdict in zip(given_events, verdicts, strict=True):
        outcome, hits, undecided = judge(policies, kinds, LISTS, event, answers)
        assert verdict.outcome == outcome
        assert [(hit.policy, hit.rule) for hit in verdict.hits] == hits
        assert {(rest.policy, rest.rule, rest.signal) for rest in verdict.undecided} == undecided
        for hit in verdict.hits:
            for piece in hit.evidence:
                field = event
                for step in piece.field.split("."):
                    field = field[step]
                assert 0 <= piece.start < piece.end
                assert field[piece.start : piece.end] == piece.text
        told = json.loads(json.dumps(verdict.to_json()))
        assert Verdict.from_json(told) == verdict
        assert plan.replay(told["inputs"]) == verdict
        asked = {request.key for request in plan.needs([event], answers)}
        assert asked == {key for key in asked if answers.get(key, UNKNOWN) is UNKNOWN}
        assert bool(asked) == any(rest.signal == "rate" for rest in verdict.undecided)
