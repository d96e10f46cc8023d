"""Every verb of cases.

For channels (mail, chat, forms): what a channel calls, and what it hears. Each verb is one transaction and takes `actor`
(`support.write`; `SYSTEM` in a mailbox) and `now`.

    open_case(*, actor, channel, text, now, subject="", account=None, name="", address="", language="", market="",
              category="", intent="", priority="normal", tags=(), fields={}, mailbox="", queue="", parent=None,
              quoted="", html=None, raw=None, files=(), external_id="", automatic=False, at=None) -> Opened
    receive(*, actor, case_id, text, now, name="", address="", channel="", quoted="", html=None, raw=None, files=(),
            external_id="", automatic=False, at=None) -> Received

`receive` may answer with another case than was asked: a merged case hands on to its successor, a closed one opens one that
follows it. What was pending or resolved is open again, unless the message is `automatic` (an out-of-office answer): that is
kept and moves nothing. The same `external_id` again in the same case is the same message: nothing happens twice. `html`,
`raw` and `files` are ids of `files`; `at` is when it was sent, by default `now`.

    send_automatic(*, actor, case_id, text, now) -> UUID     # a receipt: leaves at once, stops no reply clock
    mark_failed(*, actor, message_id, why, now)              # it could not be delivered: the desk sees it, and it is open

    queries.by_number(number) / by_id(case_id)   -> CaseView | None, merged or not (`merged_into`)
    queries.taking_part(address)                 -> the newest unmerged cases this address takes part in, newest first
    queries.by_external_id(external_id)          -> case ids in which a message has this name
    queries.message(message_id)                  -> MessageView | None

The fact `case.replied` (`facts.CaseReplied`) is told once a reply can no longer be undone. A channel's reactor looks at its
`channel` and `to`, and writes the letter (“chat” while the requester is there, `set_live`; “mail” after a chat); `set_external_id(message_id=, external_id=)` tells the message its name there.
"""

from trustdesk.support.actions.answering import (
    discard_draft,
    mark_failed,
    note,
    reply,
    save_draft,
    send_automatic,
    send_due,
    set_external_id,
    talked,
    undo_send,
)
from trustdesk.support.actions.assigning import assign, assign_to_team, set_queue, unassign
from trustdesk.support.actions.attaching import attach, detach, take_in
from trustdesk.support.actions.being import be_here
from trustdesk.support.actions.bulk import begin_bulk, cancel_bulk, retry_bulk
from trustdesk.support.actions.handing import asked_back, climbed, escalate, handed_back, handed_further, reminded
from trustdesk.support.actions.joining import Split, link, merge, set_parent, split, unlink
from trustdesk.support.actions.moving import set_live
from trustdesk.support.actions.opening import Opened, Received, open_case, receive
from trustdesk.support.actions.shaping import archive_field, move_field, put_back_field, set_field
from trustdesk.support.actions.sorting import (
    AlreadySo,
    release,
    set_priority,
    set_status,
    snooze,
    sort,
    take,
    wake,
    woken,
)
from trustdesk.support.actions.using import Used, send_macro, take_steps, use_macro
from trustdesk.support.actions.viewing import change_view, delete_view, export_cases, save_view
from trustdesk.support.asking import Unclear
from trustdesk.support.refusals import CaseClosed, CaseMergedAway, NoSuchCase, TooLateToUndo

__all__ = [
    "AlreadySo",
    "CaseClosed",
    "CaseMergedAway",
    "NoSuchCase",
    "Opened",
    "Received",
    "Split",
    "TooLateToUndo",
    "Unclear",
    "Used",
    "archive_field",
    "asked_back",
    "assign",
    "assign_to_team",
    "attach",
    "be_here",
    "begin_bulk",
    "cancel_bulk",
    "change_view",
    "climbed",
    "delete_view",
    "detach",
    "discard_draft",
    "escalate",
    "export_cases",
    "handed_back",
    "handed_further",
    "link",
    "mark_failed",
    "merge",
    "move_field",
    "note",
    "open_case",
    "put_back_field",
    "receive",
    "release",
    "reminded",
    "reply",
    "retry_bulk",
    "save_draft",
    "save_view",
    "send_automatic",
    "send_due",
    "send_macro",
    "set_external_id",
    "set_field",
    "set_live",
    "set_parent",
    "set_priority",
    "set_queue",
    "set_status",
    "snooze",
    "sort",
    "split",
    "take",
    "take_in",
    "take_steps",
    "talked",
    "unassign",
    "undo_send",
    "unlink",
    "use_macro",
    "wake",
    "woken",
]
