"""Writes schemas, policies, events and answers by the choices it is given: the whole language, any nesting.

Small integers choose everything: drawing them is quick, and they shrink to the first, simplest choice. Choices drawn by
Hypothesis shrink; those of a seeded generator are more varied (Hypothesis likes to draw a case much like the last).
"""

import json
from datetime import timedelta

from hypothesis import strategies as st

from trustdesk.engine import BAND, CLUSTER_SIZE, IN_BANK, LINKED_ACCOUNTS, MISSING, SCORE, UNKNOWN
from trustdesk.engine.entities import ENTITIES

SAID = (
    "weapon w3apon weeeapon sell s3ll selling gun guns gvn wеapon pistol a i call me on whatsapp skill sk1ll boobs "
    "bobs b00bs good gooood god ass a$$ a55 водка vodka Водку 武器 🔫 café cafe\u0301 W.E.A.P.O.N w e a p o n g.u.n.s.w.e.a.p.o.n "
    "0812-3456-7890 $100 budi@example.com example.com nine (at) dot com @budi_99 4111111111111111 , . - \n \u200b \x00 \ud800 ！ ﬁne"
)
WORDS = SAID.split(" ")
PHRASES = ["weapon", "sell weapon", "gun", "skill", "boobs", "bobs", "god", "good", "ass", "a55", "водка", "武器", "🔫"]
PHRASES += ["call me", "call", "whatsapp", "cafe", "me on whatsapp", "vodka", "a weapon", "guns", "fine"]
LISTS = {
    "arms": ["weapon", "gun", "pistol", "sell gun", "!!!", "Gun", "", "gun " * 51],
    "talk": ["call", "whatsapp", "me"],
    "none": [],
}
CONSTANTS = {
    "limits.price": 40,
    "limits.age": timedelta(days=3),
    "names.coin": "USD",
    "names.banned": ["gun", "sell weapon"],
    "switches.strict": True,
}
SIGNALS = (SCORE, BAND, IN_BANK, CLUSTER_SIZE, LINKED_ACCOUNTS)
TYPES = {"number": {"type": "number"}, "text": {"type": "string"}, "bool": {"type": "boolean"}}
TYPES |= {"duration": {"type": "number", "format": "duration"}, "time": {"type": "string", "format": "date-time"}}
TYPES |= {f"list of {kind}": {"type": "array", "items": TYPES[kind]} for kind in list(TYPES)}
TYPES |= {"list of record": {"type": "array", "items": {"type": "object"}}, "list of any": {"type": "array"}}
USUAL = {
    "item.kind": "text",
    "item.market": "text",
    "item.language": "text",
    "item.text": "text",
    "item.title": "text",
    "item.price": "number",
    "item.currency": "text",
    "item.urls": "list of text",
    "item.posted_at": "time",
    "account.age": "duration",
    "account.country": "text",
    "account.verified": "bool",
    "account.id": "text",
    "now": "time",
}
SHORT = ["ad", "listing", "ID", "SG", "en", "USD", "IDR"]
NUMBERS = [0, 1, 2, -3, 40, 0.5, 1e14]
TIMES = ["2026-11-22T12:00:00+00:00", "2026-11-20T00:00:00+07:00", "2026-11-21"]
PATTERNS = ["w.*n", "(?i)SELL", "[0-9]+", "^$", "gun|pistol", r"\bme\b", "(a|b)*c?", r"\s+", "武"]
FOLDED = ["^sell", "weapon gun", "n$", "[a-z]+ me", "^", " "]
COMPARED = ["<", "<=", ">", ">=", "==", "!="]
VERBS = ["reject", "hold(until=days(1))", "hold", 'review(lane="severe", queue="x")', "limit(kind=age, until=hours(2))"]
VERBS += ["approve", "warn", "flag", "educate", "review()"]
SCOPES = (("applies_to", "ad", "listing"), ("markets", "ID", "SG"), ("languages", "en", "id"))
PLACES = (("kind", ["ad", "listing"]), ("market", ["ID", "SG", None]), ("language", ["en", None]))
ANY_TEXT = st.text(max_size=40)
_UP_TO = [st.integers(0, most) for most in range(64)]


def drawn(draw):
    """Choices made by Hypothesis."""
    return Author(lambda most: draw(_UP_TO[most - 1]), lambda: draw(ANY_TEXT))


def seeded(chance):
    """Choices made by a `random.Random`."""
    marks = [*"abw 3.,-\n\u0301\u200b", "е", "武", "ﷺ", "\U0001f52b", "\udc00"]
    return Author(chance.randrange, lambda: "".join(chance.choices(marks, k=chance.randrange(40))))


