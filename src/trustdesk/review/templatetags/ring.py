"""Words for what accounts share. `{% load ring %}`"""

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

register = template.Library()

WORDS: dict[str, tuple[Any, str]] = {
    "phone": (gettext_lazy("Phone"), "T"),
    "email": (gettext_lazy("E-mail"), "@"),
    "url": (gettext_lazy("Site"), "W"),
    "iban": (gettext_lazy("Bank account"), "B"),
    "card": (gettext_lazy("Card"), "C"),
    "crypto": (gettext_lazy("Wallet"), "₿"),
    "handle": (gettext_lazy("Messenger name"), "M"),
    "national_id": (gettext_lazy("National id"), "N"),
    "text": (gettext_lazy("Nearly the same text"), "¶"),
    "image": (gettext_lazy("Nearly the same picture"), "▣"),
}


@register.filter
def mark_word(kind: str) -> Any:
    return WORDS.get(kind, (kind, ""))[0]


@register.filter
def mark_sign(kind: str) -> str:
    """One sign for the picture; the word stands in its title and in the table."""
    return WORDS.get(kind, ("", "?"))[1]


@register.filter
def says(weight: float) -> str:
    """How much a shared value says, in words."""
    if weight >= 0.5:
        return _("says a lot: hardly anybody else has it")
    return _("says something: some others have it") if weight >= 0.1 else _("says little: many have it")


@register.filter
def plain(value: float) -> str:
    """A number as SVG reads it, whatever the language of the page."""
    return f"{value:g}"
