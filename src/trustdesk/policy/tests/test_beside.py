"""The quick check says what the thorough one says, and compiles one policy only."""

from dataclasses import replace

import pytest
from django.conf import settings

from trustdesk.policy import beside, folders, rulesets
from trustdesk.policy.beside import Others
from trustdesk.policy.documents import parse
from trustdesk.policy.examples import run_examples
from trustdesk.policy.rulesets import Entry, compile_content
from trustdesk.policy.tests.makers import CONTACT


@pytest.fixture(scope="module")
def classifieds():
    content = folders.read_folder(settings.PACK).content
    assert content is not None
    return content


def told(results):
    return [(each.policy, each.position, each.outcome, sorted(each.hits), each.passed) for each in results]


def test_policy_by_policy_it_agrees_with_all_together(classifieds):
    whole = run_examples(compile_content(classifieds))
    for entry in classifieds.policies:
        others = Others(classifieds, entry.code)
        alone = others.examples(others.with_policy(entry), entry)
        assert told(alone) == told([each for each in whole if each.policy == entry.code])


def test_the_others_are_compiled_and_asked_once(folder, monkeypatch):
    content = folders.read_folder(folder).content
    entry = next(each for each in content.policies if each.code == "contact")
    others = Others(content, "contact")
    compiled = []
    monkeypatch.setattr(
        beside, "compile_content", lambda each, **how: compiled.append(each) or rulesets.compile_content(each, **how)
    )
    first = others.examples(others.with_policy(entry), entry)
    asked = []
    monkeypatch.setattr(
        beside, "judge", lambda plan, events, lookups: asked.append(len(events)) or [None] * len(events)
    )
    others._verdicts([], [])
    calmer = replace(entry, document=parse(CONTACT.replace("days(30)", "days(1)")).document)
    others.with_policy(calmer)
    assert asked == []
    assert [len(each.policies) for each in compiled] == [1, 1]
    assert len(others._kept) == len(first) == 2


def test_a_graver_hit_of_another_policy_still_decides(folder):
    content = folders.read_folder(folder).content
    text = CONTACT.replace("expect: approve", "expect: review").replace("Pick-up only", "Old revolver")
    entry = Entry(parse(text).document, 2)
    others = Others(content, "contact")
    results = others.examples(others.with_policy(entry), entry)
    assert [each.outcome for each in results] == ["reject", "review"]
    assert results[1].hits == ("weapons/named",)


def test_a_pack_of_one_policy(folder):
    content = folders.read_folder(folder).content
    content = replace(content, policies=tuple(each for each in content.policies if each.code == "contact"))
    others = Others(content, "contact")
    assert all(each.passed for each in others.examples(others.with_policy(content.policies[0]), content.policies[0]))
