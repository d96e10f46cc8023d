"""Every verb of appeals: opening and adding, judging, deciding, out-of-court bodies, misuse."""

from trustdesk.appeals.actions.deciding import Decided, decide
from trustdesk.appeals.actions.judging import (
    JudgedFirstAlready,
    JudgeFirst,
    OnlyAPerson,
    OwnDecision,
    ask,
    claim_next,
    claim_this,
    heartbeat,
    judge_first,
    release,
    resume,
)
from trustdesk.appeals.actions.misuse import FactsLacking, pause_misuse, warn_misuse
from trustdesk.appeals.actions.opening import (
    AppealedAlready,
    AppealEnded,
    AppealsPaused,
    DecisionReplaced,
    NothingToAppeal,
    Opened,
    TooManyMessages,
    add,
    open_appeal,
    refuse_unless_open,
    withdraw,
)
from trustdesk.appeals.actions.outside import ReferralMovedOn, conclude, extend, implement, refer
from trustdesk.decisions.actions import Ground, RestrictionSpec

__all__ = [
    "AppealEnded",
    "AppealedAlready",
    "AppealsPaused",
    "Decided",
    "DecisionReplaced",
    "FactsLacking",
    "Ground",
    "JudgeFirst",
    "JudgedFirstAlready",
    "NothingToAppeal",
    "OnlyAPerson",
    "Opened",
    "OwnDecision",
    "ReferralMovedOn",
    "RestrictionSpec",
    "TooManyMessages",
    "add",
    "ask",
    "claim_next",
    "claim_this",
    "conclude",
    "decide",
    "extend",
    "heartbeat",
    "implement",
    "judge_first",
    "open_appeal",
    "pause_misuse",
    "refer",
    "refuse_unless_open",
    "release",
    "resume",
    "warn_misuse",
    "withdraw",
]
