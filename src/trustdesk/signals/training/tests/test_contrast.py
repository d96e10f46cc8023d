"""Our own cases: readable, labelled without contradiction, the same each time."""

from collections import defaultdict

from trustdesk.signals.training.contrast_cases import cases, hostile_words, languages


def test_the_grammars_give_cases_of_both_kinds_in_each_language() -> None:
    told: dict[str, set[int]] = defaultdict(set)
    meant: dict[str, set[int]] = defaultdict(set)
    for case in cases(each=3):
        assert not set("{|}") & set(case.text)
        if "hate" in case.classes:
            told[case.language].add(case.classes["hate"])
            meant[case.text.casefold()].add(case.classes["hate"])
    assert (
        set(told) == set(languages()) >= {"en", "id", "vi", "de", "es", "pt", "ar", "hi", "it", "pl", "nl", "fr", "zh"}
    )
    assert all(kinds == {0, 1} for kinds in told.values())
    assert [text for text, kinds in meant.items() if len(kinds) > 1] == []
    assert "vermin" in hostile_words()


def test_they_are_the_same_each_time_and_one_language_does_not_change_another() -> None:
    once = [case.text for case in cases(each=2, only=frozenset({"de", "pl"})) if case.language == "de"]
    assert once == [case.text for case in cases(each=2, only=frozenset({"de"}))]
