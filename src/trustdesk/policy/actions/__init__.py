"""Everything that changes policies: write, check, approve, publish, roll back; the same for word lists; packs; the brake."""

from trustdesk.policy.actions.braking import Braking, Judged, hold_back, predict_rate, refuse_the_answerable, release
from trustdesk.policy.actions.drafts import DraftRef, check, discard, draft
from trustdesk.policy.actions.folders import Taken, import_pack, take_folder
from trustdesk.policy.actions.publishing import Published, approve, publish, roll_back
from trustdesk.policy.actions.recording import fold_tallies, meter_if_due, note_reversal
from trustdesk.policy.actions.shelving import shelve_guidelines
from trustdesk.policy.actions.telling import tell_overturned, tell_owner
from trustdesk.policy.actions.word_lists import (
    Imported,
    approve_list,
    check_list,
    discard_list,
    edit_list,
    import_list,
    roll_back_list,
)

__all__ = [
    "Braking",
    "DraftRef",
    "Imported",
    "Judged",
    "Published",
    "Taken",
    "approve",
    "approve_list",
    "check",
    "check_list",
    "discard",
    "discard_list",
    "draft",
    "edit_list",
    "fold_tallies",
    "hold_back",
    "import_list",
    "import_pack",
    "meter_if_due",
    "note_reversal",
    "predict_rate",
    "publish",
    "refuse_the_answerable",
    "release",
    "roll_back",
    "roll_back_list",
    "shelve_guidelines",
    "take_folder",
    "tell_overturned",
    "tell_owner",
]
