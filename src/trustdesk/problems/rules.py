"""What makes cases alike, and whether a fix holds. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from trustdesk.engine.folding import fold

STATES = ("open", "known", "fixed", "watching", "closed")
KINDS = ("note", "reply")
TURNS = ("waiting", "done", "skipped", "refused", "stopped", "taken_back")
WHYS = ("", "resolved", "closed", "merged", "told_already", "no_address", "newer", "forbidden", "refused")

LONGEST_TITLE, LONGEST_TEXT, LONGEST_WORDS = 160, 4_000, 200
LONGEST_SAID = 8_000
MOST_CASES = 2_000
BEFORE = 14  # days before the fix whose rate is held against those after it
CHART_DAYS = 45
MOST_DAYS = 60
_FEWEST_LETTERS = 4
_USUAL = frozenset(
    [
        "about",
        "after",
        "again",
        "also",
        "been",
        "before",
        "could",
        "does",
        "doesn",
        "does",
        "from",
        "have",
        "hello",
        "help",
        "here",
        "just",
        "know",
        "like",
        "many",
        "more",
        "need",
        "only",
        "please",
        "really",
        "said",
        "same",
        "should",
        "since",
        "some",
        "still",
        "thank",
        "thanks",
        "that",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "thing",
        "this",
        "those",
        "time",
        "very",
        "want",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "will",
        "with",
        "would",
        "your",
        "yours",
        "adalah",
        "akan",
        "anda",
        "atau",
        "bagaimana",
        "bahwa",
        "banyak",
        "belum",
        "bisa",
        "dalam",
        "dari",
        "dengan",
        "dong",
        "halo",
        "harus",
        "ingin",
        "itulah",
        "juga",
        "kami",
        "karena",
        "kenapa",
        "kepada",
        "lagi",
        "masih",
        "mohon",
        "oleh",
        "pada",
        "saja",
        "sama",
        "sangat",
        "saya",
        "sebagai",
        "selamat",
        "sudah",
        "supaya",
        "tapi",
        "telah",
        "terima",
        "kasih",
        "tetapi",
        "tidak",
        "tolong",
        "untuk",
        "yang",
    ]
)


@dataclass(frozen=True)
class Course:
    """How a problem goes: cases a day, oldest first, before and after the fix. `before`: mean cases a day then, None while
    nothing was fixed; `limit`: as many a day at most, for the fix to hold; `quiet`: whole days in a row that kept it."""

    days: Sequence[tuple[date, int, int]]  # day, linked, alike and not linked
    before: float | None
    limit: float
    quiet: int

    def holds(self, wanted: int) -> bool:
        return self.before is not None and self.before > 0 and self.quiet >= wanted


def course(
    linked: dict[date, int], alike: dict[date, int], *, fixed: date | None, today: date, share: int, first: date | None
) -> Course:
    """From what came on which day. The day of the fix and today are no whole days: they count for neither side."""
    start = min([today - timedelta(days=CHART_DAYS - 1), *([fixed - timedelta(days=BEFORE)] if fixed else [])])
    start = max(start, today - timedelta(days=2 * CHART_DAYS))
    span = [start + timedelta(days=n) for n in range((today - start).days + 1)]
    days = [(day, linked.get(day, 0), alike.get(day, 0)) for day in span]
    if fixed is None:
        return Course(days, None, 0.0, 0)
    begun = max(fixed - timedelta(days=BEFORE), first or fixed - timedelta(days=BEFORE))
    earlier = [one + other for day, one, other in days if begun <= day < fixed]
    before = sum(earlier) / len(earlier) if earlier else 0.0
    limit = before * share / 100
    quiet = 0
    for day, one, other in reversed(days):
        if day >= today:
            continue
        if day <= fixed or one + other > limit:
            break
        quiet += 1
    return Course(days, before, limit, quiet)


def words_of(texts: Iterable[tuple[str, str]], most: int = 3) -> str:
    """The words by which more such cases are looked for: those that most of these cases have, of (subject, text)."""
    seen: Counter[str] = Counter()
    headed: set[str] = set()
    for subject, text in texts:
        title = _words(subject)
        headed |= title
        seen.update(title | _words(text[:2_000]))
    if not seen:
        return ""
    top = max(seen.values())
    found = [word for word, n in seen.items() if 2 * n >= top + 1 or n == top]
    found.sort(key=lambda word: (-seen[word], word not in headed, -len(word), word))
    return " ".join(found[:most])[:LONGEST_WORDS]


def _words(text: str) -> set[str]:
    return {
        word for word in fold(text).split() if len(word) >= _FEWEST_LETTERS and word not in _USUAL and word.isalpha()
    }


@dataclass(frozen=True)
class Bar:
    """A day in the chart: where its column stands, how high both parts are (of 100)."""

    day: date
    linked: int
    alike: int
    x: float
    low: float
    high: float

    @property
    def y_low(self) -> float:
        return round(100 - self.low, 2)

    @property
    def y_high(self) -> float:
        return round(100 - self.low - self.high, 2)


def bars(course: Course, *, width: int = 600) -> list[Bar]:
    most = max([1, *(one + other for _day, one, other in course.days)])
    step = width / max(1, len(course.days))
    return [
        Bar(day, one, other, round(n * step, 2), round(100 * one / most, 2), round(100 * other / most, 2))
        for n, (day, one, other) in enumerate(course.days)
    ]
