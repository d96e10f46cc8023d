"""Everything one may ask about wellbeing. What is about a person is for that person; leads ask `weeks`."""

from trustdesk.wellbeing.queries.desk import (
    Contact,
    DeskRules,
    budgets,
    contact_for,
    contacts,
    desk_rules,
)
from trustdesk.wellbeing.queries.offers import OfferView, Unmet, offers_to, unmet
from trustdesk.wellbeing.queries.standing import (
    Care,
    Reckoning,
    Standing,
    care_for,
    harms_known,
    present,
    reckon,
    shift_starts,
    standing,
)
from trustdesk.wellbeing.queries.weeks import Group, Week, group_weeks, groups_of, weeks

__all__ = [
    "Care",
    "Contact",
    "DeskRules",
    "Group",
    "OfferView",
    "Reckoning",
    "Standing",
    "Unmet",
    "Week",
    "budgets",
    "care_for",
    "contact_for",
    "contacts",
    "desk_rules",
    "group_weeks",
    "groups_of",
    "harms_known",
    "offers_to",
    "present",
    "reckon",
    "shift_starts",
    "standing",
    "unmet",
    "weeks",
]
