"""The catalogs: compiled as written, placeholders kept, and the shell whole in every language."""

import re

import pytest
from django.utils import translation
from django.utils.translation import gettext, ngettext

from tests import messages, refusals

SHELL = ("trustdesk/web/", "trustdesk/console/")


def forms(message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)\w*|<[^>]+>", text))


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_the_compiled_catalog_is_the_written_one(language):
    kept = messages.po_path(language).with_suffix(".mo").read_bytes()
    assert kept == messages.compiled(messages.kept(language)), "run: python -m tests.messages"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_translations_keep_their_placeholders(language):
    wrong = [
        (message.id, said)
        for message in messages.kept(language)
        for said in forms(message)
        if message.id and said and placeholders(said) != placeholders(str(message.id))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_string_of_the_shell_is_translated(language):
    known = messages.kept(language)
    missing = [
        message.id
        for message in messages.gathered()
        if message.id
        and any(where.startswith(SHELL) for where, _line in message.locations)
        and not (known.get(message.id) and all(forms(known.get(message.id))))
    ]
    assert missing == [], "run: python -m tests.messages, then translate"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_every_sentence_of_a_refusal_is_translated(language):
    known = messages.kept(language)
    missing = [said for said in refusals.sentences() if not (known.get(said) and known.get(said).string)]
    assert missing == [], "run: python -m tests.messages, then translate"


def test_what_a_refusal_says_can_be_translated_and_is_for_people():
    assert refusals.untranslatable() == [], "say it with gettext: an f-string cannot be found in a catalog"
    assert [said for said in refusals.sentences() if "`" in said or "details[" in said] == []
    # From a class, from a raise, and from what is put together before it.
    assert {
        "Someone else changed this while you had it open.",
        "Say why, in 3 to 300 characters.",
        "Choose what becomes of the decision.",
    } <= refusals.sentences().keys()


def test_strings_are_gathered_from_python_and_from_templates():
    found = {message.id if isinstance(message.id, str) else message.id[0] for message in messages.gathered()}
    assert {"My work", "Sign in", "%(n)s waiting", "%(name)s can sign in", "Search or do anything"} <= found


def test_indonesian_is_spoken():
    with translation.override("id"):
        assert gettext("My work") == "Pekerjaan saya"
        assert ngettext("%(n)s waiting", "%(n)s waiting", 2) % {"n": 2} == "2 menunggu"
