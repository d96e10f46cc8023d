"""Everything that changes policies: write, check, approve, publish, roll back; the same for word lists; packs."""

from trustdesk.policy.actions.drafts import DraftRef, check, discard, draft
from trustdesk.policy.actions.folders import Taken, import_pack, take_folder
from trustdesk.policy.actions.publishing import Published, approve, publish, roll_back
from trustdesk.policy.actions.word_lists import approve_list, edit_list, roll_back_list

__all__ = [
    "DraftRef",
    "Published",
    "Taken",
    "approve",
    "approve_list",
    "check",
    "discard",
    "draft",
    "edit_list",
    "import_pack",
    "publish",
    "roll_back",
    "roll_back_list",
    "take_folder",
]
