"""Reading documents: every mistake is told with its place, nothing an author writes breaks the reader."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trustdesk.policy import yamltext
from trustdesk.policy.documents import parse, parse_translation
from trustdesk.policy.labels import parse_labels
from trustdesk.policy.packs import parse_pack
from trustdesk.policy.reading import duration
from trustdesk.policy.second_looks import ReviewTerms, together
from trustdesk.policy.tests.makers import CONTACT, CONTACT_ID, LABELS, PACK, WEAPONS
from trustdesk.policy.variables import fill
from trustdesk.policy.wordlists import parse_list


def _only(text, **more):
    parsed = parse(text, file="contact.md", **more)
    (problem,) = parsed.problems
    assert problem.line >= 1
    assert problem.column >= 1
    assert problem.source == text.replace("\r\n", "\n").split("\n")[problem.line - 1]
    return problem


class TestFields:
    def test_a_whole_document(self):
        document = parse(CONTACT, file="contact.md", translations={"id": CONTACT_ID}).document
        assert (document.code, document.gravity, document.strikes, document.ground) == ("contact", None, 1, "terms")
        assert document.examples[0].account == {"age": 172_800.0}
        assert document.titles() == {"en": "Contact details in listings", "id": "Kontak pribadi di iklan"}
        assert document.reasons().keys() == {"en", "id"}

    def test_how_people_judge(self):
        block = (
            "strikes: 1\nreview: {double: all, blind: [account, verdict], second_sees: [account], third_told: false}"
        )
        document = parse(CONTACT.replace("strikes: 1", block)).document
        terms = ReviewTerms(1.0, frozenset({"account", "verdict"}), frozenset({"account"}), third_told=False)
        assert document.review == terms
        assert terms.words() == "double 1; golden 0; blind account, verdict; second sees account; third blind"
        assert parse(CONTACT).document.review == ReviewTerms()
        # The strictest of each, where several have a word: what one keeps from the second, nobody shows them.
        strict = ReviewTerms(0.1, frozenset({"account", "price"}), golden=0.02)
        both = together([terms, strict])
        assert (both.double, both.golden, both.third_told) == (1.0, 0.02, False)
        assert (both.blind, both.second_sees) == ({"account", "verdict", "price"}, frozenset())

    def test_crlf_and_a_byte_order_mark_change_nothing(self):
        other = parse("\ufeff" + CONTACT.replace("\n", "\r\n")).document
        assert other.sha256 == parse(CONTACT).document.sha256

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("strikes: 1", "stirkes: 1", "the front matter has no key 'stirkes'; did you mean strikes?"),
            ("strikes: 1", "strikes: many", "strikes: must be a whole number from 0 to 10"),
            ("strikes: 1", "strikes: true", "strikes: must be a whole number from 0 to 10"),
            ("strikes: 1", "strikes: 1\ngravity: 6", "gravity: must be a whole number from 1 to 5"),
            ("strikes: 1", "ground: law", "ground: law needs legal_ground, the law in words"),
            ("strikes: 1", "ground: laww", "ground: 'laww' is none of law, order, terms; did you mean law?"),
            ("title: Contact details in listings\n", "", "the front matter needs title"),
            ("code: contact", "code: Contact!", "code: use small letters, digits and single hyphens"),
            ("expect: approve", "expect: aprove", "'aprove' is none of approve, hold, limit, reject, review"),
            ("{age: 2 days}", "{age: soon}", "age 'soon' is not a duration such as `2 days`"),
            ("{matched}. Please", "{macthed}. Please", "no variable {macthed}; there are {kind}, {matched}, {title}"),
            ("{matched}. Please", "{. Please", "a brace stands alone"),
            ('clause: "1.1"', 'clause: "1.9"', "the body has no heading 1.9; it has 1, 1.1, 1.2, 2"),
            ('clause: "1.1"', "clause: [1]", "clause: must be one value"),
            ("strikes: 1", "review: {double: 2}", "double: must be all, or a share of reviews from 0 to 1"),
            ("strikes: 1", "review: {dobule: 1}", "review has no key 'dobule'; did you mean double?"),
            ("strikes: 1", "review: {blind: [acount]}", "blind: no part to hide 'acount'; did you mean account?"),
            ("strikes: 1", "review: {second_sees: [price]}", "price is not in blind, so everyone sees it"),
            ("strikes: 1", "review: {golden: 0.5}", "golden: at most 0.2 of all reviews may be golden items"),
            ("strikes: 1", "review: {golden_told: perhaps}", "golden_told: must be true or false"),
            ("### 1.2 Chat", "### 1.1 Chat", "the heading 1.1 is there twice"),
            ("labels: [fraud.off_platform_payment]", "labels: []", "labels: must not be empty"),
            ("labels: [fraud.off_platform_payment]", "labels: [a.b, a.b]", "labels: a.b is given twice"),
            ("strikes: 1", "strikes: 1\nstrikes: 2", "strikes is given twice"),
            ("  - name: phone-number", "  - nmae: x\n    name: phone-number", "rule 1 has no key 'nmae'"),
        ],
    )
    def test_a_mistake_is_named_and_placed(self, old, new, said):
        problem = _only(CONTACT.replace(old, new, 1))
        assert said in problem.said
        assert str(problem).splitlines()[-1].strip() == "^"

    def test_two_rules_of_one_name(self):
        block = CONTACT[CONTACT.index("  - name") : CONTACT.index("examples:")]
        assert "two rules called phone-number" in _only(CONTACT.replace(block, block * 2)).said

    def test_a_translation_of_something_else(self):
        wrong = CONTACT_ID.replace("translation_of: contact", "translation_of: weapons")
        assert "says weapons, but belongs to contact" in parse(CONTACT, translations={"id": wrong}).problems[0].said
        assert "but the file is for nl" in parse_translation(CONTACT_ID, of="contact", language="nl")[1][0].said

    def test_the_word_no_is_not_false(self):
        assert parse(CONTACT.replace("strikes: 1", "markets: [NO, ID]")).document.markets == ("NO", "ID")


class TestBadInput:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "front matter is missing"),
            ("## 1 Words\n", "front matter is missing"),
            ("---\ncode: x\n", "front matter does not end"),
            ("---\n---\n", "needs code"),
            ("---\n- a\n- b\n---\n", "must be `key: value` lines"),
            ("---\ncode: [\n---\nbody", "cannot be read"),
            ("---\ncode: a\tb: {\n---\nbody", "cannot be read"),
            ("---\n!!python/object/apply:os.system [ls]\n---\nx", "tags"),
            ("---\na: &a [x]\nb: *a\n---\nx", "anchors and aliases"),
            ("---\n" + "[" * 60 + "]" * 60 + "\n---\nx", "nested deeper"),
            ("---\na: [" + "1," * 30_000 + "]\n---\nx", "more than 20,000 values"),
            (CONTACT + "x" * 500_000, "longer than 400,000 characters"),
            (CONTACT.replace("Sofa", "So\0fa"), "U+0000 is not allowed"),
            (CONTACT.replace("Sofa", "So\ud800fa"), "U+D800 is not allowed"),
            (CONTACT.replace("Sofa", "So\x1bfa"), "U+001B is not allowed"),
        ],
    )
    def test_is_refused_with_a_reason(self, text, said):
        problems = parse(text).problems
        assert any(said in problem.said for problem in problems), problems
        assert all(len(str(problem)) < 10_000 for problem in problems)

    def test_a_bomb_of_aliases_is_refused_before_it_grows(self):
        rows = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'lol'}]" for n in range(9))
        assert "anchors" in parse(f"---\n{rows}\n---\nx").problems[0].said

    @given(st.text(max_size=300))
    @example("---\n? [a]\n: b\n---\n")
    @example("---\n? {a: b}\n: b\n---\n")
    @example("---\n\u2028: x\n---\n")
    @example('---\ncode: "\\x"\n---\n')
    @example("---\n%YAML 9.9\n---\n---\n")
    def test_nothing_breaks_the_reader(self, text):
        for each in (text, f"---\n{text}\n---\nbody", CONTACT.replace("strikes: 1", f"title: {text}")):
            parsed = parse(each, translations={"id": text})
            for problem in parsed.problems:
                str(problem)

    @given(st.text(max_size=200))
    def test_nor_the_readers_of_lists_labels_and_packs(self, text):
        parse_list("words", text)
        parse_labels(text)
        parse_pack(text)
        parse_pack(PACK.replace("version: 0.1", f"version: {text}"))
        parse_labels(LABELS.replace('"fraud"', repr(text)))


class TestPlaces:
    """Every character of a condition is found again in the file, however YAML writes it."""

    @pytest.mark.parametrize(
        "written",
        [
            "when: has(item.text, 'toy') and 1 < 2",
            "when: >-\n  has(item.text, 'toy')\n  and 1 < 2",
            "when: >\n    has(item.text, 'toy')\n\n    and 1 < 2\n",
            "when: |\n  has(item.text, 'toy')\n    and 1 < 2",
            'when: "has(item.text, \\"toy\\") \\u0061nd 1 < 2"',
            "when: 'has(item.text, ''toy'') and 1 < 2'",
            "when: \"has(item.text,\n  'toy') \\\n  and 1 < 2\"",
            "when: has(item.text, 'toy')\n  and 1 < 2",
            "when: >-  # why\n  has(item.text, 'toy') and 1 < 2",
            "ü😀: x\nwhen: has(item.text, '😀') and 1 < 2",
        ],
    )
    def test_offsets(self, written):
        root = yamltext.read(written)
        scalar = root.entries["when"][1]
        places = yamltext.offsets(scalar, written)
        assert len(places) == len(scalar.text) + 1
        assert places == sorted(places)
        for at, char in enumerate(scalar.text):
            if not char.isspace() and written[places[at]] != "\\":
                assert written[places[at]] == char, (at, char, written[places[at] :])

    @given(st.lists(st.text("abc ()\"'\\,ü😀", min_size=1, max_size=12), min_size=1, max_size=4))
    def test_literal_blocks_keep_every_place(self, lines):
        lines = [f"x{line}".rstrip() for line in lines]
        written = "when: |\n" + "".join(f"    {line}\n" for line in lines)
        scalar = yamltext.read(written).entries["when"][1]
        places = yamltext.offsets(scalar, written)
        assert [written[places[at]] for at, char in enumerate(scalar.text) if not char.isspace()] == [
            char for char in scalar.text if not char.isspace()
        ]


class TestLists:
    def test_languages_and_comments(self):
        parsed, problems = parse_list("w", "# About.\nfoo\n\n# lang: id\nbar baz  \n# more\nqux\n")
        assert [(entry.text, entry.language) for entry in parsed.entries] == [
            ("foo", ""),
            ("bar baz", "id"),
            ("qux", "id"),
        ]
        assert (parsed.intro, parsed.languages, problems) == ("About.", ("id",), ())

    def test_what_is_wrong_is_placed(self):
        _, problems = parse_list("w", "foo\nFOO\n...\n" + "y" * 300 + "\n")
        assert [(problem.line, problem.severity) for problem in problems] == [
            (2, "warning"),
            (3, "error"),
            (4, "error"),
        ]
        assert parse_list("Bad Name", "x")[1][0].severity == "error"
        assert "U+0000" in parse_list("w", "a\0")[1][0].said


class TestPack:
    def test_the_small_pack_is_right(self):
        pack, problems = parse_pack(PACK)
        assert problems == ()
        assert pack.kinds["listing"].patience == 900
        assert pack.markets["NO"].currency == "NOK"

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("Asia/Jakarta", "Asia/Jakrta", "there is no time zone 'Asia/Jakrta'"),
            ("publish: before", "publish: bevore", "did you mean before?"),
            ("patience: 15 minutes", "patience: a while", "must be a duration"),
            ("kinds: [listing, message]", "kinds: [listnig]", "did you mean listing?"),
            ("type: [new", "type: {new", "cannot be read"),
            ("{type: number, minimum: 0}", "{type: nmber}", "not a JSON Schema"),
            ("least_rent: 300000", "least-rent: 300000", "a rule cannot name it"),
            ("lanes: {life: 0, severe: 3, rest: 5}", "lanes: {}", "the pack needs lanes"),
        ],
    )
    def test_what_is_wrong_is_named(self, old, new, said):
        if old not in PACK:
            old, new = "enum: [new, used]", "enum: {new, used"
        _, problems = parse_pack(PACK.replace(old, new, 1))
        assert any(said in problem.said for problem in problems), problems

    def test_labels_need_codes_and_severities(self):
        assert "severity must be" in parse_labels(LABELS.replace('"severity": 2', '"severity": 9'))[1][0].said
        assert "not JSON" in parse_labels("{")[1][0].said
        assert "must be an object" in parse_labels("[]")[1][0].said


def test_durations_and_reasons():
    assert [duration(text) for text in ("2 days", "1 year", "1.5 hours", "soon", "2 fortnights")] == [
        172_800.0,
        31_536_000.0,
        5400.0,
        None,
        None,
    ]
    assert fill("{kind} shows {matched}", {"kind": "ad", "matched": "x"}) == "Ad shows x"
    assert parse(WEAPONS).document.reason == {"en": "Your {kind} offers a weapon ({matched})."}
