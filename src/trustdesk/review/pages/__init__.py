"""The review page: take, look, decide, undo.

The page is a frame (`review/desk.html`) around ONE fragment (`review/_desk.html`, root `#desk`): everything that changes
from item to item. The fragment is made by `showing.context_of` alone, so it is the same whether it came with the page or
was claimed and rendered ahead and put in place by the browser. What another part of the desk shows beside the item
belongs into the fragment, and the values it needs into `context_of`; its script hangs on the fragment as
`static/review/shown.js` tells.
"""

from trustdesk.review.pages.asking import ask_author, evidence
from trustdesk.review.pages.deciding import (
    clauses,
    compare,
    decide,
    dict_of_languages,
    edit_and_approve,
    note,
    preview,
    put_aside,
    skip,
    undo,
)
from trustdesk.review.pages.golden import read, told
from trustdesk.review.pages.handing import asked, escalate, take_up
from trustdesk.review.pages.playing import film, stream, stream_frame
from trustdesk.review.pages.showing import desk
from trustdesk.review.pages.taking import ahead, heartbeat, leave, nothing, release, take, take_next, token

__all__ = [
    "ahead",
    "ask_author",
    "asked",
    "clauses",
    "compare",
    "decide",
    "desk",
    "dict_of_languages",
    "edit_and_approve",
    "escalate",
    "evidence",
    "film",
    "heartbeat",
    "leave",
    "note",
    "nothing",
    "preview",
    "put_aside",
    "read",
    "release",
    "skip",
    "stream",
    "stream_frame",
    "take",
    "take_next",
    "take_up",
    "token",
    "told",
    "undo",
]
