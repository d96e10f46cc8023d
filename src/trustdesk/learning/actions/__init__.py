"""Changing what is learnt: labels brought, measurements asked and used, models proposed, tried, released, taken back."""

from trustdesk.learning.actions.labels import bring_labels, forget_labels
from trustdesk.learning.actions.studies import (
    ask_learning,
    ask_measurement,
    begin_study,
    finish_measurement,
    give_up_study,
    note_progress,
    use_thresholds,
)
from trustdesk.learning.actions.versions import (
    end_shadow,
    propose,
    release,
    roll_back,
    start_shadow,
    withdraw,
)

__all__ = [
    "ask_learning",
    "ask_measurement",
    "begin_study",
    "bring_labels",
    "end_shadow",
    "finish_measurement",
    "forget_labels",
    "give_up_study",
    "note_progress",
    "propose",
    "release",
    "roll_back",
    "start_shadow",
    "use_thresholds",
    "withdraw",
]
