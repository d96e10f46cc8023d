"""Text of a condition to Python's syntax tree: bounded in size, depth and nodes, only what the language has.

The text is parsed, never evaluated. What passes here is then typed by `checking`.
"""

from __future__ import annotations

import ast
import io
import re
import threading
import tokenize
import warnings

MAX_CHARS, MAX_NODES, MAX_DEPTH = 4_000, 600, 30

ALLOWED = (
    ast.Expression,
    ast.BoolOp,
    ast.And,
    ast.Or,
    ast.UnaryOp,
    ast.Not,
    ast.USub,
    ast.UAdd,
    ast.BinOp,
    ast.Add,
    ast.Sub,
    ast.Mult,
    ast.Div,
    ast.Compare,
    ast.Eq,
    ast.NotEq,
    ast.Lt,
    ast.LtE,
    ast.Gt,
    ast.GtE,
    ast.In,
    ast.NotIn,
    ast.Call,
    ast.keyword,
    ast.Name,
    ast.Load,
    ast.Attribute,
    ast.Constant,
    ast.List,
)
REFUSED: dict[type, str] = {
    ast.Lambda: "lambda is not part of the language",
    ast.IfExp: "if … else is not part of the language: write two rules",
    ast.Subscript: "square brackets after a name are not part of the language: use dotted names",
    ast.Dict: "dictionaries are not part of the language",
    ast.Set: "sets are not part of the language: write a list, [a, b]",
    ast.Tuple: "tuples are not part of the language: write a list, [a, b]",
    ast.ListComp: "loops are not part of the language",
    ast.SetComp: "loops are not part of the language",
    ast.DictComp: "loops are not part of the language",
    ast.GeneratorExp: "loops are not part of the language",
    ast.NamedExpr: "assignment is not part of the language",
    ast.JoinedStr: "f-strings are not part of the language",
    ast.Starred: "* is not part of the language",
    ast.Await: "await is not part of the language",
    ast.Yield: "yield is not part of the language",
    ast.YieldFrom: "yield is not part of the language",
    ast.Is: "use == instead of is, and missing(x) to ask for absence",
    ast.IsNot: "use != instead of is not, and missing(x) to ask for absence",
    ast.Mod: "% is not part of the language",
    ast.Pow: "** is not part of the language",
    ast.FloorDiv: "// is not part of the language",
    ast.MatMult: "@ is not part of the language",
    ast.BitAnd: "use and instead of &",
    ast.BitOr: "use or instead of |",
    ast.BitXor: "^ is not part of the language",
    ast.Invert: "use not instead of ~",
    ast.LShift: "<< is not part of the language",
    ast.RShift: ">> is not part of the language",
}
# catch_warnings swaps a process-wide filter list; two threads checking at once must not cross.
_quiet = threading.Lock()


class Refused(Exception):
    """One part of a condition that cannot stand. Line and column count from 1."""

    def __init__(self, message: str, line: int = 1, column: int = 1, nearest: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.column, self.nearest = message, line, column, nearest


def parse(source: str) -> ast.expr:
    """The tree of one expression; raises `Refused` at the first place that is not in the language."""
    if not isinstance(source, str):
        raise Refused(f"a condition is text, not {type(source).__name__}")
    if not source.strip():
        raise Refused("the condition is empty")
    if len(source) > MAX_CHARS:
        raise Refused(f"the condition has {len(source):,} characters; at most {MAX_CHARS:,} are read")
    bad = re.search(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", source)
    if bad and not _inside_text(source, bad.start(), bad.group()):
        raise Refused(f"invisible character U+{ord(bad.group()):04X}", *_place(source, bad.start()))
    tree = _tree(source)
    _measure(tree, source)
    return tree


def position(node: ast.AST, source: str) -> tuple[int, int]:
    """Line and column of a node, from 1, in code points (Python counts UTF-8 bytes)."""
    line, offset = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    lines = source.split("\n")
    if line > len(lines):
        return len(lines), len(lines[-1]) + 1
    if line == 1 and "\n" in source.rstrip(" \t\n"):
        offset -= 1  # the bracket that lets an expression run over lines
    return line, len(lines[line - 1].encode()[: max(0, offset)].decode(errors="ignore")) + 1


def _tree(source: str) -> ast.expr:
    lines = source.rstrip(" \t\n")
    several = "\n" in lines
    text = f"({lines}\n)" if several else lines.lstrip(" \t")
    shift = 1 if several else -(len(lines) - len(text))
    if several:
        _balanced(lines)
    try:
        with _quiet, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        line = min(error.lineno or 1, lines.count("\n") + 1)
        column = max(1, (error.offset or 1) - (shift if line == 1 else 0))
        raise Refused(f"this is not a condition: {error.msg}", line, column) from None
    except (ValueError, RecursionError, MemoryError, SystemError):  # the last: CPython 3.11 near its stack's end
        raise Refused("the condition cannot be read: it is nested too deeply") from None
    if not several and shift:
        for node in ast.walk(tree):
            if hasattr(node, "col_offset"):
                node.col_offset -= shift
    return tree


def _balanced(source: str) -> None:
    """`a) or (b` must not become an expression by the bracket put around lines."""
    depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(f"({source}\n)").readline):
            if token.type == tokenize.OP and token.string in "([{":
                depth += 1
            elif token.type == tokenize.OP and token.string in ")]}":
                depth -= 1
                if depth == 0 and token.start[0] <= source.count("\n") + 1:
                    raise Refused("this bracket closes nothing", token.start[0], max(1, token.start[1]))
    except (tokenize.TokenError, SyntaxError):
        return  # the parser says it better


def _measure(tree: ast.expr, source: str) -> None:
    """Refuse what is too large, and every kind of node the language does not have."""
    # Operators have no place of their own (and are shared objects): a refused one points at its expression.
    level: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    nodes = 0
    for _ in range(MAX_DEPTH):
        below: list[tuple[ast.AST, ast.AST]] = []
        for node, placed in level:
            nodes += node is placed
            if not isinstance(node, ALLOWED):
                name = type(node).__name__
                said = REFUSED.get(type(node), f"{name} is not part of the language")
                raise Refused(said, *position(placed, source))
            below += [(child, child if hasattr(child, "lineno") else node) for child in ast.iter_child_nodes(node)]
        if nodes > MAX_NODES:
            raise Refused(f"the condition has more than {MAX_NODES} parts: split the rule or use a list")
        if not below:
            return
        level = below
    raise Refused(f"the condition is nested deeper than {MAX_DEPTH} levels", *position(level[0][1], source))


def _place(source: str, index: int) -> tuple[int, int]:
    return source.count("\n", 0, index) + 1, index - (source.rfind("\n", 0, index) + 1) + 1


def _inside_text(source: str, index: int, mark: str) -> bool:
    """Marks such as zero-width joiners may stand in a phrase to look for, controls and surrogates nowhere."""
    if ord(mark) < 0x80 or "\ud800" <= mark <= "\udfff":
        return False
    before = source[:index]
    return before.count('"') % 2 == 1 or before.count("'") % 2 == 1
