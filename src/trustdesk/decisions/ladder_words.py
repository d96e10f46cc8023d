"""The ladder in sentences: for the person it is about, and for the one who decides. In the language that is active."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.decisions.folding import Counted
from trustdesk.decisions.terms import Step, Terms

STEP_WORDS: dict[str, Any] = {
    "limit_interaction": lambda: _("fewer answers to and from others"),
    "demonetise": lambda: _("no earnings"),
    "ban_live": lambda: _("no livestreams"),
    "ban_comment": lambda: _("no comments or reviews"),
    "ban_message": lambda: _("no messages to others"),
    "ban_sell": lambda: _("no new ads or listings"),
    "suspend_service": lambda: _("parts of the service are suspended"),
    "suspend_account": lambda: _("the account is suspended"),
    "end_account": lambda: _("two people look at whether the account is ended"),
}
# A restriction of an account, as it is named on the desk.
HELD_WORDS: dict[str, Any] = {
    "limit_interaction": lambda: _("Fewer answers"),
    "demonetise": lambda: _("No earnings"),
    "ban_live": lambda: _("No livestreams"),
    "ban_comment": lambda: _("No comments or reviews"),
    "ban_message": lambda: _("No messages"),
    "ban_sell": lambda: _("No new ads or listings"),
    "suspend_service": lambda: _("Service suspended"),
    "end_service": lambda: _("Service ended"),
    "suspend_account": lambda: _("Account suspended"),
    "end_account": lambda: _("Account ended"),
}
FEATURE_WORDS: dict[str, Any] = {
    "sell": lambda: _("Selling"),
    "comment": lambda: _("Comments"),
    "message": lambda: _("Messages"),
    "live": lambda: _("Livestreams"),
}
_OWN: dict[int, Any] = {
    1: lambda: _("This is your first strike."),
    2: lambda: _("This is your second strike."),
    3: lambda: _("This is your third strike."),
    4: lambda: _("This is your fourth strike."),
}
_NAMED: dict[int, Any] = {
    1: lambda: _("First strike"),
    2: lambda: _("Second strike"),
    3: lambda: _("Third strike"),
    4: lambda: _("Fourth strike"),
}


def day(at: datetime, zone: str) -> str:
    return date_format(at.astimezone(ZoneInfo(zone)), "j F Y")


def strikes(number: int) -> str:
    return ngettext("%(n)s strike", "%(n)s strikes", number) % {"n": number}


def step_words(step: Step) -> str:
    """What a step brings: no new ads or listings, 3 days."""
    what: str = STEP_WORDS[step.kind]()
    if step.days is None:
        return what
    long = ngettext("%(n)s day", "%(n)s days", step.days) % {"n": step.days}
    return _("%(what)s, %(long)s") % {"what": what, "long": long}


def to_owner(counted: Counted, terms: Terms, *, zone: str) -> list[str]:
    """What the statement says of the account."""
    if counted.kind == "lesson":
        told = _("This is the first time, so it is no strike. If it happens again before %(day)s, it will be one.")
        return [told % {"day": day(counted.at + terms.lesson_again, zone)}]
    if counted.kind == "joined":
        return [_("It belongs to something we have told you about already, so it does not count again.")]
    if counted.kind == "old":
        return [_("You posted this long ago, so it does not count as a strike.")]
    if counted.weight == 1 and counted.number in _OWN:
        lines = [_OWN[counted.number]()]
    else:
        told = _("This counts as %(weight)s. You have %(number)s now.")
        lines = [told % {"weight": strikes(counted.weight), "number": strikes(counted.number)}]
    if counted.expires_at is not None:
        lines[0] += " " + _("It goes away on %(day)s.") % {"day": day(counted.expires_at, zone)}
    if counted.ends:
        lines.append(
            _("Two people on our team will look at whether your account is ended. Until then it can be suspended.")
        )
    else:
        lines += next_words(terms, counted.number)
    return lines


def next_words(terms: Terms, number: int) -> list[str]:
    """What comes next, if anything does."""
    step = next((one for one in terms.steps if one.at > number), None)
    if step is None:
        return []
    return [_("At %(strikes)s: %(what)s.") % {"strikes": strikes(step.at), "what": step_words(step)}]


def named(counted: Counted) -> str:
    """What the person who decides reads first: Second strike."""
    if counted.kind != "strike":
        return {
            "lesson": _("A lesson, no strike"),
            "joined": _("No further strike"),
            "old": _("No strike"),
        }[counted.kind]
    if counted.weight == 1 and counted.number in _NAMED:
        word: str = _NAMED[counted.number]()
        return word
    return _("%(weight)s more, %(number)s in all") % {
        "weight": strikes(counted.weight),
        "number": strikes(counted.number),
    }


def because(counted: Counted, *, clauses: int, zero_tolerance: bool) -> list[str]:
    """Why it counts so, for the person who decides."""
    if counted.kind == "lesson":
        return [_("The first breach: people are taught before they are struck.")]
    if counted.kind == "joined":
        return [_("Posted before the author could know of the strike that is counted: one incident, one strike.")]
    if counted.kind == "old":
        return [_("Older than the ladder looks back.")]
    lines = []
    if zero_tolerance:
        lines.append(_("Zero tolerance: two people decide whether the account ends, and it is suspended until then."))
    elif counted.ends:
        lines.append(_("The last step: two people decide whether the account ends, and it is suspended until then."))
    else:
        told = "; ".join(step_words(step) for step in counted.steps)
        lines.append(told[:1].upper() + told[1:] if told else _("Nothing is taken from the account yet."))
    if clauses > 1:
        lines.append(
            ngettext("%(n)s clause, one incident: one strike", "%(n)s clauses, one incident: one strike", clauses)
            % {"n": clauses}
        )
    return lines
