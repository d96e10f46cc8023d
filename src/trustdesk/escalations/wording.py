"""What states and sayings of hand-overs are called on pages."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

STATES = {
    "waiting": (gettext_lazy("waits to be accepted"), "warning"),
    "answered": (gettext_lazy("answered"), "approve"),
    "returned": (gettext_lazy("handed back"), "limit"),
    "closed": (gettext_lazy("closed"), ""),
    "cancelled": (gettext_lazy("withdrawn"), ""),
}
SAYINGS = {
    "asked": gettext_lazy("asked"),
    "answered": gettext_lazy("answered"),
    "returned": gettext_lazy("handed back"),
    "followed_up": gettext_lazy("asked further"),
    "asked_back": gettext_lazy("asked back"),
    "told": gettext_lazy("answered what was asked"),
    "promised": gettext_lazy("set a day to follow it up"),
    "reminded": gettext_lazy("the day is over"),
    "automatic": gettext_lazy("an automatic answer, which is none"),
    "unverified": gettext_lazy("unverified: somebody else than the team, or a sender that does not hold"),
    "climbed": gettext_lazy("next level"),
    "cancelled": gettext_lazy("withdrew it"),
    "noted": gettext_lazy("added"),
}


def state(code: str, holder: str) -> tuple[str, str]:
    """(words, tone)."""
    if code == "accepted" and not holder:
        return _("the team has it"), "hold"
    if code == "asked_back" and not holder:
        return _("the team asks back"), "warning"
    if code == "accepted":
        return _("accepted by %(name)s") % {"name": holder}, "hold"
    if code == "asked_back":
        return _("%(name)s asks back") % {"name": holder}, "warning"
    words, tone = STATES[code]
    return str(words), tone


def saying(kind: str) -> str:
    return str(SAYINGS[kind])
