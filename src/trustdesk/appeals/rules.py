"""Until when an appeal is open, how soon it is looked at, when misuse may have consequences. Pure."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trustdesk.kernel.work.rules.priority import Part

KIND = QUEUE = "appeal"
LANE = 4
CLOCK = "appeal_decision"
MONTHS = 6  # Regulation (EU) 2022/2065, Article 20(1): at least six months
OUTCOMES = ("upheld", "overturned", "partly", "late")
FIRST_OUTCOMES = ("uphold", "overturn", "unsure")
APPELLANTS = ("author", "notifier")

# What can be done when a notifier was right: to the item, or to the account.
DONE_TO_ITEM = ("remove", "demote", "age", "interaction")
DONE_TO_ACCOUNT = ("limit_interaction", "ban_message", "ban_comment", "ban_live", "ban_sell", "suspend_account")

LONGEST_TEXT = 10_000
SHORTEST_REASONS = 10
MOST_FILES = 5  # in one message
MOST_MESSAGES = 40  # of one appeal; after that one waits for the answer
BODY_DAYS = 90  # Article 21(4): an out-of-court body has 90 days, and 90 more for a hard case
BODY_RESULTS = ("for_appellant", "for_platform", "settled", "dropped")

# Article 23(2): who often sends what is manifestly unfounded, after a warning, for a reasonable time.
MISUSE_WINDOW = timedelta(days=365)
MISUSE_LEAST = 3
MISUSE_SHARE = 0.5
LONGEST_PAUSE_DAYS = 180
AFTER_PAUSE = timedelta(days=14)  # nobody loses the right to appeal to a pause


def last_day(effective_at: datetime, time_zone: str) -> date:
    """The last day on which a decision can be appealed, in the market's zone: the same day six months on, or the last of
    a shorter month."""
    day = effective_at.astimezone(ZoneInfo(time_zone)).date()
    year, month = divmod(day.year * 12 + day.month - 1 + MONTHS, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def open_until(effective_at: datetime, time_zone: str, *, paused_until: datetime | None = None) -> datetime:
    """The first moment that is too late. A pause for misuse that ends near the last day, or after it, moves it on."""
    zone = ZoneInfo(time_zone)
    after = datetime.combine(last_day(effective_at, time_zone) + timedelta(days=1), time(), tzinfo=zone)
    return max(after, paused_until + AFTER_PAUSE) if paused_until else after


def score_of(*, gravity: int, of_account: bool, late: bool) -> tuple[float, tuple[Part, ...]]:
    """How soon within its lane: by how much was taken away. Parts say it in words."""
    parts = [Part("severity", float(gravity), f"severity {gravity} of 5")]
    if of_account:
        parts.append(Part("account", 5.0, "a whole account is restricted"))
    if late:
        parts.append(Part("late", -2.0, "sent after the last day"))
    return sum(part.value for part in parts), tuple(parts)


def outcome_of(kinds: Iterable[str], *, before: str) -> str:
    """What a decision is called that restricts by these kinds, by the gravest; one of `before` that only warned stays so."""
    found = set(kinds)
    if not found:
        return "approve"
    if "remove" in found:
        return "remove"
    if "disable" in found:
        return "hold"
    return "limit" if before in {"limit", "hold", "remove"} else before


@dataclass(frozen=True)
class Record:
    """Appeals of one account in the last year: decided ones, and those that were without any ground."""

    decided: int
    unfounded: int

    @property
    def share(self) -> float:
        return self.unfounded / self.decided if self.decided else 0.0

    @property
    def frequent(self) -> bool:
        """Often enough for a warning: at least three, and half of all."""
        return self.unfounded >= MISUSE_LEAST and self.share >= MISUSE_SHARE


def lacking_for_pause(record: Record, *, gravity: str, warned: bool, since_warning: int) -> Sequence[str]:
    """Which facts are missing before appeals may be paused; empty when none is."""
    missing = []
    if record.unfounded < MISUSE_LEAST:
        missing.append("number")
    if record.share < MISUSE_SHARE:
        missing.append("share")
    if not gravity.strip():
        missing.append("gravity")
    if not warned:
        missing.append("warning")
    elif not since_warning:
        missing.append("since_warning")
    return missing
