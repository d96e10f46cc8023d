"""Intents, priorities and moods in words."""

from typing import Any

from django.utils.translation import gettext_lazy as _

WHAT_WORDS: dict[str, Any] = {"intent": _("What it is about"), "priority": _("Priority"), "language": _("Language")}
PRIORITY_WORDS: dict[str, Any] = {"urgent": _("Urgent"), "high": _("High"), "normal": _("Normal"), "low": _("Low")}
MOOD_WORDS: dict[str, Any] = {"angry": _("Angry"), "unhappy": _("Unhappy"), "pleased": _("Pleased")}
MOOD_TONES = {"angry": "reject", "unhappy": "hold", "pleased": "approve"}
INTENT_WORDS: dict[str, Any] = {
    "account_hacked": _("Account taken over"),
    "account_suspended": _("Account suspended"),
    "appeal_decision": _("Objects to a decision"),
    "appeal_status": _("How an appeal stands"),
    "cannot_sign_in": _("Cannot sign in"),
    "complaint": _("Complaint"),
    "copyright": _("Copyright"),
    "data_request": _("Asks for their data"),
    "delete_account": _("Wants the account deleted"),
    "dispute_review": _("Disputes a review"),
    "edit_listing": _("Wants to change a listing"),
    "feature_request": _("Wish for a feature"),
    "impersonation": _("Somebody pretends to be them"),
    "invoice": _("Invoice"),
    "legal_request": _("Legal request"),
    "order_delivery": _("Order or delivery"),
    "payment_problem": _("Trouble with a payment"),
    "pending_review": _("Waits for a review"),
    "policy_question": _("Asks about a policy"),
    "praise": _("Praise"),
    "refund": _("Refund"),
    "report_content": _("Reports content"),
    "report_person": _("Reports a person"),
    "safety_of_child": _("Safety of a child"),
    "scammed": _("Was cheated"),
    "self_harm_worry": _("Worried that somebody harms themselves"),
    "talk_to_person": _("Wants to talk to a person"),
    "technical_problem": _("Technical trouble"),
    "verify_identity": _("Proof of identity"),
    "why_removed": _("Asks why something was removed"),
}


def word(what: str, value: str) -> Any:
    """What a value of a suggestion is called."""
    return {"intent": INTENT_WORDS, "priority": PRIORITY_WORDS}.get(what, {}).get(value, value)
