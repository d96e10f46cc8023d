"""`policy format` touches conditions and actions, and not one other character."""

import pytest

from trustdesk.config.cli import main
from trustdesk.policy.documents import parse
from trustdesk.policy.formatting import formatted

LONG = 'has_any(item.text, list("weapons"), ["a long phrase", "another one"]) and account.age < days(30) or phones(item.text)'
DOCUMENT = """---
code: weapons   # not to be touched
title:   "Weapons"
labels: [goods.weapon]
applies_to:
   - ad
reason: Not here.
rules:
  - name: plain
    when: item.price>5   # dear
    then: reject
  - {name: flow, when: "item.price>6", then: 'review( lane = "severe" )'}
  - name: quoted
    when: 'has( item.text, "it''s" )'
    then: hold( until = days( 3 ) )
  - name: folded
    when: >-
      item.price>7
      and   item.media>1
    then: reject
    # a comment behind
  - name: literal
    when: |
      item.price>8 # why
      and item.media>2

    then: reject
  - name: long
    when: LONG
    then: reject
  - name: broken
    when: item.price > > 9
    then: reject
---
## 1 Body
when: item.price>5   stays
"""


def test_only_conditions_and_actions_change():
    made = formatted(DOCUMENT.replace("LONG", LONG))
    assert made.text == (
        DOCUMENT.replace("item.price>5   #", "item.price > 5   #")
        .replace(
            '"item.price>6", then: \'review( lane = "severe" )\'', '"item.price > 6", then: \'review(lane="severe")\''
        )
        .replace("has( item.text, \"it''s\" )", "has(item.text, \"it''s\")")
        .replace("hold( until = days( 3 ) )", "hold(until=days(3))")
        .replace("      item.price>7\n      and   item.media>1", "      item.price > 7 and item.media > 1")
        .replace(
            "      item.price>8 # why\n      and item.media>2\n",
            "      # why\n      item.price > 8\n      and item.media > 2\n",
        )
        .replace(
            "when: LONG",
            'when: >-\n      has_any(item.text, list("weapons"), ["a long phrase", "another one"]) and account.age < days(30)\n'
            "      or phones(item.text)",
        )
    )
    assert made.changed == 8
    assert made.left == ("rule broken: when: this is not a condition: invalid syntax",)
    again = formatted(made.text)
    assert (again.text, again.changed) == (made.text, 0)


def test_line_ends_and_the_mark_of_the_file_stay():
    crlf = "\ufeff" + DOCUMENT.replace("LONG", "True").replace("\n", "\r\n")
    made = formatted(crlf)
    assert made.text.count("\r\n") == made.text.count("\n")
    assert made.text.replace("\r\n", "\n").removeprefix("\ufeff") == formatted(DOCUMENT.replace("LONG", "True")).text
    mixed = DOCUMENT.replace("\n", "\r\n", 3)
    assert formatted(mixed).text == mixed
    assert formatted(mixed).left == ("line ends are mixed",)


@pytest.mark.parametrize(
    "text", ["", "no front matter", "---\n[1\n---\n", "---\nrules: 3\n---\n", "---\nrules: [3, {when: [1]}]\n---\n"]
)
def test_what_is_no_policy_stays(text):
    assert formatted(text).text == text


def test_a_text_that_plain_yaml_would_misread_is_quoted():
    source = '---\nrules:\n  - name: a\n    when: "item.kind==\'a: b\'"\n    then: "reject"\n---\n'
    assert "when: \"item.kind == 'a: b'\"" in formatted(source).text
    bracket = "---\nrules:\n  - name: a\n    when: (item.used)and  item.price > 1\n    then: reject\n---\n"
    assert "when: (item.used) and item.price > 1\n" in formatted(bracket).text


def test_the_command(tmp_path, capsys):
    folder = tmp_path / "pack" / "policies"
    folder.mkdir(parents=True)
    file = folder / "weapons.md"
    file.write_text(DOCUMENT.replace("LONG", "True").replace("> > 9", "> 9"), encoding="utf-8")
    (folder / "weapons.id.md").write_text(
        "---\ntranslation_of: weapons\nlanguage: id\ntitle: Senjata\n---\nx\n", encoding="utf-8"
    )
    before = file.read_text(encoding="utf-8")
    assert main(["policy", "format", str(tmp_path / "pack"), "--check"]) == 1
    assert f"would change {file}" in capsys.readouterr().out
    assert file.read_text(encoding="utf-8") == before
    assert main(["policy", "format", str(file)]) == 0
    assert f"changed {file}" in capsys.readouterr().out
    after = file.read_text(encoding="utf-8")
    assert after != before
    old, new = parse(before).document, parse(after).document
    assert [rule.name for rule in old.rules] == [rule.name for rule in new.rules]
    assert main(["policy", "format", str(tmp_path / "pack"), "--check"]) == 0
    assert main(["policy", "format", str(tmp_path / "nothing")]) == 1
