"""The brake's pure part: what counts as acting, how far a rule may go, a verdict without a rule's power, what a rule is."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.engine import Hit, Verdict
from trustdesk.engine.then import RANK, parse_then
from trustdesk.policy import braking
from trustdesk.policy.braking import ACTING, LEVELS, Prediction, acting, allowed, beyond, brake, braked_of, made
from trustdesk.policy.folders import read_folder
from trustdesk.policy.packs import Probation
from trustdesk.policy.tests.makers import CONTACT, LISTS, PACK, WEAPONS, make_folder

FIGURES = Probation()
THENS = ("reject", "hold(until=days(3))", 'review(lane="severe")', "limit(kind=demote)", "approve", "warn", "flag")


def said(**rules):
    """A verdict by what each rule does: said(a="reject") is rule p/a; ties go as they are given."""
    hits = [Hit("p", name, 1, parse_then(then), 2) for name, then in rules.items()]
    hits.sort(key=lambda hit: (-hit.then.rank, -hit.gravity))
    outcome = hits[0].then.verb if hits and hits[0].then.rank else "approve"
    return Verdict(outcome, tuple(hits), (), {"item.text": "x"}, "plan")


class TestWithoutPower:
    def test_a_rejection_becomes_a_review_and_says_what_it_would_have_been(self):
        ruled = brake(said(a="reject", b="flag"), {("p", "a")})
        assert ruled.verdict.outcome == "review"
        told = ruled.to_json(ruled.verdict.hits[0])
        assert (told["rule"], told["then"], told["braked"]) == ("a", {"verb": "review"}, True)
        assert told["would"] == {"verb": "reject"}
        assert "braked" not in ruled.to_json(ruled.verdict.hits[1])

    def test_another_rule_still_rejects(self):
        ruled = brake(said(a="reject", b="reject"), {("p", "a")})
        assert (ruled.verdict.outcome, [hit.rule for hit in ruled.verdict.hits]) == ("reject", ["b", "a"])

    def test_a_side_effect_is_recorded_and_asks_for_nothing(self):
        ruled = brake(said(a="warn"), {("p", "a")})
        assert (ruled.verdict.outcome, ruled.verdict.hits[0].then.verb) == ("approve", "approve")
        assert ruled.to_json(ruled.verdict.hits[0])["would"] == {"verb": "warn"}

    def test_reviews_and_approvals_have_no_power_to_lose(self):
        verdict = said(a='review(lane="severe")', b="approve")
        assert brake(verdict, {("p", "a"), ("p", "b")}).verdict is verdict

    @given(st.lists(st.sampled_from(THENS), max_size=6), st.sets(st.integers(0, 5)))
    def test_laws(self, thens, powerless):
        verdict = said(**{f"r{at}": then for at, then in enumerate(thens)})
        keys = {("p", f"r{at}") for at in powerless}
        ruled = brake(verdict, keys)
        stored = [ruled.to_json(hit) for hit in ruled.verdict.hits]
        # replayed from what was stored, it is the same verdict
        assert brake(verdict, braked_of(stored)) == ruled
        assert brake(ruled.verdict, keys).verdict == ruled.verdict
        # nobody without power decides, everybody else is untouched, nothing is lost
        assert sorted(hit.rule for hit in ruled.verdict.hits) == sorted(hit.rule for hit in verdict.hits)
        for hit in ruled.verdict.hits:
            assert ("p", hit.rule) not in keys or hit.then.verb not in ACTING
            assert ("p", hit.rule) in keys or hit in verdict.hits
        ranks = [hit.then.rank for hit in ruled.verdict.hits]
        assert ranks == sorted(ranks, reverse=True)
        assert RANK[ruled.verdict.outcome] == max([*ranks, RANK["approve"]])
        done, alone = made(ruled.verdict, ruled.would)
        assert not set(done) & ruled.would.keys()
        assert alone is None or alone in done


class TestHowFar:
    def test_twenty_and_more_than_a_twentieth_of_four_hundred(self):
        assert allowed(FIGURES, seen=400, acted=20) is None, "5 % is not more than 5 %"
        assert allowed(FIGURES, seen=400, acted=21) == 20
        assert allowed(FIGURES, seen=399, acted=399) is None, "too few items to tell"
        assert allowed(FIGURES, seen=1000, acted=100) == 50
        assert allowed(replace(FIGURES, acted=200), seen=1000, acted=150) is None, "too few acts to tell"

    def test_what_a_backtest_foretold_may_happen(self):
        fifth = Prediction(seen=5_000, acted=1_000)
        assert allowed(FIGURES, seen=1_000, acted=200, prediction=fifth) is None
        assert allowed(FIGURES, seen=1_000, acted=400, prediction=fifth) is None, "twice is within a factor of two"
        assert allowed(FIGURES, seen=1_000, acted=500, prediction=fifth) == 400
        assert allowed(FIGURES, seen=1_000, acted=99, prediction=fifth) == 50, "less than half is not foretold either"
        assert allowed(FIGURES, seen=1_000, acted=200, prediction=Prediction(999, 200)) == 50, "on too few items"
        assert allowed(FIGURES, seen=1_000, acted=200, prediction=Prediction(5_000, 0)) == 50

    @given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 5000), st.integers(0, 5000))
    def test_what_is_allowed_never_meets_the_brake(self, seen, before, hits, foreseen, foreacted):
        prediction = Prediction(foreseen, min(foreacted, foreseen))
        most = allowed(FIGURES, seen=seen, acted=before + hits, prediction=prediction)
        kept = hits - len(beyond(range(hits), before=before, most=most))
        acted = before + kept
        met = acted >= 20 and seen >= 400 and acted * 20 > seen
        assert not met or kept == 0 or prediction.holds(seen=seen, acted=acted)

    def test_a_rule_that_another_outranks_does_not_act(self):
        a, b = ("p", "a"), ("p", "b")

        def acts(verdict, braked=()):
            ruled = brake(verdict, braked)
            return [key for verbs in LEVELS for key in acting(ruled, {a}, verbs)]

        assert acts(said(a="reject")) == [a]
        assert acts(said(a="reject", b="reject")) == [a], "both do"
        assert acts(said(a="limit(kind=age)", b="reject")) == []
        assert acts(said(a="limit(kind=age)", b="reject"), {b}) == [], "what is left of b asks a person"
        assert acts(said(a="limit(kind=age)", b="limit(kind=age)"), {b}) == []
        assert acts(said(a="warn", b="reject")) == []
        assert acts(said(a="warn", b="reject"), {b}) == [a]
        assert acts(said(a="warn", b="hold")) == [a]
        assert acts(said(a="warn"), {a}) == []

    def test_the_window_moves(self):
        assert braking.buckets_since({"100": 3, "159": 2, "160": 1}, now_minute=160, window=60) == {"159": 2, "160": 1}


class TestWhatARuleIs:
    """Its record and its probation belong to the rule as the machine obeys it."""

    def identity(self, folder: Path, rule=("contact", "phone-number"), **changed):
        content = read_folder(make_folder(folder, **changed)).content
        assert content is not None
        return content.rules[rule].identity

    @pytest.fixture
    def usual(self, tmp_path):
        return self.identity(tmp_path / "usual")

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("and has_any(", "and   has_any( "),
            ("title: Contact details in listings", "title: Contacts"),
            ("strikes: 1", "strikes: 2"),
            ("*A serial number.*", "*A number.*"),
        ],
    )
    def test_words_for_people_do_not_make_it_another(self, tmp_path, usual, old, new):
        assert CONTACT.replace(old, new) != CONTACT
        assert self.identity(tmp_path / "b", policies={"contact.md": CONTACT.replace(old, new)}) == usual

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("days(30)", "days(31)"),
            ("then: reject", "then: hold(until=days(2))"),
            ("applies_to: [listing]", "applies_to: [listing, message]"),
            ("strikes: 1", "strikes: 1\nmarkets: [ID]"),
        ],
    )
    def test_what_the_machine_obeys_does(self, tmp_path, usual, old, new):
        assert self.identity(tmp_path / "b", policies={"contact.md": CONTACT.replace(old, new)}) != usual

    def test_a_word_more_in_its_list_does_and_in_another_list_does_not(self, tmp_path, usual):
        words = LISTS["contact-words"]
        assert self.identity(tmp_path / "b", lists={"contact-words": words + "ring me\n"}) != usual
        assert self.identity(tmp_path / "c", lists={"contact-words": "# Said otherwise.\n" + words}) == usual
        assert self.identity(tmp_path / "d", lists={"weapons": LISTS["weapons"] + "musket\n"}) == usual

    def test_an_amount_it_names_does(self, tmp_path):
        cheap = WEAPONS.replace('and not has(item.text, "toy")', "and item.price < market.least_rent")
        rule = ("weapons", "named")
        before = self.identity(tmp_path / "a", rule, policies={"weapons.md": cheap})
        pack = PACK.replace("NO: {least_rent: 500}", "NO: {least_rent: 600}")
        assert self.identity(tmp_path / "b", rule, policies={"weapons.md": cheap}, pack=pack) != before
        assert self.identity(tmp_path / "c", rule, pack=pack) == self.identity(tmp_path / "d", rule)

    def test_its_scope(self, tmp_path):
        content = read_folder(make_folder(tmp_path)).content
        rule = content.rules["contact", "phone-number"]
        assert rule.concerns("listing", "NO")
        assert not rule.concerns("message", "NO")
        assert rule.lists == ("contact-words",)
