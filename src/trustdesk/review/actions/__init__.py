"""Changing reviews: open, take (also ahead of the reviewer), decide, skip, put aside, hand over, note, undo, close."""

from trustdesk.decisions import actions as decisions
from trustdesk.review.actions.asking import (
    LONGEST as LONGEST_ANSWER,
)
from trustdesk.review.actions.asking import (
    AnsweredAlready,
    AskedTheAuthor,
    Over,
    RequestView,
    answer,
    as_author,
    ask,
    evidence_url,
    path_of,
    request_of,
    request_view,
    work_waits_again,
)
from trustdesk.review.actions.deciding import OUTCOMES, Decided, decide, edit_and_approve, note, plain_value, undo
from trustdesk.review.actions.handing import escalate, take_up
from trustdesk.review.actions.many import decide_many
from trustdesk.review.actions.opening import close_unseen, open_review
from trustdesk.review.actions.taking import (
    DoneAndTakenBack,
    claim_ahead,
    claim_next,
    claim_this,
    heartbeat,
    look,
    open_ahead,
    put_aside,
    release,
    release_ahead,
    skip,
)
from trustdesk.review.noticing import follow_unasked, is_noticed, join_notice
from trustdesk.review.routing import KIND
from trustdesk.review.sweeps import NothingToReview, UnderReview, open_for_sweep

__all__ = [
    "KIND",
    "LONGEST_ANSWER",
    "OUTCOMES",
    "AnsweredAlready",
    "AskedTheAuthor",
    "Decided",
    "DoneAndTakenBack",
    "NothingToReview",
    "Over",
    "RequestView",
    "UnderReview",
    "answer",
    "as_author",
    "ask",
    "claim_ahead",
    "claim_next",
    "claim_this",
    "close_unseen",
    "decide",
    "decide_many",
    "decisions",
    "edit_and_approve",
    "escalate",
    "evidence_url",
    "follow_unasked",
    "heartbeat",
    "is_noticed",
    "join_notice",
    "look",
    "note",
    "open_ahead",
    "open_for_sweep",
    "open_review",
    "path_of",
    "plain_value",
    "put_aside",
    "release",
    "release_ahead",
    "request_of",
    "request_view",
    "skip",
    "take_up",
    "undo",
    "work_waits_again",
]