class Author:
    def __init__(self, below, any_text):
        self.below, self.any_text = below, any_text
        self.kinds = {}

    def pick(self, options):
        return options[self.below(len(options))]

    def often(self):
        return self.below(5) > 0

    # Schemas

    def schema(self):
        """The usual fields or none of them, and groups of any depth with fields of any type; null or not, required or not."""
        usual = self.often()
        tree = {}
        for path, kind in USUAL.items() if usual else ():
            self.place(tree, path.split("."), kind)
        for at in range(self.below(4) if usual else 0):
            self.place(tree, ["item", f"own{at}"], self.pick(list(TYPES)))
        for at in range(self.below(2) if usual else 1 + self.below(3)):
            self.group(tree, f"group{at}", depth=2)
        # Every type has one field at least, so that every part of the language can be written.
        for kind in TYPES:
            if kind not in self.kinds.values():
                self.place(tree, ["rest", kind.replace(" ", "_")], kind)
        return self.as_object(tree, "")

    def place(self, tree, steps, kind):
        *above, last = steps
        for step in above:
            tree = tree.setdefault(step, {})
        tree[last] = kind
        self.kinds[".".join(steps)] = kind

    def group(self, tree, name, depth, above=()):
        below = tree.setdefault(name, {})
        for at in range(1 + self.below(3)):
            kind = self.pick(list(TYPES))
            below[f"f{at}"] = kind
            self.kinds[".".join([*above, name, f"f{at}"])] = kind
        if depth and self.below(2):
            self.group(below, "inner", depth - 1, (*above, name))

    def as_object(self, tree, path):
        properties, required = {}, []
        for name, below in tree.items():
            here = f"{path}.{name}".lstrip(".")
            shape = self.as_object(below, here) if isinstance(below, dict) else dict(TYPES[below])
            if isinstance(below, dict):
                self.kinds[here] = "record"
            if not self.below(3):
                shape["type"] = [shape["type"], "null"]
            properties[name] = shape
            if self.below(2):
                required.append(name)
        return {"type": "object", "properties": properties, "required": required}

    def dressed(self, schema):
        """The same schema spelled otherwise: by reference, in parts, null as a variant."""
        defs = {}
        return {**self.spelled(schema, defs, depth=0), "$defs": defs}

    def spelled(self, shape, defs, depth):
        shape = dict(shape)
        if "properties" in shape:
            named = shape["properties"].items()
            shape["properties"] = {name: self.spelled(below, defs, depth + 1) for name, below in named}
        form = self.below(8) if depth else 9
        if form == 0 and isinstance(shape.get("type"), list):
            return {"anyOf": [{**shape, "type": shape["type"][0]}, {"type": "null"}]}
        if form == 1:
            defs[f"d{len(defs)}"] = shape
            return {"$ref": f"#/$defs/d{len(defs) - 1}", "title": "ours"}
        if form == 2:
            return {"allOf": [shape, {"description": "ours"}]}
        if form == 3 and "properties" in shape:
            return {"type": shape["type"], "allOf": [{key: shape[key]} for key in ("properties", "required")]}
        return shape

    # Expressions

    def field(self, kind):
        return self.pick([path for path, its in self.kinds.items() if its == kind])

    def quoted(self, options):
        return json.dumps(self.pick(options), ensure_ascii=False)

    def list(self):
        named = self.below(5)
        if named < 4:
            return ['list("arms")', 'list(name="talk")', "names.banned", 'list("none")'][named]
        return f"[{', '.join(self.quoted(PHRASES) for _ in range(1 + self.below(3)))}]"

    def phrases(self):
        return self.quoted(PHRASES) if self.below(2) else self.list()

    def value(self, kind, depth=1):
        """An expression of a type."""
        if depth and self.below(4) == 0 and kind != "money":
            return f"({self.field(kind)} or {self.value(kind, depth - 1)})"
        if depth and self.below(6) == 0:
            return f"default({self.value(kind, 0)}, {self.value(kind, depth - 1)})"
        return getattr(self, f"a_{kind}")(depth)

    def a_text(self, depth):
        return self.field("text") if self.often() else "names.coin"

    def a_bool(self, depth):
        return self.pick([self.field("bool"), "True", "False", "switches.strict"])

    def a_number(self, depth):
        if depth and self.below(3) == 0:
            left, right = self.value("number", depth - 1), self.value("number", depth - 1)
            forms = [f"({left} {sign} {right})" for sign in "+-*/"]
            forms += [f"min({left}, {right}, 3)", f"max({left}, {right})", f"abs({left})", f"(-{left})", f"(+{left})"]
            forms += [f"({self.value('duration', 0)} / {self.value('duration', 0)})"]
            forms += [f"({self.value('money', 0)} / {self.value('money', 0)})"]
            return self.pick(forms)
        match self.below(5):
            case 0 | 1:
                return self.field("number")
            case 2:
                return f"({self.pick(NUMBERS)})"
            case 3:
                return "limits.price"
        text, entries = self.field("text"), self.field(self.pick(["list of text", "list of record", "list of any"]))
        shape = self.pick(["length", "words", "upper_share", "digit_share", "unique_share", "longest_run"])
        return self.pick([f"{shape}({text})", f"len({entries})", f"count({text}, {self.list()})", f"phones({text})"])

    def a_duration(self, depth):
        forms = [self.field("duration"), f"days({self.below(40)})", f"({self.field('time')} - {self.field('time')})"]
        forms += ["limits.age", f"hours({self.field('number')})", f"(minutes({self.below(9)}) * 2)"]
        forms += [f"({self.field('duration')} {self.pick('+-')} days(1))", f"({self.field('duration')} / 2)"]
        return self.pick(forms)

    def a_time(self, depth):
        forms = [self.field("time"), f'time("{self.pick(TIMES)}")']
        forms += [f"({self.field('time')} {self.pick('+-')} {self.field('duration')})"]
        return self.pick(forms)

    def a_money(self, depth):
        amount = self.field("number") if self.below(2) else self.below(50)
        forms = [f'money({amount}, "USD")', f"money({amount}, {self.field('text')})"]
        forms += [f'(money({amount}, "USD") * 2)', f'(money({amount}, "USD") - money(1, "IDR"))']
        return self.pick(forms)

    # Conditions

    def condition(self, depth=2):
        if depth and self.below(2):
            if not self.below(3):
                return f"(not {self.condition(depth - 1)})"
            parts = [self.condition(depth - 1) for _ in range(2 + self.below(3))]
            return f"({self.pick([' and ', ' or ']).join(parts)})"
        return self.pick([self.about_text] * 4 + [self.comparison] * 2 + [self.other] * 2)()

    def about_text(self):
        text = self.field("text") if self.below(3) == 2 or "item.text" not in self.kinds else "item.text"
        match self.below(12):
            case 0:
                return f"has({text}, {self.quoted(PHRASES)})"
            case 1:
                return f"has(phrase={self.quoted(PHRASES)}, text={text})"
            case 2:
                return f"has_any({text}, {self.list()})"
            case 3:
                return f"has_any({text}, {self.list()}, {self.phrases()})"
            case 4:
                return f"near({text}, {self.phrases()}, {self.phrases()}, within={self.below(4)})"
            case 5:
                return f"near({text}, {self.phrases()}, {self.phrases()})"
            case 6:
                return f"count({text}, {self.list()}) {self.pick(COMPARED)} {self.below(4)}"
            case 7:
                return f"count({text}, {self.list()})"
            case 8:
                return f"matches({text}, {self.quoted(PATTERNS)})"
            case 9:
                return f"matches({text}, {self.quoted(FOLDED)}, folded=True)"
            case 10:
                return f"{self.pick(['starts', 'ends'])}({text}, {self.quoted(['weapon', 's', '7890', 'w.'])})"
        return f"{self.pick(list(ENTITIES))}({text}){self.pick(['', ' > 1', ' == 0'])}"

    def comparison(self):
        compared = self.pick(COMPARED)
        match self.below(8):
            case 0:
                return f"({self.value('number')} {self.pick(COMPARED)} {self.value('number')} {compared} {self.value('number')})"
            case 1:
                kind = self.pick(["text", "bool"])
                return f"({self.value(kind)} {self.pick(['==', '!='])} {self.value(kind)})"
            case 2:
                return f"({self.value('text')} {self.pick(['in', 'not in'])} [{self.quoted(SHORT)}, {self.quoted(PHRASES)}])"
            case 3:
                kind = self.pick(["text", "number", "bool", "time", "duration"])
                entries = self.field(f"list of {kind}")
                return f"({self.value(kind)} {self.pick(['in', 'not in'])} {entries})"
            case 4 if "item.currency" in self.kinds:  # a number beside a currency is money
                sides = ["item.price", self.value("money")]
                return f"({sides.pop(self.below(2))} {compared} {sides.pop()})"
            case 5:
                kind = self.pick(["time", "money"])
                return f"({self.value(kind)} {compared} {self.value(kind)})"
            case 6:
                return f"({self.value('duration')} {compared} {self.value('duration')})"
        return f"({self.value('number')} {compared} {self.value('number')})"

    def other(self):
        match self.below(6):
            case 0:
                some = [*self.kinds, f"{self.field('number')} + {self.value('number')}", self.about_text()]
                return f"missing({self.pick([*some, self.question()])})"
            case 1:
                return f"default(({self.about_text()} and True), {self.field('bool')})"
            case 2:
                return self.value("bool")
            case 3:
                return f"in_bank({self.pick([self.field('text'), self.field('list of record')])}, {self.quoted(['one', 'two'])})"
            case 4:
                return f'(score({self.field("text")}, "hate") > {self.pick(["0.5", self.band()])})'
        return f"({self.question()} {self.pick(COMPARED)} {self.value('number', 0)})"

    def question(self):
        within = f"{self.pick(['days', 'hours', 'minutes'])}({self.pick([1, 24, 90, 0.5])})"
        match self.below(7):
            case 0:
                by = self.pick([path for path, kind in self.kinds.items() if kind in {"record", "text"}])
                return f"rate({self.quoted(['ads', 'likes'])}, by={by}, per={within})"
            case 1:
                return f"seen({self.field('text')}, within={within})"
            case 2:
                return f"seen({self.field('text')} or {self.field('text')}, within={within} * 2)"
            case 3:
                return f'score({self.field("text")}, "hate")'
            case 4:
                return f"cluster_size({self.pick([self.field('text'), self.field('list of record')])}{self.pick(['', f', within={within}'])})"
            case 5:
                by = self.pick([path for path, kind in self.kinds.items() if kind in {"record", "text"}])
                kind = self.pick(["", ', by="phone"'])
                return f"linked_accounts({by}{kind})"
        return self.band()

    def band(self):
        return f'band("hate", {self.pick(["precision", "recall"])}={self.pick([0.5, 0.95])})'

    def policies(self):
        policies = []
        for code in range(1 + self.below(3)):
            rules = [self.rule(at) for at in range(1 + self.below(4))]
            scope = {key: self.pick([None, ["all"], [first], [first, second]]) for key, first, second in SCOPES}
            more = {"version": 1 + self.below(3), "labels": ["b", "a"][: self.below(3)]}
            policies.append({"code": f"p{code}", "gravity": 1 + self.below(3), "rules": rules, **scope, **more})
        return policies

    def rule(self, at):
        made = {"name": f"r{at}", "when": self.condition(), "then": self.pick(VERBS)}
        if not self.below(3):
            made |= {"if_unknown": self.pick(["review", "hold", "pass"]), "patience": self.pick([60, 1.5])}
        return made

    # Events

    def event(self, tree=None, path=""):
        """Mostly as the schema says; at times something is missing, unknown, of another type, or more than it says."""
        event = {}
        for name, shape in tree["properties"].items():
            here = f"{path}.{name}".lstrip(".")
            dull = self.below(40 if "properties" in shape else 12)
            if dull == 0:
                continue
            if dull == 1:
                event[name] = self.pick([None, UNKNOWN, {}, [], float("nan"), "x", 3, True])
            elif "properties" in shape:
                event[name] = self.event(shape, here)
            else:
                event[name] = self.of_kind(self.kinds[here])
        for place, options in PLACES if path == "item" else ():
            if self.often():
                event[place] = self.pick(options)
        return event

    def of_kind(self, kind):
        if kind.startswith("list of "):
            inner = kind.removeprefix("list of ")
            return [self.of_kind(inner if self.often() else "text") for _ in range(self.below(4))]
        match kind:
            case "number":
                return self.pick(NUMBERS)
            case "duration":
                return self.below(40) * 86400
            case "bool":
                return bool(self.below(2))
            case "time":
                return self.pick(TIMES)
            case "record":
                return {"id": self.pick(SHORT)}
            case "any":
                return self.pick([1, "a", None, {}])
        text = " ".join([self.pick(WORDS if self.below(2) else PHRASES) for _ in range(2 * self.below(9))])
        return text if self.often() else self.pick([*SHORT, self.any_text()])

    def answers(self, questions):
        """Some right, some missing or unknown, some of the wrong type, some not given at all."""
        given = {question: self.below(12) for question in sorted(questions)}
        options = [0, 1, 7, 0.7, MISSING, UNKNOWN, None, "x"]
        truths = [True, False, True, False, MISSING, UNKNOWN, None, 3]
        return {
            question: (truths if question.startswith("in_bank") else options)[choice]
            for question, choice in given.items()
            if choice < 8
        }
