"""Refusals: the typed way to say no. They meet HTTP once, in `web`."""

from typing import Any

from django.utils.translation import gettext


class Refusal(Exception):
    """A verb that will not do what was asked.

    `code` is stable and for machines, `status` the HTTP status, the message a sentence for people (by default the
    first line of the class's docstring). `fields` names what to mend: {"price": "Must not be negative."}. Both are
    kept as they are written in the source, in English; `spoken` and `spoken_fields` say them to whoever reads now.
    """

    code: str = "refused"
    status: int = 409

    def __init__(self, message: str | None = None, *, fields: dict[str, str] | None = None, **details: Any) -> None:
        self.message = message or (self.__doc__ or "That is not possible.").strip().splitlines()[0]
        self.fields = fields or {}
        self.details = details
        super().__init__(self.message)

    @property
    def spoken(self) -> str:
        """The message in the language of the page or answer that is being made."""
        return _spoken(self.message)

    @property
    def spoken_fields(self) -> dict[str, str]:
        """What to mend, in the language of the page or answer that is being made."""
        return {name: _spoken(words) for name, words in self.fields.items()}

    @property
    def kind_spoken(self) -> str:
        """What this kind of refusal always says, in the language of the answer that is being made."""
        return _spoken((self.__doc__ or self.message).strip().splitlines()[0])


def _spoken(words: str) -> str:
    # An empty text is the catalog's own header for gettext, so nothing stays nothing.
    return gettext(words) if words else words


class NotFound(Refusal):
    """There is nothing here that you may see."""

    code, status = "not_found", 404


class Forbidden(Refusal):
    """You do not have the right to do this."""

    code, status = "forbidden", 403


class Invalid(Refusal):
    """Something in what was sent needs mending."""

    code, status = "invalid", 422


class Stale(Refusal):
    """Someone else changed this while you had it open."""

    code, status = "stale", 412
