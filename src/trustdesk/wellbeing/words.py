"""What harms and ways are called on pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

HARM_WORDS: dict[str, Any] = {
    "child_safety": _("Children harmed"),
    "sexual": _("Sexual content"),
    "violence": _("Violence"),
    "extremism": _("Extremism"),
    "self_harm": _("Self-harm"),
    "hate": _("Hate"),
    "harassment": _("Harassment"),
}
WAY_WORDS: dict[str, Any] = {
    "blur": _("Blurred"),
    "grey": _("Grey"),
    "mute": _("Muted"),
    "small": _("Small"),
    "text": _("Words too"),
}


def harm_word(harm: str) -> Any:
    """A harm in words; one we do not know by its code."""
    return HARM_WORDS.get(harm) or harm.replace("_", " ").capitalize()
