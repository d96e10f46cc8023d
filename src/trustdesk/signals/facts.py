"""What can have happened to signals."""

from dataclasses import dataclass

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
