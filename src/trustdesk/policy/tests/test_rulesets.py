"""A whole ruleset checked and compiled: what the engine finds is placed in the file, what it cannot know is found too."""

import pytest

from trustdesk.policy.examples import run_examples
from trustdesk.policy.folders import read_folder, write_folder
from trustdesk.policy.tests import makers
from trustdesk.policy.tests.makers import CONTACT, LABELS, PACK, WEAPONS


def _problems(tmp_path, **parts):
    return [p for p in read_folder(makers.make_folder(tmp_path / "p", **parts)).problems if p.severity == "error"]


def _with(old, new, text=CONTACT):
    assert old in text
    return {"contact.md" if text is CONTACT else "weapons.md": text.replace(old, new, 1)}


class TestCheck:
    @pytest.mark.parametrize(
        ("old", "new", "said", "under"),
        [
            ("item.text) and", "item.txt) and", "did you mean item.text?", "item.txt"),
            ("days(30)", 'days("30")', "days needs a number", '"30"'),
            ("days(30)", "30", "a duration", "30"),
            ('list("contact-words")', 'list("contcat-words")', "contact-words", '"contcat-words"'),
            ("then: reject", "then: rejct", "did you mean reject?", "rejct"),
            ("then: reject", 'then: review(lane="sever")', "no lane named sever; did you mean severe?", "sever"),
            ("then: reject", 'then: review(queue="lstings")', "no queue named lstings", "lstings"),
            ("has_any(item.text", "has_anny(item.text", "did you mean has_any?", "has_anny"),
            ("phones(item.text)", r'matches(item.text, r"(a+)+\1")', "back", None),
            ("phones(item.text)", r'matches(item.text, r"(?<!x)y")', "look", None),
            ("phones(item.text)", 'rate("adds", by=account, per=hours(1)) > 3', "adds", None),
            ("phones(item.text)", "__import__('os').system('ls')", "", None),
            ("phones(item.text)", "(" * 300 + "1" + ")" * 300 + " > 0", "", None),
            ("[fraud.off_platform_payment]", "[fraud.of_platform_payment]", "did you mean fraud.off_platform", "fraud"),
            ("applies_to: [listing]", "applies_to: [listng]", "no kind named listng; did you mean listing?", "listng"),
            ("strikes: 1", "markets: [IDN]", "no market named IDN", "IDN"),
            ("{age: 2 days}", "{agee: 2 days}", "account has no field agee; did you mean age?", None),
            ("rule: phone-number", "rule: phone-nmber", "did you mean phone-number?", None),
        ],
    )
    def test_each_mistake_is_placed_in_the_file(self, tmp_path, old, new, said, under):
        problems = _problems(tmp_path, policies=_with(old, new))
        assert problems
        assert any(said in problem.said for problem in problems), [str(problem) for problem in problems]
        (problem,) = [p for p in problems if said in p.said][:1]
        text = CONTACT.replace(old, new, 1).split("\n")
        assert problem.file == "policies/contact.md"
        assert problem.source == text[problem.line - 1]
        if under:
            assert problem.source[problem.column - 1 :].startswith(under)

    def test_a_constant_of_the_market_can_be_named(self, tmp_path):
        new = "item.price < market.least_rent and not missing(item.price)"
        text = CONTACT.replace("phones(item.text) and account.age < days(30)", new)
        text = text.replace(
            "    account: {age: 2 days}\n    expect: reject", "    price: 400\n    market: NO\n    expect: reject"
        )
        folder = read_folder(makers.make_folder(tmp_path / "p", policies={"contact.md": text}))
        assert folder.errors == ()
        assert all(result.passed for result in run_examples(folder.compiled()))

    def test_two_files_of_one_code_and_orphans(self, tmp_path):
        found = _problems(tmp_path, policies={"copy.md": WEAPONS, "ghost.id.md": makers.CONTACT_ID})
        assert {problem.file: problem.said for problem in found} == {
            "policies/copy.md": "the file of weapons must be called weapons.md",
            "policies/weapons.md": "policies/copy.md has the code weapons too",
            "policies/ghost.id.md": "there is no policy ghost to translate",
        }

    def test_a_file_called_otherwise_than_its_policy(self, tmp_path):
        (problem,) = _problems(tmp_path, policies=_with("code: weapons", "code: arms", WEAPONS))
        assert problem.said == "the file of arms must be called arms.md"

    def test_missing_and_unreadable_files(self, tmp_path, folder):
        assert [p.said for p in read_folder(tmp_path).problems] == ["the file is missing"] * 2
        (folder / "lists" / "weapons.txt").write_bytes(b"\xff\xfe")
        assert any("not UTF-8" in problem.said for problem in read_folder(folder).errors)

    def test_queues_name_families_that_exist_and_never_take_the_same(self, tmp_path):
        problems = _problems(tmp_path, pack=PACK.replace("families: [goods]", "families: [arms]"))
        assert [p.said for p in problems] == [
            f"queue {queue}: no label is of the family arms" for queue in ("escalations", "listings")
        ]
        wide = PACK.replace(", except: {families: [goods]}", "").replace("kinds: [listing]", "markets: [ID]")
        assert [p.said for p in _problems(tmp_path, pack=wide)] == [
            "queues escalations and listings both take: family goods; market ID"
        ]
        assert [p.said for p in _problems(tmp_path, pack=PACK.replace(", fallback: true", ""))] == [
            "queue 3 takes everything; name what it takes, or make it the fallback",
            "queues escalations and unscreened both take: family goods",
            "queues listings and unscreened both take: family not goods; kind listing",
            "queues: one queue must say `fallback: true`, for what no other takes",
        ]

    def test_a_language_without_a_reason_is_a_warning(self, folder):
        warnings = [p for p in read_folder(folder).problems if p.severity == "warning"]
        assert [(p.policy, p.line) for p in warnings] == [("weapons", 10)]
        assert "no reason in id" in warnings[0].said


