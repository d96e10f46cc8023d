"""Which answers are like a question, and how long an answer holds. Pure."""

from datetime import date, timedelta

from trustdesk.engine.folding import fold

KIND, QUEUE, CLOCK, LANE = "question", "questions", "answer", 4
STATES = ("waiting", "answered", "reused", "declined", "withdrawn")
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_TITLE, LONGEST_WHY = 4_000, 8_000, 160, 500
LONGEST_LINK = 300
HOLDS, HOLDS_AT_MOST = timedelta(days=180), timedelta(days=3 * 366)
MOST_WORDS = 24  # of a question, looked for
SHARE = 0.5  # of a question's words that an answer like it has
_FEWEST = 4  # letters of a word that says something by itself


def words_of(text: str) -> list[str]:
    """The words to look for, folded, each once, in order."""
    return list(dict.fromkeys(fold(text).split()))[:MOST_WORDS]


def telling(words: list[str]) -> list[str]:
    """Those that say something by themselves; all of them where no word is long, as where words are not parted by spaces."""
    return [word for word in words if len(word) >= _FEWEST] or words


def likeness(asked: list[str], said: str) -> float:
    """Which share of the telling words an answer's folded words begin with, 0 to 1."""
    wanted = telling(asked)
    stems = [word[: max(_FEWEST, len(word) - 2)] for word in wanted]
    there = fold(said).split()
    return sum(any(one.startswith(stem) for one in there) for stem in stems) / len(stems) if stems else 0.0


def alike(asked: list[str], said: str) -> bool:
    """Half of what tells, and never one word alone among several."""
    wanted = telling(asked)
    share = likeness(asked, said)
    return share >= SHARE and (len(wanted) < 2 or share * len(wanted) >= 2)


def holds_until(wanted: date | None, today: date) -> date | None:
    """Until when an answer is true: half a year where nothing is said; None when the day is over or too far away."""
    until = wanted or today + HOLDS
    return until if today < until <= today + HOLDS_AT_MOST else None


def is_link(path: str) -> bool:
    """May it lead back to where the question came from? An address of this desk only."""
    return (
        path.startswith("/")
        and not path.startswith(("//", "/\\"))
        and len(path) <= LONGEST_LINK
        and path.isprintable()
        and not any(c.isspace() for c in path)
    )
