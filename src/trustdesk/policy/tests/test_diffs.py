"""What changes, in words a person would use."""

from trustdesk.policy.diffs import between_contents, between_documents, between_lists
from trustdesk.policy.documents import parse
from trustdesk.policy.folders import read_folder
from trustdesk.policy.tests import makers
from trustdesk.policy.tests.makers import CONTACT, CONTACT_ID
from trustdesk.policy.wordlists import parse_list


def _words(new, translations=None):
    return between_documents(parse(CONTACT).document, parse(new, translations=translations or {}).document).words


def test_rules_reasons_clauses_and_examples_in_words():
    assert _words(CONTACT.replace("days(30)", "days(7)")) == ("rule phone-number: condition changed",)
    assert _words(CONTACT.replace("then: reject", "then: review")) == ("rule phone-number: then reject → review",)
    assert _words(CONTACT.replace("strikes: 1", "strikes: 2\ngravity: 4")) == (
        "gravity: that of its labels → 4",
        "strikes: 1 → 2",
    )
    assert _words(CONTACT.replace("Links that open", "Any link that opens")) == ("guideline: clause 1.2 changed",)
    assert _words(CONTACT.replace("keep contact here", "stay here")) == ("reason in en changed",)
    assert _words(CONTACT.replace("Pick-up only", "Collect only")) == ("1 example added, 1 example removed",)
    assert _words(CONTACT, {"id": CONTACT_ID}) == ("translation id added",)


def test_lines_show_what_moved():
    found = between_documents(parse(CONTACT).document, parse(CONTACT.replace("days(30)", "days(7)")).document)
    assert [line.text.strip() for line in found.lines if line.sign in "+-"] == [
        "phones(item.text) and account.age < days(30)",
        "phones(item.text) and account.age < days(7)",
    ]
    assert found.unified().startswith("@@\n")


def test_lists_name_their_words():
    old, new = parse_list("w", "a1\nb1\n")[0], parse_list("w", "# x\nb1\nc1\n")[0]
    assert between_lists(old, new).words == ("1 word added: c1", "1 word removed: a1")
    assert between_lists(old, parse_list("w", "# x\nb1\na1\n")[0]).words == ("only comments or order changed",)


def test_whole_packs(folder, tmp_path):
    old = read_folder(folder).content
    new = read_folder(
        makers.make_folder(
            tmp_path / "new",
            pack=makers.PACK.replace("5 minutes", "6 minutes"),
            policies={"contact.md": CONTACT.replace("days(30)", "days(7)")},
            lists={"toys": "teddy\n"},
        )
    ).content
    assert [(each.kind, each.name, each.change) for each in between_contents(old, new)] == [
        ("policy", "contact", "changed"),
        ("list", "toys", "added"),
        ("settings", "pack.yaml", "changed"),
    ]
    assert between_contents(old, old) == []
