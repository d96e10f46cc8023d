"""Proposals of what nobody does alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ProposalMade(
    Fact,
    kind="proposal.made",
    subject="account",
    says="{actor} proposed {what}, suspended until {until}: {why}",
    personal=("why",),
):
    """`what`: the restriction it would bring. `suspension`: the decision that holds meanwhile. `origin`: person, ladder,
    zero_tolerance, rule or key."""

    account: UUID
    proposal: UUID
    item: UUID | None
    what: str
    origin: str
    clauses: tuple[str, ...]
    suspension: UUID
    until: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class ProposalRepeated(
    Fact,
    kind="proposal.repeated",
    subject="account",
    says="{actor} proposed {what} again while it waits: {why}",
    personal=("why",),
):
    account: UUID
    proposal: UUID
    what: str
    clauses: tuple[str, ...]
    why: str


@dataclass(frozen=True, kw_only=True)
class ProposalApproved(
    Fact, kind="proposal.approved", subject="account", says="{actor} agreed first to {what}", personal=()
):
    account: UUID
    proposal: UUID
    what: str


@dataclass(frozen=True, kw_only=True)
class ProposalConfirmed(
    Fact,
    kind="proposal.confirmed",
    subject="account",
    says="{actor} confirmed {what}: two people agree. {words}",
    personal=("words",),
):
    account: UUID
    proposal: UUID
    item: UUID | None
    what: str
    decision: UUID
    first: UUID
    second: UUID
    words: str


@dataclass(frozen=True, kw_only=True)
class ProposalRefused(
    Fact, kind="proposal.refused", subject="account", says="{actor} refused {what}: {why}", personal=("why",)
):
    account: UUID
    proposal: UUID
    item: UUID | None
    what: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ProposalRenewed(
    Fact,
    kind="proposal.renewed",
    subject="account",
    says="{actor} prolonged the suspension until {until}, for the only time: {why}",
    personal=("why",),
):
    account: UUID
    proposal: UUID
    what: str
    decision: UUID
    until: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class ProposalLapsed(
    Fact,
    kind="proposal.lapsed",
    subject="account",
    says="Nobody confirmed {what} in time: the suspension ended",
    personal=(),
):
    account: UUID
    proposal: UUID
    item: UUID | None
    what: str


@dataclass(frozen=True, kw_only=True)
class ProposalWithdrawn(
    Fact,
    kind="proposal.withdrawn",
    subject="account",
    says="{actor} withdrew the proposal {what}: {why}",
    personal=("why",),
):
    account: UUID
    proposal: UUID
    what: str
    why: str
