"""Conditions of queues as people read them, and the values that there are to choose from."""

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from trustdesk.kernel.people import queries as people
from trustdesk.kernel.work.rules.conditions import Condition, Values
from trustdesk.policy import queries as policy
from trustdesk.policy.queries import NoPolicy
from trustdesk.review.queries import DIMENSIONS
from trustdesk.web import components

Names = dict[str, dict[str, str]]  # by dimension: value and how it is called


class Said(NamedTuple):
    """One dimension of a condition in words."""

    dimension: str
    label: str
    words: str


def labels() -> dict[str, str]:
    return {
        "kind": _("Kind"),
        "source": _("Source"),
        "market": _("Market"),
        "language": _("Language"),
        "family": _("Label family"),
        "lane": _("Lane"),
    }


def names() -> Names:
    """What each dimension can be today, in the reader's language; two cached queries."""
    language = get_language() or "en"
    try:
        pack = policy.live_content().pack
        kinds = {code: kind.name(language).capitalize() for code, kind in pack.kinds.items()}
        families = sorted(set(policy.families().values()))
    except NoPolicy:
        kinds, families = {}, []
    markets = people.markets().values()
    return {
        "kind": kinds,
        "source": {source.code: source.name for source in people.sources().values()},
        "market": {market.code: market.name for market in markets},
        "language": {
            code: _language(code) for code in sorted({code for market in markets for code in market.languages})
        }
        | {"": _("No language")},
        "family": {family: _family(family) for family in families} | {"": _("No label")},
        "lane": {str(number): f"L{number} {word}" for number, word in sorted(components.LANES.items())},
    }


def _family(code: str) -> str:
    return code.upper() if len(code) < 3 else code.replace("_", " ").capitalize()


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def said(condition: Condition, known: Names) -> list[Said]:
    """What a condition names, dimension by dimension; nothing for those that take any."""
    titles = labels()
    return [
        Said(dimension, titles[dimension], values_in_words(condition[dimension], known[dimension]))
        for dimension in DIMENSIONS
        if dimension in condition and (condition[dimension].named or not condition[dimension].others)
    ]


def values_in_words(values: Values, known: dict[str, str]) -> str:
    listed = _listed(known.get(value, value) for value in sorted(values.named))
    return _("all but %(values)s") % {"values": listed} if values.others else listed


def in_one_line(condition: Condition, known: Names) -> str:
    """All six dimensions in one sentence: “Listing, Indonesia, any source, …”."""
    anything = {
        "kind": _("any kind"),
        "source": _("any source"),
        "market": _("any market"),
        "language": _("any language"),
        "family": _("any label"),
        "lane": _("any lane"),
    }
    named = {one.dimension: one.words for one in said(condition, known)}
    return " · ".join(named.get(dimension) or anything[dimension] for dimension in DIMENSIONS)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words)
