"""Every sentence the front end can say to an author stands, word for word, in one of these tests."""

import ast
import re
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1]
FRONT = (
    "asking",
    "binding",
    "calls",
    "checking",
    "compiling",
    "layout",
    "patterns",
    "policies",
    "schema",
    "syntax",
    "then",
)
TESTS = [path for path in sorted(Path(__file__).parent.glob("test_*.py")) if path.name != Path(__file__).name]


def texts_of(tree):
    """Pieces of each text in quotes, what is filled in left out; what only explains code is not said to anyone."""
    told_in_code = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(node.body[0], ast.Expr)
    }
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, [part.value for part in node.values if isinstance(part, ast.Constant)]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told_in_code | inner:
            yield node.lineno, node.value.split("{}")


@pytest.fixture(scope="module")
def tested():
    texts = [pieces for path in TESTS for _, pieces in texts_of(ast.parse(path.read_text(encoding="utf-8")))]
    return "\n".join("\0".join(pieces) for pieces in texts).replace("\\", "")


def untested(source, tested):
    """Messages (three words or more) that no test names."""
    for line, pieces in texts_of(ast.parse(source)):
        said = [piece.replace("\\", "") for piece in pieces]
        if max((piece.strip().count(" ") for piece in said), default=0) < 2:
            continue
        if not re.search(".{0,80}?".join(map(re.escape, said)), tested):
            yield line, pieces


@pytest.mark.parametrize("name", FRONT)
def test_every_message_is_tested_word_for_word(name, tested):
    assert list(untested((ENGINE / f"{name}.py").read_text(encoding="utf-8"), tested)) == []


def test_a_message_without_a_test_is_found(tested):
    planted = (
        'def f(x):\n    """Only explains the code."""\n    raise Refused(f"nobody {x} ever tested this sentence")\n'
    )
    assert list(untested(planted, tested)) == [(3, ["nobody ", " ever tested this sentence"])]
    assert list(untested('raise Refused("the condition is empty")', tested)) == []
