"""What an editor offers is what the checker knows: every name, and nothing that would be refused."""

import pytest

from trustdesk import engine
from trustdesk.engine.calls import SPECIAL
from trustdesk.engine.functions import FUNCTIONS
from trustdesk.engine.signals import LOOKUPS
from trustdesk.policy import folders, queries
from trustdesk.policy.documents import _EXAMPLE_KEYS, _KEYS, _RULE_KEYS
from trustdesk.policy.packs import event_schema, signals_of
from trustdesk.policy.queries.offering import ENGINE_SAYS, words_of


@pytest.fixture
def words(folder):
    return words_of(folders.read_folder(folder).content)


def names(words, where):
    return [word["name"] for word in words[where]]


def test_every_function_of_the_language_is_explained(words):
    told = {word["name"]: word for word in words["functions"]}
    assert told.keys() >= {*SPECIAL, *FUNCTIONS} - {"band"}, "a function without help: add it to offering.WORDS"
    assert all(word.get("help") and word["detail"].startswith(name) for name, word in told.items())


def test_what_the_engine_says_can_be_translated():
    assert {each.doc for each in FUNCTIONS.values()} <= set(ENGINE_SAYS)
    assert {each.doc for each in LOOKUPS} <= set(ENGINE_SAYS)


def test_names_of_this_desk_are_there(words):
    assert "item.deposit" in names(words, "fields"), "a field the platform declared"
    assert "market.least_rent" in names(words, "fields")
    assert words["choices"]["item.condition"] == ["new", "used"]
    assert names(words, "lists") == ["contact-words", "weapons"]
    assert "goods.weapons" in names(words, "labels")
    assert names(words, "lanes") == ["life", "severe", "rest"]
    assert words["arguments"]["rate"]["counter"] == ["items", "listings", "messages"]


def test_keys_are_those_of_the_reader(words):
    assert names(words, "policy_keys") == list(_KEYS)
    assert names(words, "rule_keys") == list(_RULE_KEYS)
    assert set(names(words, "example_keys")) | {"body"} == set(_EXAMPLE_KEYS)


def test_what_is_inserted_for_a_function_can_be_read(words, folder):
    content = folders.read_folder(folder).content
    fill = {"has_any": "weapons", "near": "weapons", "count": "weapons", "list": "weapons", "time": "2026-11-22"}
    for word in words["functions"]:
        name = word["name"]
        if name in {"list", "money", "in_bank", "score", "band"}:
            continue  # parts of an expression, or names that the desk must have first
        written = word["insert"].replace(
            "|",
            fill.get(
                name,
                "1"
                if name in {"days", "hours", "minutes", "abs", "min", "max"}
                else "x"
                if '"|"' in word["insert"]
                else "item.price"
                if name == "missing"
                else "",
            ),
        )
        written = (
            written.replace('"", within', '"x", within')
            .replace("default(,", "default(account.verified,")
            .replace('r""', 'r"x"')
        )
        kind = {"min": "min(1, 2)", "max": "max(1, 2)", "time": f"now > {written}"}.get(name, written)
        if name in {"days", "hours", "minutes"}:
            kind = f"account.age > {written}"
        found = []
        for condition in (kind, f"{kind} > 1", f'{kind} == "x"'):
            policy = {"code": "a", "rules": [{"name": "r", "when": condition, "then": "flag"}]}
            lists = {each: words.phrases for each, words in content.lists.items()}
            found.append(engine.check([policy], event_schema(content.pack), lists, signals=signals_of(content.pack)))
        assert any(not [p for p in each if p.severity == "error"] for each in found), (kind, found)


@pytest.mark.usefixtures("desk")
def test_of_the_desk_in_force():
    told = queries.vocabulary()
    assert told["ruleset"] == queries.newest().hash
    assert {"fields", "functions", "lists"} <= told.keys()
