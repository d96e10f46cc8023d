"""What becomes of a call when the exchange tells of it, in whatever order; which number is meant. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import phonenumbers

CHANNEL = "phone"
EVENTS = ("ringing", "answered", "ended", "missed", "recording", "callback_requested")
STATES = ("ringing", "answered", "ended", "missed")
GOING = ("ringing", "answered")
DIRECTIONS = ("in", "out")
OUTCOMES = ("reached", "no_answer", "voicemail", "wrong_number")

LONGEST_BODY = 16 * 1024  # bytes of one event
LONGEST_LINK = 2_000
LONGEST_NOTE = 4_000
OLD_SECRET_LIVES = timedelta(hours=24)
HEARD_FOR = timedelta(days=7)  # a webhook-id that comes again within this is the same event
OLDEST = timedelta(days=1)  # what is told of a time further back counts as told now
RINGS_AT_MOST = timedelta(minutes=10)  # without another word from the exchange
TALKS_AT_MOST = timedelta(hours=4)
LONGEST_CALL = timedelta(hours=12)
BACK_KIND, BACK_QUEUE, BACK_CLOCK, BACK_LANE = "callback", "callbacks", "call_back", 4
BACK_STATES = ("waiting", "reached", "given_up", "settled", "cancelled")
MOST_TRIES = 3
REST_BETWEEN = timedelta(hours=2)  # between two tries
BACK_WITHIN = timedelta(hours=4)  # where no time is wanted
LONGEST_AHEAD = timedelta(days=30)
LONGEST_WISH, LONGEST_BACK_NOTE = 500, 2_000
DAY_BEGINS, DAY_ENDS = time(8), time(21)  # where who asked lives: nobody is rung at night unless they want it
_WITHHELD = frozenset({"", "anonymous", "unknown", "restricted", "private", "withheld", "unavailable"})


@dataclass(frozen=True)
class Number:
    """A number as it is compared (E.164, "" for none) and as people read it."""

    e164: str
    shown: str


@dataclass(frozen=True)
class Course:
    """How a call went so far, as it was told: earliest begin and answer, latest “missed” and end."""

    began_at: datetime
    answered_at: datetime | None = None
    missed_at: datetime | None = None
    hung_at: datetime | None = None

    @property
    def state(self) -> str:
        if self.hung_at is not None:
            return "missed" if self.missed_at is not None and self.answered_at is None else "ended"
        if self.answered_at is None:
            return "missed" if self.missed_at is not None else "ringing"
        # One extension did not answer, and the next one did; told the other way round, it is over.
        over = self.missed_at is not None and self.missed_at > self.answered_at
        return "ended" if over else "answered"

    @property
    def ended_at(self) -> datetime | None:
        if self.state in GOING:
            return None
        return max(one for one in (self.hung_at, self.missed_at, self.answered_at, self.began_at) if one is not None)


def number_of(said: str, region: str) -> Number:
    """The number that was said, dialled from `region` (ID, SG, …). Withheld: neither. What is no number anybody could call
    is kept as it was said, in one line, and compared with nothing."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in said).split())[:40]
    if clean.lower() in _WITHHELD:
        return Number("", "")
    plain = clean.removeprefix("tel:")
    if any(c.isalpha() for c in plain):  # "1-800-FLOWERS", "sip:alice@…": nobody's own number
        return Number("", clean)
    try:
        found = phonenumbers.parse(plain, region or None)
    except phonenumbers.NumberParseException:
        return Number("", clean)
    if not phonenumbers.is_possible_number(found):
        return Number("", clean)
    return Number(
        phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164),
        phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.INTERNATIONAL),
    )


def shown(e164: str) -> str:
    """A number as people read it: +62 811-1234-567."""
    return number_of(e164, "").shown


def is_region(code: str) -> bool:
    return code in phonenumbers.SUPPORTED_REGIONS


def hear(before: Course, event: str, at: datetime) -> Course:
    """The call after one more event. In whatever order the same events come, and however often, the end is the same."""
    course = replace(before, began_at=min(before.began_at, at))
    if event == "answered":
        return replace(course, answered_at=min(before.answered_at or at, at))
    if event == "missed":
        return replace(course, missed_at=max(before.missed_at or at, at))
    if event == "ended":
        return replace(course, hung_at=max(before.hung_at or at, at))
    return course


def moment(said: datetime | None, now: datetime) -> datetime:
    """When it happened: as the exchange says, never later than now, and not further back than a day."""
    return said if said is not None and now - OLDEST <= said <= now else now


def is_link(url: str) -> bool:
    """May this be shown as a link to a recording? https, a name of a host, no user or password in it, one line."""
    if not url.isprintable() or any(c.isspace() for c in url) or len(url) > LONGEST_LINK:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and parts.username is None and parts.password is None
    except ValueError:
        return False


def lasted(seconds: int) -> str:
    """3:05, 1:02:09."""
    minutes, rest = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def awake(at: datetime, zone: str) -> datetime:
    """This moment, or the next morning where it is night in this time zone."""
    there = at.astimezone(ZoneInfo(zone))
    if DAY_BEGINS <= there.time() < DAY_ENDS:
        return at
    day = there.date() + timedelta(days=there.time() >= DAY_ENDS)
    return datetime.combine(day, DAY_BEGINS, tzinfo=ZoneInfo(zone)).astimezone(at.tzinfo)


def window(
    from_at: datetime | None, until_at: datetime | None, *, zone: str, now: datetime
) -> tuple[datetime, datetime] | None:
    """The time to call back in: (not before, by then). What is wanted is kept, by night too; without a wish it is the next
    four hours of somebody's day. None: it is no time, lies behind, or more than 30 days ahead."""
    if from_at is None and until_at is None:
        begins = awake(now, zone)
        return begins, begins + BACK_WITHIN
    begins = max(from_at or now, now)
    ends = until_at or begins + BACK_WITHIN
    return (begins, ends) if begins < ends <= now + LONGEST_AHEAD else None


def after_try(outcome: str, tries: int) -> str:
    """What becomes of a call-back after its try number `tries`."""
    if outcome == "reached":
        return "reached"
    return "given_up" if outcome == "wrong_number" or tries >= MOST_TRIES else "waiting"
