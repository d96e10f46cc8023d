"""What somebody types to find cases, understood: words, “phrases”, -without, OR and fields. Nothing is guessed: what
cannot be read is refused, and why."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from rapidfuzz import process

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.support import rules

LONGEST = 400
MOST_TERMS = 24
SHORTEST_PREFIX = 3
IS = ("overdue", "waiting", "snoozed", "mine", "unassigned", "unended", "merged")
CHOICES: dict[str, tuple[str, ...]] = {"status": rules.STATUSES, "priority": rules.PRIORITIES, "is": IS}
WORDS = {"subject": "A", "name": "B", "note": "D"}  # words in one part of a case
NAMES = (*CHOICES, "from", "tag", "category", "channel", "market", "language", "queue", "number", "opened", *WORDS)
_TOKEN = re.compile(
    r'(?P<no>-)?(?:(?P<name>[A-Za-z_]+):(?=\S)(?!//))?(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))|(?P<stray>"|\S)'
)
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})
_DAY = re.compile(r"([<>]=?)?(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Term:
    """One thing a case must have, or must not (`without`). `name` "" are words; `exact` as they stand, in this order."""

    name: str
    value: str
    without: bool = False
    exact: bool = False


@dataclass(frozen=True)
class Asked:
    """All of the groups must fit, of each group one term."""

    groups: tuple[tuple[Term, ...], ...] = ()

    def names(self, *names: str) -> bool:
        return any(term.name in names for group in self.groups for term in group)

    @property
    def statuses(self) -> bool:
        """Does it say itself which statuses it wants?"""
        return any(
            term.name in {"status", "number"} or (term.name == "is" and term.value in {"unended", "merged", "snoozed"})
            for group in self.groups
            for term in group
        )


class Unclear(Invalid):
    """The question could not be read."""

    code = "question_unclear"


def read(text: str) -> Asked:
    """Raises Unclear, in words for who typed it."""
    text = text.translate(_QUOTES).replace("\0", " ").strip()
    if len(text) > LONGEST:
        raise _unclear(_("Ask with at most %(n)s characters.") % {"n": LONGEST})
    if text.count('"') % 2:
        raise _unclear(_("A quotation mark is missing: a phrase begins and ends with one."))
    if re.fullmatch(r"#?[0-9]{1,15}", text):
        return Asked(((Term("number", text.lstrip("#")),),))
    groups: list[list[Term]] = []
    joining = False
    for found in _TOKEN.finditer(text):
        bare = found["bare"]
        if bare in ("OR", "|") and not found["no"] and not found["name"]:
            if joining or not groups:
                raise _unclear(_("OR stands between two things: word OR other."))
            joining = True
            continue
        if bare == "AND" and not found["no"] and not found["name"]:
            continue  # it is meant anyway
        if bare == "NOT" and not found["no"] and not found["name"]:
            raise _unclear(_("Write -word for what must not be there."))
        term = _term(found)
        if joining:
            groups[-1].append(term)
            joining = False
        else:
            groups.append([term])
    if joining:
        raise _unclear(_("OR stands between two things: word OR other."))
    if sum(map(len, groups)) > MOST_TERMS:
        raise _unclear(_("Ask for at most %(n)s things at once.") % {"n": MOST_TERMS})
    return Asked(tuple(map(tuple, groups)))


def _term(found: re.Match[str]) -> Term:
    if found["stray"] is not None or found["bare"] == "-":
        raise _unclear(_("After “-” comes the word that must not be there."))
    name, exact = (found["name"] or "").lower(), found["quoted"] is not None
    value = found["quoted"] if exact else found["bare"]
    if not name and not exact:
        bare = value.rstrip(":").lower()
        if value.endswith(":") and bare in NAMES:
            raise _unclear(_("Say what “%(name)s:” should be, without a space.") % {"name": bare})
    if not value.strip():
        raise _unclear(_("There is nothing between the quotation marks."))
    if name and name not in NAMES:
        near = process.extractOne(name, NAMES, score_cutoff=60)
        if near is not None:
            raise _unclear(
                _("There is no field “%(name)s:”. Do you mean “%(near)s:”?") % {"name": name, "near": near[0]}
            )
        raise _unclear(
            _("There is no field “%(name)s:”. To look for the words, put them in quotation marks.") % {"name": name}
        )
    value = value.strip()
    if name in CHOICES:
        value = value.lower().replace("-", "_")
        if value not in CHOICES[name]:
            raise _unclear(_("“%(name)s:” can be: %(choices)s.") % {"name": name, "choices": ", ".join(CHOICES[name])})
    if name == "number":
        value = value.lstrip("#")
        if not (value.isascii() and value.isdigit() and len(value) < 16):
            raise _unclear(_("“number:” is followed by the number of a case."))
    if name == "opened":
        day_of(value)
    if "*" in value and not exact:
        stem = value.rstrip("*")
        if name not in ("", *WORDS) or "*" in stem or len(stem) < SHORTEST_PREFIX:
            raise _unclear(_("A * stands at the end of a word of at least %(n)s letters.") % {"n": SHORTEST_PREFIX})
    return Term(name, value, without=bool(found["no"]), exact=exact)


def day_of(value: str) -> tuple[str, date]:
    """(comparison, day): `>=2026-03-01`, or a day alone. Raises Unclear."""
    found = _DAY.fullmatch(value)
    try:
        if found is None:
            raise ValueError
        return found[1] or "=", date.fromisoformat(found[2])
    except ValueError:
        raise _unclear(_("“opened:” is followed by a day such as 2026-03-10, or by >=2026-03-10.")) from None


def _unclear(said: str) -> Unclear:
    return Unclear(said, fields={"q": said})