class TestExamples:
    def test_all_pass_and_each_says_why_not(self, folder):
        compiled = read_folder(folder).compiled()
        results = run_examples(compiled)
        assert [result.passed for result in results] == [True] * 4
        assert results[0].hits == ("contact/phone-number",)

    def test_lookups_answer_for_the_desk(self, tmp_path):
        text = CONTACT.replace("phones(item.text)", 'rate("listings", by=account, per=hours(1)) > 5')
        text = text.replace("    expect: reject\n    rule", "    lookups: {rate: 9}\n    expect: reject\n    rule")
        folder = read_folder(makers.make_folder(tmp_path / "p", policies={"contact.md": text}))
        assert folder.errors == ()
        assert [result.why for result in run_examples(folder.compiled(), ["contact"])] == ["", ""]

    def test_side_effects_and_rules_are_compared(self, tmp_path):
        text = CONTACT.replace("expect: approve", "also: [educate]\n    expect: approve")
        text = text.replace("rule: phone-number", "rule: phone-number\n    also: [warn]")
        folder = read_folder(makers.make_folder(tmp_path / "p", policies={"contact.md": text}))
        results = run_examples(folder.compiled(), ["contact"])
        assert [result.why for result in results] == [
            "expected also warn, which no rule did",
            "expected also educate, which no rule did",
        ]


def test_a_folder_written_is_the_folder_read(folder, tmp_path):
    content = read_folder(folder).content
    names = write_folder(tmp_path / "copy", content)
    assert "policies/contact.id.md" in names
    assert read_folder(tmp_path / "copy").content.hash == content.hash


def test_the_hash_follows_every_part(tmp_path):
    def hash_of(name, **parts):
        return read_folder(makers.make_folder(tmp_path / name, **parts)).content.hash

    seen = [
        hash_of("a"),
        hash_of("b", lists={"weapons": "revolver\n"}),
        hash_of("c", policies=_with("Leave it.", "Let it be.")),
        hash_of("d", policies={"contact.id.md": makers.CONTACT_ID + "\nLagi.\n"}),
        hash_of("e", labels=LABELS.replace('"severity": 2', '"severity": 3')),
        hash_of("f", pack=PACK.replace("5 minutes", "6 minutes")),
    ]
    assert len(set(seen)) == len(seen)
