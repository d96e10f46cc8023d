"""Which state may follow which. Pure: the table is the law, every refusal is a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["offline", "available", "aux", "wrap_up"]
OFFLINE: State = "offline"
AVAILABLE: State = "available"
AUX: State = "aux"
WRAP_UP: State = "wrap_up"
STATES: tuple[State, ...] = (OFFLINE, AVAILABLE, AUX, WRAP_UP)


def gettext_noop(said: str) -> str:
    """Marks a sentence for translation; whoever shows it translates."""
    return said


# From → to: "" when it may be, else why not. Whoever finishes notes (wrap-up) has just worked.
TABLE: Mapping[State, Mapping[State, str]] = {
    OFFLINE: {
        OFFLINE: gettext_noop("You are offline already."),
        AVAILABLE: "",
        AUX: "",
        WRAP_UP: gettext_noop("Wrap-up follows work, and you are offline. Become available first."),
    },
    AVAILABLE: {
        OFFLINE: "",
        AVAILABLE: gettext_noop("You are available already."),
        AUX: "",
        WRAP_UP: "",
    },
    AUX: {
        OFFLINE: "",
        AVAILABLE: "",
        AUX: "",
        WRAP_UP: gettext_noop("Wrap-up follows work, and you are away. Become available first."),
    },
    WRAP_UP: {
        OFFLINE: "",
        AVAILABLE: "",
        AUX: "",
        WRAP_UP: gettext_noop("You are in wrap-up already."),
    },
}
SAME_REASON = gettext_noop("You are away for this reason already.")


@dataclass(frozen=True)
class Judged:
    """What becomes of a wish: `when` it holds; `why` it never does."""

    when: Literal["now", "later", "never"]
    why: str = ""


def judge(
    *, now: State, asked: State, reason: str = "", asked_reason: str = "", in_hand: bool = False, at_once: bool = False
) -> Judged:
    """May someone in `now` (with this reason) change to `asked`?

    With something in hand, a change away from work waits until it ends, unless it must be `at_once` (signing out, a
    break that is needed now). Becoming available never waits.
    """
    why = TABLE[now][asked]
    if not why and now == asked == AUX and reason == asked_reason:
        why = SAME_REASON
    if why:
        return Judged("never", why)
    if in_hand and asked != AVAILABLE and now == AVAILABLE and not at_once:
        return Judged("later")
    return Judged("now")


@dataclass(frozen=True)
class Limit:
    """How many of a channel one person has in hand at once (None: no bound), and the wrap-up that follows, at most so long."""

    at_once: int | None
    wrap_up_seconds: int = 0


# Channels, and what holds where nothing is set.
LIMITS: Mapping[str, Limit] = {"phone": Limit(1), "chat": Limit(3), "mail": Limit(None)}
PHONE = "phone"  # who has as many of it as they may is dealt nothing else of these: one cannot listen and write
MOST_AT_ONCE, LONGEST_WRAP_UP = 50, 3600


def nearest(*, default: Limit, everyone: Sequence[Limit], team: Sequence[Limit], person: Sequence[Limit]) -> Limit:
    """What holds for a person: their own, else that of their teams (the widest of several), else everyone's, else `default`."""
    for found in (person, team, everyone):
        if found:
            bounds = [one.at_once for one in found]
            return Limit(
                at_once=None if None in bounds else max(bound for bound in bounds if bound is not None),
                wrap_up_seconds=max(one.wrap_up_seconds for one in found),
            )
    return default
