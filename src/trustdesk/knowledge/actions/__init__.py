"""Everything that changes the knowledge base."""

from trustdesk.knowledge.actions.doubting import confirm, doubt_by_policy, doubt_due
from trustdesk.knowledge.actions.shelving import (
    Guideline,
    archive,
    keep_guidelines,
    keep_synonyms,
    keep_topic,
    load_help,
    put_back,
)
from trustdesk.knowledge.actions.writing import (
    OnlyRead,
    begin,
    change_settings,
    discard,
    publish,
    restore,
    save,
    send_back,
    submit,
)
from trustdesk.knowledge.counting import note_asked, note_offered, note_opened, note_read, reader_mark, vote
from trustdesk.knowledge.rules import Draft, Setting

__all__ = [
    "Draft",
    "Guideline",
    "OnlyRead",
    "Setting",
    "archive",
    "begin",
    "change_settings",
    "confirm",
    "discard",
    "doubt_by_policy",
    "doubt_due",
    "keep_guidelines",
    "keep_synonyms",
    "keep_topic",
    "load_help",
    "note_asked",
    "note_offered",
    "note_opened",
    "note_read",
    "publish",
    "put_back",
    "reader_mark",
    "restore",
    "save",
    "send_back",
    "submit",
    "vote",
]
