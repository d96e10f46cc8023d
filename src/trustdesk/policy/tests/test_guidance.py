"""The words: safe HTML, clauses to cite, reasons by language."""

import pytest

from trustdesk.policy import queries
from trustdesk.policy.guidelines import render
from trustdesk.policy.variables import fill

pytestmark = pytest.mark.usefixtures("desk")


class TestGuideline:
    def test_sections_carry_anchors_that_can_be_cited(self):
        view = queries.guideline("contact", 1, "en")
        assert [clause.code for clause in view.toc] == ["1", "1.1", "1.2", "2"]
        assert '<section id="c1.1"><h3>1.1 Phone numbers, however written</h3>' in view.html
        assert view.hard_cases[0].startswith("<em>A plumber")
        assert view.toc[1].text.startswith("A number that a buyer could call")

    def test_a_translation_is_chosen_and_english_is_the_fallback(self):
        assert queries.live_guideline("contact", "id").title == "Kontak pribadi di iklan"
        assert queries.live_guideline("weapons", "id").language == "en"
        assert queries.live_guideline("nothing", "en") is None
        assert [name.title for name in queries.public_list("id")] == ["Kontak pribadi di iklan", "Weapons"]

    def test_what_colleagues_write_cannot_run(self):
        html = render(
            "## 1 Title <script>alert(1)</script>\n\n<img src=x onerror=alert(1)> [a](javascript:alert(1)) "
            "![p](https://evil.example/p.png) [b](https://good.example)"
        ).html
        assert "<script" not in html
        assert "<img" not in html
        assert 'href="javascript' not in html
        assert 'rel="noopener noreferrer"' in html

    def test_an_unknown_version_is_named(self):
        with pytest.raises(queries.UnknownPolicy, match="version 9 of the policy “contact”"):
            queries.guideline("contact", 9)


class TestReasons:
    def test_the_reader_then_the_market_then_english(self):
        text = queries.grounds([("contact", 1)]).get("contact", 1)
        assert text.reason("id").chosen_by == "reader"
        assert text.reason("id-ID").language == "id"
        assert text.reason("nb", ["id", "en"]).chosen_by == "market"
        assert (text.reason("nb", ["nb"]).chosen_by, text.reason("nb").language) == ("english", "en")

    def test_variables_are_filled_and_a_sentence_starts_large(self):
        told = queries.reason_text("contact", 1, language="id", values={"kind": "iklan", "matched": "“0812”"})
        assert told.text == "Iklan Anda memuat “0812”. Mohon tetap di sini."
        assert fill("Shows {matched}.", {"matched": "{kind} {0.__class__}"}) == "Shows {kind} {0.__class__}."

    def test_grounds_cost_no_query_for_what_is_in_force(self, django_assert_max_num_queries):
        queries.live_content()
        with django_assert_max_num_queries(0):
            found = queries.grounds([("contact", 1), ("weapons", 1)])
        assert found.get("weapons", 1).gravity == 5
        assert found.get("contact", 1).gravity == 2, "the severity of its label"
        assert found.get("contact", 1).rule_clause("phone-number") == "1.1"
        assert found.get("contact", 1).clause_title("1.1", "id") == "Nomor telepon"


class TestClauseSearch:
    @pytest.mark.parametrize("typed", ["phone", "phon num", "phoen number", "1.1", "numbers however"])
    def test_finds_the_clause(self, typed):
        first = queries.clause_search(typed)[0]
        assert (first.policy, first.clause) == ("contact", "1.1")

    def test_underlines_what_was_typed(self):
        hit = queries.clause_search("phone")[0]
        assert [hit.title[start:end] for start, end in hit.matches] == ["Phone"]

    def test_in_the_language_of_the_desk(self):
        assert queries.clause_search("nomor", language="id")[0].title == "Nomor telepon"

    def test_only_what_one_can_reject_under(self):
        assert all(
            hit.clause != "2" for typed in ("hard cases", "plumber", "serial") for hit in queries.clause_search(typed)
        )
        assert {hit.clause for hit in queries.clause_search("contact details", limit=50)} == {"1.1", "1.2"}

    def test_the_words_that_rules_look_for_lead_to_their_clause(self):
        assert (queries.clause_search("shotgun")[0].policy, queries.clause_search("senapan")[0].clause) == (
            "weapons",
            "1",
        )

    def test_nothing_typed_and_nothing_found(self):
        assert [hit.policy for hit in queries.clause_search("")] == ["contact", "weapons"]
        assert queries.clause_search("zzzzqqqq") == []
        queries.clause_search("(" * 5000 + "\0")


def test_what_the_pack_says_of_lanes_labels_and_fields():
    assert (queries.lane_target(0), queries.lane_target(3), queries.lane_target(5)) == (15, None, 1440)
    assert queries.families() == {"fraud.off_platform_payment": "fraud", "goods.weapons": "goods"}
    assert (queries.lane_of("severe"), queries.lane_of(None)) == (3, 5)
    assert queries.severities() == {"fraud.off_platform_payment": 2, "goods.weapons": 5}
    assert "deposit" in queries.declared_fields()["listing"]["properties"]
