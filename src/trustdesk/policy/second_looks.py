"""How people judge under a policy: the `review:` block of its front matter. Pure.

It says which share of reviews two people judge apart, what a reviewer does not see before deciding, and which share of
reviews brings a golden item along. A policy without the block asks for none of that.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from trustdesk.engine.problems import nearest
from trustdesk.policy.reading import Section
from trustdesk.policy.yamltext import Scalar

# What can be kept from who judges: who made it, what the machine said, the price, earlier decisions, pictures, notes.
BLIND = ("account", "verdict", "price", "history", "media", "notes")
REVIEW_KEYS = ("double", "blind", "second_sees", "third_told", "golden", "golden_told")
_SHARE = "must be all, or a share of reviews from 0 to 1 such as 0.1"
MOST_GOLDEN = 0.2  # more would be a test and not work


@dataclass(frozen=True)
class ReviewTerms:
    """`double` and `golden` are shares of reviews, 0 to 1. `second_sees`: what of `blind` a second and third person see.
    `third_told`: the third reads both answers after deciding. `golden_told`: who judged a golden item reads the answer."""

    double: float = 0.0
    blind: frozenset[str] = frozenset()
    second_sees: frozenset[str] = frozenset()
    third_told: bool = True
    golden: float = 0.0
    golden_told: bool = True

    @property
    def blind_words(self) -> str:
        return ", ".join(sorted(self.blind))

    def words(self) -> str:
        """On one line, for the difference between two versions."""
        told = [f"double {self.double:g}", f"golden {self.golden:g}"]
        if self.blind:
            told.append(f"blind {', '.join(sorted(self.blind))}")
        if self.second_sees:
            told.append(f"second sees {', '.join(sorted(self.second_sees))}")
        told += [name for name, on in (("third blind", self.third_told), ("golden blind", self.golden_told)) if not on]
        return "; ".join(told) if self != ReviewTerms() else "one person"


def together(terms: Iterable[ReviewTerms]) -> ReviewTerms:
    """What holds where several policies have a word: the strictest of each."""
    all_terms = list(terms) or [ReviewTerms()]
    blind = frozenset().union(*(each.blind for each in all_terms))
    kept = frozenset().union(*(each.blind - each.second_sees for each in all_terms))
    return ReviewTerms(
        double=max(each.double for each in all_terms),
        blind=blind,
        second_sees=blind - kept,
        third_told=all(each.third_told for each in all_terms),
        golden=max(each.golden for each in all_terms),
        golden_told=all(each.golden_told for each in all_terms),
    )


def review_terms(front: Section) -> ReviewTerms:
    """Read the block; what is wrong with it is told with its place."""
    section = front.section("review", REVIEW_KEYS, "review")
    if section is None:
        return ReviewTerms()
    blind = section.texts("blind", choices=BLIND, kind="part to hide")
    sees = section.texts("second_sees", choices=BLIND, kind="part to hide")
    for word in sees:
        if word not in blind:
            section.wrong("second_sees", f"{word} is not in blind, so everyone sees it", nearest(word, blind))
    golden = _share(section, "golden")
    if golden > MOST_GOLDEN:
        section.wrong("golden", f"at most {MOST_GOLDEN:g} of all reviews may be golden items")
    return ReviewTerms(
        double=_share(section, "double"),
        blind=frozenset(blind),
        second_sees=frozenset(sees) & frozenset(blind),
        third_told=section.flag("third_told", default=True),
        golden=golden,
        golden_told=section.flag("golden_told", default=True),
    )


def _share(section: Section, key: str) -> float:
    node = section.node(key)
    if node is None:
        return 0.0
    if not isinstance(node, Scalar):
        section.wrong(key, _SHARE)
        return 0.0
    if node.text.strip() == "all":
        return 1.0
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        section.wrong(key, _SHARE)
        return 0.0
    return float(value)
