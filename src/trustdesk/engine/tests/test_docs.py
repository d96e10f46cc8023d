"""docs/language.md says nothing that is not so: every example is run."""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from trustdesk.engine import BAND, CLUSTER_SIZE, IN_BANK, LINKED_ACCOUNTS, SCORE, check
from trustdesk.engine import compile as compile_rules

from .makers import SCHEMA, found, policy

DOCS = Path(__file__).parents[4] / "docs"
PAGE = (DOCS / "language.md").read_text(encoding="utf-8")
LISTS = {"weapons": ["air rifle", "pistol"]}
BY_MARKET = {"market": {"type": "object", "properties": {"least_rent": {"type": "number"}}}}
DECLARED = {
    "constants": {"limits.dear": 100, "limits.young": timedelta(days=7), "names.rivals": ["acme", "globex"]},
    "signals": [
        SCORE.knowing(label=["hate", "spam"]),
        BAND.knowing(label=["hate", "spam"]),
        IN_BANK.knowing(bank=["known-scams"]),
        CLUSTER_SIZE,
        LINKED_ACCOUNTS.knowing(by=["email", "phone"]),
    ],
}
# What each kind of example may name: a schema, and what else is declared.
KINDS = {
    "condition": (SCHEMA, {}),
    "condition declared": ({**SCHEMA, "properties": {**SCHEMA["properties"], **BY_MARKET}}, DECLARED),
}


def blocks(language, page=PAGE):
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


(EVENT,) = map(json.loads, blocks("json"))
EXAMPLES = [(line, kind) for kind in KINDS for block in blocks(kind) for line in block.splitlines() if line.strip()]


def comes_to(condition, schema, **known):
    rules = policy((condition, "flag"), (f"missing({condition})", "flag"))
    verdict = compile_rules([rules], schema, LISTS, **known).run([{**EVENT, "market": {"least_rent": 30}}])[0]
    if verdict.undecided:
        return "unknown"
    return {"rule-1": "true", "rule-2": "missing"}[verdict.hits[0].rule] if verdict.hits else "false"


@pytest.mark.parametrize(("line", "kind"), EXAMPLES)
def test_examples(line, kind):
    condition, _, said = (part.strip() for part in line.rpartition("  # "))
    schema, known = KINDS[kind]
    if said.startswith("error: "):
        (problem,) = check([policy((condition, "flag"))], schema, LISTS, **known)
        assert problem.said == said.removeprefix("error: ")
    else:
        assert comes_to(condition, schema, **known) == said


def test_there_is_no_example_that_is_not_run():
    run = [*KINDS, "json", "text", "python"]
    fences = re.findall(r"^```(.*)$", PAGE, re.MULTILINE)
    assert [fence for fence in fences if fence and fence not in run] == []
    assert len(fences) == 2 * sum(len(blocks(kind)) for kind in run)


def test_there_are_examples_of_every_function():
    from trustdesk.engine.calls import SPECIAL
    from trustdesk.engine.functions import FUNCTIONS

    for name in [*SPECIAL, *FUNCTIONS, "rate", "seen", "score", "band", "in_bank", "cluster_size", "linked_accounts"]:
        assert f"{name}(" in PAGE, name


@pytest.mark.parametrize("text", re.findall(r"`([^`]+)`", PAGE.split("| written | how |")[1].split("And these")[0]))
def test_disguises(text):
    assert found('has(item.text, "weapon")', f"one {text} here") == [text]


def test_what_is_no_disguise():
    for text in ("weapons", "weaponry", "bioweapon"):
        assert found('has(item.text, "weapon")', text) == []


def test_messages():
    told = []
    for condition in ('not (item.category == "toys")', 'item.prize > 5 and has(item.text, list("wepons"))'):
        rule = {"name": "other", "when": condition, "then": "flag"}
        problems = check([{"code": "toys", "file": "policies/toys.md", "rules": [rule]}], SCHEMA, LISTS)
        told.append("".join(f"{problem}\n" for problem in problems))
    assert blocks("text") == told


def test_the_python_examples(capsys):
    for source in blocks("python"):
        exec(compile(source, "docs/language.md", "exec"), {"schema": SCHEMA, "event": EVENT})
    assert "weapons / named" in capsys.readouterr().out


# No Django to be found, no settings named: as on the machine of someone who wants the engine alone.
ALONE = """
import sys


class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"django", "psycopg", "httpx", "procrastinate", "ninja"}:
            raise ImportError(f"{name} is blocked")


sys.meta_path.insert(0, Blocked())
"""


def test_the_engine_page_runs_without_django():
    page = (DOCS / "engine.md").read_text(encoding="utf-8")
    sources = blocks("python", page)
    assert page.count("```") == 2 * len(sources)
    told = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    source = ALONE + "\n".join(sources) + "\nprint(sorted(name for name in sys.modules if name.startswith('django')))"
    command = [sys.executable, "-I", "-c", source]
    ran = subprocess.run(command, env=told, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stdout.strip()) == (0, "[]"), ran.stderr
    assert len(sources[0].strip().split("\n")) <= 11  # the engine in ten lines


def test_the_examples_of_the_page_on_entities():
    (source,) = blocks("python", (DOCS / "entities.md").read_text(encoding="utf-8"))
    exec(compile(source, "docs/entities.md", "exec"), {})
