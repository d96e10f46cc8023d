"""What the register takes: our answer against a stand-in's, and both against the register's own schema."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.config.cli import main
from trustdesk.register import rules, scan, schema
from trustdesk.register.tests import standin

GOOD = {
    "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
    "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_ground": "Payment outside the platform, version 5, clause 1.2",
    "incompatible_content_explanation": "The thing asks buyers for a deposit before they have seen it.",
    "content_type": ["CONTENT_TYPE_PRODUCT"],
    "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "category_specification": ["KEYWORD_INAUTHENTIC_LISTINGS"],
    "content_date": "2026-03-01",
    "application_date": "2026-03-10",
    "decision_facts": "Found by software; a person decided.",
    "source_type": "SOURCE_VOLUNTARY",
    "automated_detection": "Yes",
    "automated_decision": "AUTOMATED_DECISION_PARTIALLY",
    "territorial_scope": ["DE", "GR"],
    "puid": "0190-abc_1",
}
ILLEGAL = {
    **{name: value for name, value in GOOD.items() if not name.startswith("incompatible")},
    "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
    "illegal_content_legal_ground": "Article 16 of an act",
    "illegal_content_explanation": "The act forbids it.",
}


def test_a_good_statement_is_taken_and_put_in_order():
    told = rules.check(
        GOOD
        | {
            "content_type": ["CONTENT_TYPE_TEXT", "CONTENT_TYPE_PRODUCT", "CONTENT_TYPE_TEXT"],
            "category_addition": ["STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "STATEMENT_CATEGORY_VIOLENCE"],
            "territorial_scope": ["SE", "DE", "SE"],
            "illegal_content_legal_ground": "x" * 9000,
            "source_identity": "Somebody",
            "content_type_other": "a thing",
            "nonsense": 1,
        }
    )
    assert told.accepted, told.errors
    assert told.normalised == GOOD | {
        "content_type": ["CONTENT_TYPE_PRODUCT", "CONTENT_TYPE_TEXT"],
        "category_addition": ["STATEMENT_CATEGORY_VIOLENCE"],
        "territorial_scope": ["DE", "SE"],
    }
    assert rules.check(ILLEGAL).accepted
    assert rules.stricter(GOOD) == {}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({name: None}, {name})
        for name in schema.REQUIRED
        if name != "decision_ground"
    ]
    + [
        ({"decision_ground": " "}, {"decision_ground"}),
        ({"decision_visibility": []}, set(schema.ONE_OF)),
        ({"decision_visibility": [], "decision_account": "DECISION_ACCOUNT_SUSPENDED"}, set()),
        ({"decision_visibility": "DECISION_VISIBILITY_CONTENT_REMOVED"}, {"decision_visibility"}),
        ({"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}, {"decision_visibility_other"}),
        ({"decision_monetary": "DECISION_MONETARY_OTHER"}, {"decision_monetary_other"}),
        ({"content_type": ["CONTENT_TYPE_OTHER"]}, {"content_type_other"}),
        ({"decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT"}, {"illegal_content_legal_ground", "illegal_content_explanation"}),
        ({"incompatible_content_ground": "x" * 501}, {"incompatible_content_ground"}),
        ({"decision_facts": "😀" * 5000}, set()),
        ({"decision_facts": "x" * 5001}, {"decision_facts"}),
        ({"territorial_scope": ["DE", "EL"]}, {"territorial_scope"}),
        ({"territorial_scope": ["UK"]}, {"territorial_scope"}),
        ({"territorial_scope": None}, set()),
        ({"content_date": "2026-02-30"}, {"content_date"}),
        ({"content_date": "1999-12-31"}, {"content_date"}),
        ({"content_date": "2000-01-01"}, set()),
        ({"application_date": "2026-3-1"}, {"application_date"}),
        ({"application_date": "2038-01-02"}, {"application_date"}),
        ({"application_date": "2026-03-10T10:00:00"}, {"application_date"}),
        ({"end_date_visibility_restriction": "2038-01-01"}, set()),
        ({"end_date_visibility_restriction": "2001-01-01"}, set()),
        ({"end_date_account_restriction": "2038-01-02"}, {"end_date_account_restriction"}),
        ({"category": "STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS"}, {"category"}),
        ({"category_specification": ["KEYWORD_DANGEROUS_TOYS"]}, {"category_specification"}),
        ({"category_specification": ["KEYWORD_PHISHING", ["KEYWORD_PHISHING"]]}, {"category_specification"}),
        ({"automated_decision": "Yes"}, {"automated_decision"}),
        ({"automated_detection": True}, {"automated_detection"}),
        ({"content_language": "EL"}, set()),
        ({"content_language": "el"}, {"content_language"}),
        ({"puid": "a b"}, {"puid"}),
        ({"puid": "ab\n"}, {"puid"}),
        ({"content_id": {"EAN-13": "4006381333931"}}, set()),
        ({"content_id": {"EAN-13": "400638133393"}}, {"content_id"}),
        ({"source_identity": "x" * 501, "source_type": "SOURCE_ARTICLE_16"}, {"source_identity"}),
    ],
)  # fmt: skip
def test_each_field_is_answered_for_as_the_register_does(change, fields):
    payload = GOOD | change
    assert set(rules.check(payload).errors) == fields
    assert standin.refuses(standin.facts(), payload) == fields


def test_what_was_renamed_and_greece_are_told_by_their_new_names():
    told = rules.check(GOOD | {"category": "STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS"}).errors["category"]
    assert "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS" in told[0]
    assert "Greece is GR" in rules.check(GOOD | {"territorial_scope": ["EL"]}).errors["territorial_scope"][0]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"end_date_visibility_restriction": "2026-03-09"}, "end_date_visibility_restriction"),
        ({"end_date_account_restriction": "2026-04-09"}, "end_date_account_restriction"),
        ({"content_date": "2026-03-11"}, "content_date"),
        ({"territorial_scope": []}, "territorial_scope"),
        ({"category_specification": ["KEYWORD_NUDITY"]}, "category_specification"),
        ({"category_specification": ["KEYWORD_OTHER"]}, "category_specification_other"),
        ({"source_identity": "Budi"}, "source_identity"),
        ({"source_type": "SOURCE_ARTICLE_16", "source_identity": "Budi"}, "source_identity"),
        ({"illegal_content_legal_ground": "an act"}, "illegal_content_legal_ground"),
        ({"category_addition": ["STATEMENT_CATEGORY_SCAMS_AND_FRAUD"]}, "category_addition"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_we_refuse_more_than_the_register(change, field):
    payload = GOOD | change
    assert rules.check(payload).accepted
    assert set(rules.stricter(payload)) == {field}


def test_personal_data_is_found_in_free_text_and_taken_out_of_ours():
    said = "Ask Budi Santoso (+62 812 0000 1234, budi@mail.example.com) about it."
    assert set(scan.personal(GOOD | {"decision_facts": said})) == {"decision_facts"}
    assert "budi" not in str(scan.personal({"decision_facts": said})).lower(), "a refusal never repeats it"
    clean = scan.scanned(said, names=["Budi Santoso"])
    assert clean == "Ask [name] ([phone], [email]) about it."
    assert scan.personal({"decision_facts": clean}) == {}


_VALUES = st.one_of(
    st.none(),
    st.sampled_from(["", "EL", "Yes", "2026-02-29", "2028-02-29", "x" * 501, "x" * 2001, "x" * 5001]),
    st.sampled_from([value for values in schema.ENUMS.values() for value in values]),
    st.lists(st.sampled_from([value for values in schema.ENUMS.values() for value in values]), max_size=3),
)
_NAMES = st.sampled_from(sorted({*schema.ENUMS, *schema.LONGEST, *schema.DATES}))


@given(base=st.sampled_from([GOOD, ILLEGAL]), changes=st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_we_and_the_stand_in_agree_about_any_payload(base, changes):
    payload = base | changes
    told = rules.check(payload)
    # Both name the same fields, but for text where a list stands: the register counts its members.
    apart = {name for name, value in changes.items() if isinstance(value, list) and name not in schema.ARRAYS}
    assert set(told.errors) - apart == standin.refuses(standin.facts(), payload) - apart
    if told.accepted:
        again = rules.check(told.normalised)
        assert (again.accepted, again.normalised) == (True, told.normalised), "in order stays in order"


@pytest.mark.corpus
def test_what_is_restated_agrees_with_the_registers_schema(corpus):
    published = json.loads((corpus / "dsa_statement_schema.json").read_text())
    own = standin.facts()
    for name, values in published["enums"].items():
        if name not in {"EU27", "EEA30"}:
            assert set(own["enums"][name]) == set(values), name
    assert list(schema.EU27) == published["enums"]["EU27"]
    assert list(schema.EEA30) == published["enums"]["EEA30"]
    assert {name: set(words) for name, words in schema.KEYWORDS_OF.items()} == {
        name: set(words) for name, words in published["category_keywords"].items()
    }
    for name in ("required_always", "at_least_one_of", "arrays", "conditional_required", "max_len", "dates"):
        assert own[name] == published[name], name
    assert list(schema.COLUMNS) == published["csv_headings_full"]
    assert [name for name in schema.COLUMNS if name not in schema.NOT_IN_LIGHT] == published["csv_headings_light"]
    for change in published["v1_to_v2"]:
        if change["v1"] and change["v1"] != change["v2"]:
            assert schema.RENAMED[change["v1"]] == (change["v2"] or "")
    assert standin.refuses(published, GOOD) == standin.refuses(published, ILLEGAL) == set()


def test_the_command_answers_on_standard_output(tmp_path, capsys):
    one = tmp_path / "one.json"
    one.write_text(json.dumps(GOOD | {"source_identity": "x", "decision_facts": "Call +62 812 0000 1234"}))
    assert main(["export", "check", str(one)]) == 0
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["accepted"], told["errors"]) == (True, {})
    assert "source_identity" not in told["normalised"]
    assert "decision_facts: Holds personal data (phone)." in err

    one.write_text(json.dumps({"statements": [GOOD, GOOD, GOOD | {"puid": "other", "category": "CATS"}, 7]}))
    assert main(["export", "check", str(one)]) == 1
    told = json.loads(capsys.readouterr().out)
    assert set(told["errors"]) == {"statements.1.puid", "statements.2.category", "statements.3.statement"}

    for broken in ("{", "[" * 100_000, '"\\ud800"'):
        one.write_text(broken)
        assert main(["export", "check", str(one)]) in {1, 2}
    assert main(["export", "check", str(tmp_path / "nothing.json")]) == 2
    one.write_text(json.dumps({"statements": [GOOD | {"puid": f"p{n}"} for n in range(101)]}))
    assert main(["export", "check", str(one)]) == 1
