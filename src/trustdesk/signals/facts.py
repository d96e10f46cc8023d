"""What can have happened to signals."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class SignalBroke(
    Fact,
    kind="signal.broke",
    subject="signal",
    says="The signal {signal} gives no answer ({error}); items that need it wait or go to people",
    personal=(),
):
    """The one alert of an outage. `error` names the kind of failure, never its words: those may quote an item."""

    signal: str
    error: str


@dataclass(frozen=True, kw_only=True)
class SignalReturned(
    Fact, kind="signal.returned", subject="signal", says="The signal {signal} answers again", personal=()
):
    signal: str


@dataclass(frozen=True, kw_only=True)
class SignalTried(
    Fact, kind="signal.tried", subject="signal", says="{actor} let the signal {signal} be tried at once", personal=()
):
    signal: str


@dataclass(frozen=True, kw_only=True)
class BankMade(Fact, kind="bank.made", subject="bank", says="{actor} made the bank {code}", personal=()):
    bank: UUID
    code: str


@dataclass(frozen=True, kw_only=True)
class BankChanged(Fact, kind="bank.changed", subject="bank", says="{actor} changed the bank {code}", personal=()):
    bank: UUID
    code: str
    distance: int
    flood_limit: int


@dataclass(frozen=True, kw_only=True)
class EntriesAdded(
    Fact, kind="bank.entries_added", subject="bank", says="{actor} added {count} entries to {code}: {why}", personal=()
):
    """`negative`: contents known to be good. The contents themselves stand in the bank alone."""

    bank: UUID
    code: str
    count: int
    entries: list[str]
    negative: bool
    why: str
    source: str


@dataclass(frozen=True, kw_only=True)
class EntryRemoved(
    Fact, kind="bank.entry_removed", subject="entry", says="{actor} took an entry out of {code}: {why}", personal=()
):
    entry: UUID
    code: str
    why: str


@dataclass(frozen=True, kw_only=True)
class EntryStopped(
    Fact, kind="bank.entry_stopped", subject="entry", says="An entry of {code} no longer matches: {why}", personal=()
):
    """`state`: quarantined (matched far more than usual) or suspended (found wrong too often)."""

    entry: UUID
    code: str
    state: str
    why: str


@dataclass(frozen=True, kw_only=True)
class EntryReleased(
    Fact, kind="bank.entry_released", subject="entry", says="{actor} let an entry of {code} match again", personal=()
):
    entry: UUID
    code: str
    flood_limit: int


@dataclass(frozen=True, kw_only=True)
class MatchJudged(
    Fact, kind="bank.match_judged", subject="entry", says="{actor} found a match of {code} {judged}", personal=()
):
    entry: UUID
    match: UUID
    code: str
    judged: str


@dataclass(frozen=True, kw_only=True)
class ThresholdsSet(
    Fact, kind="signal.thresholds_set", subject="label", says="{actor} set {count} thresholds of {label}", personal=()
):
    label: str
    version: str
    count: int


@dataclass(frozen=True, kw_only=True)
class HeadKept(
    Fact, kind="signal.head_kept", subject="label", says="{actor} kept a model for {label}: {version}", personal=()
):
    """`size` in bytes."""

    label: str
    version: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class HeadWentLive(
    Fact, kind="signal.head_live", subject="label", says="{actor} let {version} answer for {label}", personal=()
):
    """`version` "" is what TrustDesk ships."""

    label: str
    version: str


@dataclass(frozen=True, kw_only=True)
class LiveBegan(Fact, kind="live.began", subject="watch", says="{actor} began to watch a livestream", personal=()):
    """`owner` and `about` are words of whoever asked for it."""

    watch: UUID
    owner: str
    about: str


@dataclass(frozen=True, kw_only=True)
class LiveChanged(
    Fact, kind="live.changed", subject="watch", says="A watched livestream is {state} {reason}", personal=()
):
    """Its state changed, or (`news`) something was seen in it that was not seen before; what that was, its look says."""

    watch: UUID
    owner: str
    about: str
    state: str
    reason: str
    news: bool


@dataclass(frozen=True, kw_only=True)
class LiveStopped(
    Fact, kind="live.stopped", subject="watch", says="{actor} stopped watching a livestream", personal=()
):
    watch: UUID
    owner: str
