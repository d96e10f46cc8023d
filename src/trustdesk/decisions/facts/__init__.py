"""What can have happened to decisions. DecisionMade is complete enough to act on without a call back."""

from trustdesk.decisions.facts.counted import (
    LadderApproved,
    LadderDrafted,
    LessonMeasured,
    StrikeCounted,
    StrikeExpired,
    StrikeRecounted,
    StrikeReversed,
)
from trustdesk.decisions.facts.decided import AccountDecided, DecisionMade, DecisionOverturned, DecisionWithdrawn
from trustdesk.decisions.facts.proposed import (
    ProposalApproved,
    ProposalConfirmed,
    ProposalLapsed,
    ProposalMade,
    ProposalRefused,
    ProposalRenewed,
    ProposalRepeated,
    ProposalWithdrawn,
)
from trustdesk.decisions.facts.restricted import (
    AccountRestricted,
    AccountRestrictionChanged,
    AccountRestrictionLifted,
    RestrictionApplied,
    RestrictionLifted,
)

__all__ = [
    "AccountDecided",
    "AccountRestricted",
    "AccountRestrictionChanged",
    "AccountRestrictionLifted",
    "DecisionMade",
    "DecisionOverturned",
    "DecisionWithdrawn",
    "LadderApproved",
    "LadderDrafted",
    "LessonMeasured",
    "ProposalApproved",
    "ProposalConfirmed",
    "ProposalLapsed",
    "ProposalMade",
    "ProposalRefused",
    "ProposalRenewed",
    "ProposalRepeated",
    "ProposalWithdrawn",
    "RestrictionApplied",
    "RestrictionLifted",
    "StrikeCounted",
    "StrikeExpired",
    "StrikeRecounted",
    "StrikeReversed",
]
