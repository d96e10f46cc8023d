"""The slow, obvious reading of the language: walks Python's syntax tree for one event, rule by rule.

It shares with the engine the folding of one word, the spelling of one word and the finding of entities (each tested
on its own), and nothing of the checker, the automaton, the gates or the compiled code.
"""

import ast
from datetime import datetime

import re2

from trustdesk.engine import MISSING, UNKNOWN
from trustdesk.engine.disguise import spells, unmask
from trustdesk.engine.entities import ENTITIES
from trustdesk.engine.folding import fold, fold_phrase

RANK = {"reject": 5, "hold": 4, "review": 3, "limit": 2, "approve": 1}
UNITS = {"days": 86400, "hours": 3600, "minutes": 60}
TRUTHS = {"has", "has_any", "near", "matches", "starts", "ends", "missing", *ENTITIES, "count"}


def absent(value):
    return value is MISSING or value is UNKNOWN


def worst(*values):
    return UNKNOWN if any(value is UNKNOWN for value in values) else MISSING


class Reference:
    def __init__(self, fields, lists, event, answers):
        self.fields, self.lists, self.event, self.answers = fields, lists, event, answers

    # Values

    def field(self, path):
        value = self.event
        for step in path.split("."):
            if value is UNKNOWN:
                return UNKNOWN
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return MISSING
        if value is UNKNOWN:
            return UNKNOWN
        kind = self.fields[path]
        if kind in {"number", "duration"}:
            good = isinstance(value, int | float) and not isinstance(value, bool) and -1e300 < value < 1e300
        elif kind == "text":
            good = isinstance(value, str)
        elif kind == "bool":
            good = isinstance(value, bool)
        elif kind == "time":
            return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else MISSING
        elif kind == "list":
            return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else MISSING
        else:
            good = isinstance(value, dict)
        return value if good else MISSING

    def is_truth(self, tree):
        match tree:
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return True
            case ast.BoolOp():
                return all(self.is_truth(part) for part in tree.values)
            case ast.Constant():
                return isinstance(tree.value, bool)
            case ast.Call():
                return tree.func.id in TRUTHS or (tree.func.id == "default" and self.is_truth(tree.args[0]))
            case ast.Name() | ast.Attribute():
                return self.fields[ast.unparse(tree)] == "bool"
        return False

    def truth(self, tree):
        value = self.value(tree)
        return value if absent(value) or isinstance(value, bool) else value > 0

    def value(self, tree):
        match tree:
            case ast.Constant():
                return tree.value
            case ast.Name() | ast.Attribute():
                return self.field(ast.unparse(tree))
            case ast.List():
                return [self.value(entry) for entry in tree.elts]
            case ast.UnaryOp(op=ast.Not()):
                value = self.truth(tree.operand)
                return value if absent(value) else not value
            case ast.UnaryOp():
                return self.arithmetic(ast.Mult(), self.value(tree.operand), -1)
            case ast.BoolOp() if self.is_truth(tree):
                values = [self.truth(part) for part in tree.values]
                decisive = isinstance(tree.op, ast.Or)
                if any(value is decisive for value in values):
                    return decisive
                return worst(*values) if any(map(absent, values)) else not decisive
            case ast.BoolOp():  # `x or y or z` of values: the first that is not missing
                for part in tree.values[:-1]:
                    value = self.value(part)
                    if value is not MISSING:
                        return value
                return self.value(tree.values[-1])
            case ast.Compare():
                values = [self.value(part) for part in [tree.left, *tree.comparators]]
                links = [self.link(op, values[at], values[at + 1]) for at, op in enumerate(tree.ops)]
                if any(link is False for link in links):
                    return False
                return worst(*links) if any(map(absent, links)) else True
            case ast.BinOp():
                return self.arithmetic(tree.op, self.value(tree.left), self.value(tree.right))
            case ast.Call():
                return self.call(tree)
        raise AssertionError(ast.dump(tree))

    def link(self, op, left, right):
        if absent(left) or absent(right):
            return worst(left, right)
        if isinstance(left, tuple) and isinstance(right, tuple):
            if left[1] != right[1]:
                return MISSING
            left, right = left[0], right[0]
        match op:
            case ast.Eq():
                return left == right
            case ast.NotEq():
                return left != right
            case ast.Lt():
                return left < right
            case ast.LtE():
                return left <= right
            case ast.Gt():
                return left > right
            case ast.GtE():
                return left >= right
            case ast.In():
                return left in right
            case ast.NotIn():
                return left not in right

    def arithmetic(self, op, left, right):
        if absent(left) or absent(right):
            return worst(left, right)
        try:
            match op:
                case ast.Add():
                    result = left + right
                case ast.Sub():
                    result = left - right
                case ast.Mult():
                    result = left * right
                case ast.Div():
                    result = left / right
        except (ZeroDivisionError, OverflowError):
            return MISSING
        return result if -1e300 < result < 1e300 else MISSING

    # Calls

    def call(self, tree):
        name = tree.func.id
        words = {word.arg: word.value for word in tree.keywords}
        if name == "list":
            return self.lists[tree.args[0].value]
        if name == "rate" and absent(self.field("account")):
            return self.field("account")
        if name == "rate":
            return self.answers.get(ast.unparse(tree).replace("'", '"'), UNKNOWN)
        if name == "missing":
            value = self.value(tree.args[0])
            return UNKNOWN if value is UNKNOWN else value is MISSING
        if name == "default":
            value = self.value(tree.args[0])
            return self.value(tree.args[1]) if value is MISSING else value
        values = [self.value(argument) for argument in tree.args]
        if name in UNITS:
            return self.arithmetic(ast.Mult(), values[0], UNITS[name])
        if any(map(absent, values)):
            return worst(*values)
        if name == "money":
            return tuple(values)
        if name in {"length", "len"}:
            return len(values[0])
        if name in {"min", "max"}:
            return {"min": min, "max": max}[name](*values)
        return self.about_text(name, values, words)

    def about_text(self, name, values, words):
        text = values[0]
        match name:
            case "has":
                return bool(self.places(text, [values[1]]))
            case "has_any":
                return bool(self.places(text, [p for v in values[1:] for p in ([v] if isinstance(v, str) else v)]))
            case "count":
                taken = []
                for start, end in sorted(self.places(text, values[1]), key=lambda span: (span[0], -span[1])):
                    if not taken or start >= taken[-1][1]:
                        taken.append((start, end))
                return len(taken)
            case "near":
                return self.near(text, values[1], values[2], words["within"].value)
            case "matches":
                folded = "folded" in words and words["folded"].value
                return re2.search(values[1], fold(text)[1:-1] if folded else text) is not None
            case "starts":
                return text.startswith(values[1])
            case "ends":
                return text.endswith(values[1])
        return len(ENTITIES[name](text, self.regions()))

    def regions(self):
        values = [self.field(path) for path in ("item.market", "account.country")]
        return tuple(dict.fromkeys(value.upper() for value in values if isinstance(value, str)))

    def words(self, text):
        """Each folded word with its span, by folding one mark after the other."""
        words, open_word = [], False
        for at, mark in enumerate(text):
            for part in fold_marks(mark):
                if part == " ":
                    open_word = False
                elif open_word:
                    words[-1][0] += part
                    words[-1][2] = at + 1
                else:
                    words.append([part, at, at + 1])
                    open_word = True
        return words

    def places(self, text, phrases):
        found = set()
        plain = self.words(text)
        unmasked = unmask(text, fold(text))
        for phrase in phrases:
            wanted = fold_phrase(phrase).split(" ")
            for first in range(len(plain) - len(wanted) + 1):
                window = plain[first : first + len(wanted)]
                if [word for word, _, _ in window] == wanted:
                    found.add((window[0][1], window[-1][2]))
            seen = unmasked.words if unmasked else []
            for first in range(len(seen) - len(wanted) + 1):
                window = seen[first : first + len(wanted)]
                if all(spells(form, want) for (form, _, _), want in zip(window, wanted, strict=True)):
                    found.add((window[0][1], window[-1][2]))
        return found

    def near(self, text, left, right, within):
        starts = [start for _, start, _ in self.words(text)]
        sides = [self.places(text, [side] if isinstance(side, str) else side) for side in (left, right)]
        for one, other in (sides, sides[::-1]):
            for _, end in one:
                for start, _ in other:
                    if start >= end and sum(end <= at < start for at in starts) <= within:
                        return True
        return False


def fold_marks(mark):
    """One mark folded: what stands between the outer spaces, with its own spaces where it parts words."""
    from trustdesk.engine.folding import TABLE

    return TABLE[ord(mark)]


def judge(policies, fields, lists, event, answers):
    """(outcome, [(policy, rule)], {(policy, rule, signal)}) of one event."""
    hits, undecided = [], set()
    for at, policy in enumerate(policies):
        for key, place in (("applies_to", "kind"), ("markets", "market"), ("languages", "language")):
            names = policy.get(key) or ["all"]
            if "all" not in names and event["item"].get(place) not in names:
                break
        else:
            for number, rule in enumerate(policy["rules"]):
                reference = Reference(fields, lists, event, answers)
                tree = ast.parse(rule["when"], mode="eval").body
                value = reference.truth(tree)
                verb = rule["then"].split("(")[0]
                if value is True:
                    hits.append(
                        (-RANK.get(verb, 0), -policy.get("gravity", 1), at, number, verb, policy["code"], rule["name"])
                    )
                elif value is UNKNOWN:
                    undecided |= {(policy["code"], rule["name"], name) for name in unknown_in(tree, reference)}
    hits.sort(key=lambda hit: hit[:4])
    outcome = hits[0][4] if hits and hits[0][0] else "approve"
    return outcome, [hit[5:] for hit in hits], undecided


def unknown_in(tree, reference):
    if isinstance(tree, ast.Call) and tree.func.id == "rate":
        if reference.value(tree) is UNKNOWN:
            yield "account" if reference.field("account") is UNKNOWN else "rate"
    elif isinstance(tree, ast.Name | ast.Attribute):
        if reference.field(ast.unparse(tree)) is UNKNOWN:
            yield ast.unparse(tree)
    else:
        for child in [*tree.args, *tree.keywords] if isinstance(tree, ast.Call) else ast.iter_child_nodes(tree):
            yield from unknown_in(child, reference)
