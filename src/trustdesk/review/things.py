"""The thing under review as its audience sees it: words with their marks, price, pictures, what stands around it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.content.queries import KINDS, AccountView, Around, Glimpse, ItemView, VersionView
from trustdesk.review.highlight import Piece, Stretch, pieces, spans_of, stretches, terms_in

# Declared fields that a kind's template shows in their place; the rest stands in a table below.
IN_PLACE: dict[str, tuple[str, ...]] = {
    "ad": ("ad_type", "company", "location", "salary", "deposit"),
    "listing": ("condition", "brand", "location", "old_price", "negotiable"),
    "product": ("condition", "brand", "gtin", "old_price", "stock"),
    "shop": ("location", "trader", "registration"),
    "profile": ("handle", "location", "website", "following"),
    "review": ("rating", "verified_purchase", "helpful"),
    "comment": ("likes",),
    "message": ("first_contact", "recipients"),
    "image": ("likes",),
    "short_video": ("seconds", "likes"),
    "livestream": ("viewers",),
}
_SIGNS = {"IDR": "Rp", "SGD": "S$", "EUR": "€", "USD": "US$", "GBP": "£", "MYR": "RM"}
# Where thousands are parted by a stop and the rest by a comma.
_STOPS = ("IDR", "EUR")
_WORDS: dict[str, Any] = {
    "new": gettext_lazy("New"),
    "like_new": gettext_lazy("Like new"),
    "used": gettext_lazy("Used"),
    "for_parts": gettext_lazy("For parts"),
    "job": gettext_lazy("Job"),
    "rental": gettext_lazy("To let"),
    "service": gettext_lazy("Service"),
    "vehicle": gettext_lazy("Vehicle"),
    "property": gettext_lazy("Property"),
    "other": gettext_lazy("Other"),
}


@dataclass(frozen=True)
class Told:
    """A declared field: its name in words, its value; `pieces` of one that is text, with what was found in it."""

    label: str
    value: Any
    pieces: tuple[Piece, ...] = ()

    @property
    def word(self) -> str:
        """A code of the platform's as a word: like_new → Like new."""
        return str(_WORDS.get(str(self.value)) or str(self.value).replace("_", " ").capitalize())


@dataclass(frozen=True)
class Seen:
    """Another thing beside this one, with the address of its picture ("" for none) and its price in words."""

    glimpse: Glimpse
    picture: str
    price: str
    mine: bool  # by the account under review


@dataclass(frozen=True)
class Thing:
    """What a kind's template shows. `lang`: of its words, "" where nobody told."""

    kind: str
    lang: str
    title: tuple[Piece, ...]
    body: tuple[Stretch, ...]
    length: int
    price: str
    old_price: str
    percent_off: int
    fields: Mapping[str, Told]
    rest: tuple[Told, ...]
    parent: Seen | None = None
    about: Seen | None = None
    before: tuple[Seen, ...] = field(default=())  # neighbours under the same thing, oldest first
    after: tuple[Seen, ...] = field(default=())
    answers: tuple[Seen, ...] = field(default=())
    newest: tuple[Seen, ...] = field(default=())

    @property
    def template(self) -> str:
        return f"review/kinds/{self.kind}.html"

    @property
    def talk(self) -> tuple[Seen, ...]:
        return (*self.before, *self.after)

    @property
    def quiet(self) -> int:
        """Characters that are folded away."""
        return sum(part.quiet for part in self.body)

    @property
    def bars(self) -> str:
        """Of a review: its stars, for eyes."""
        rating = self.fields.get("rating")
        full = max(0, min(5, int(rating.value))) if rating and isinstance(rating.value, int | float) else 0
        return "★" * full + "☆" * (5 - full)


def thing_of(
    *,
    item: ItemView,
    version: VersionView,
    account: AccountView,
    hits: Sequence[Mapping[str, Any]],
    around: Around,
    terms: Mapping[str, str],
    picture: Callable[[UUID], str],
) -> Thing:
    """`terms`: slang of the market with its meaning; `picture`: the address of a file's small picture, "" for none."""

    def cut(name: str, text: str) -> list[Piece]:
        return pieces(text, spans_of(hits, name), terms_in(text, terms))

    def seen(glimpse: Glimpse) -> Seen:
        return Seen(
            glimpse=glimpse,
            # What is not on show may hurt: its picture stays away, its words are enough to go and look.
            picture=picture(glimpse.file) if glimpse.file and glimpse.status == "live" else "",
            price=money(glimpse.price, glimpse.currency),
            mine=glimpse.account == account.id,
        )

    told = {
        name: Told(label_of(name), value, tuple(cut(name, value)) if isinstance(value, str) else ())
        for name, value in sorted(version.fields.items())
        if value not in (None, "")
    }
    old = _number(told["old_price"].value) if "old_price" in told else None
    cheaper = old is not None and version.price is not None and old > version.price > 0
    here, when = IN_PLACE[item.kind], (item.posted_at or item.received_at, item.id)
    return Thing(
        kind=item.kind if item.kind in KINDS else "ad",
        lang=version.language or item.language,
        title=tuple(cut("title", version.title)),
        body=tuple(stretches(cut("body", version.body))),
        length=len(version.body),
        price=money(version.price, version.currency),
        old_price=money(old, version.currency) if old is not None else "",
        percent_off=round(100 * (1 - version.price / old)) if cheaper and old and version.price else 0,
        fields=told,
        rest=tuple(
            each
            for name, each in told.items()
            if name not in here
            and not (name == "parent_id" and around.parent)
            and not (name == "about_id" and around.about)
        ),
        parent=seen(around.parent) if around.parent else None,
        about=seen(around.about) if around.about else None,
        before=tuple(seen(one) for one in around.neighbours if (one.at, one.id) < when),
        after=tuple(seen(one) for one in around.neighbours if (one.at, one.id) > when),
        answers=tuple(seen(one) for one in around.answers),
        newest=tuple(seen(one) for one in around.newest),
    )


def money(amount: Decimal | None, currency: str) -> str:
    """As people write it where the currency is used: Rp 1.250.000, € 12,50, S$ 40."""
    if amount is None:
        return ""
    whole = amount == amount.to_integral_value()
    plain = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    if currency in _STOPS:
        plain = plain.translate({ord(","): ".", ord("."): ","})
    return f"{_SIGNS.get(currency, currency)} {plain}".strip()


def label_of(name: str) -> str:
    """A declared field's name as people read it: ad_type → Ad type."""
    known = {"parent_id": _("Answers"), "about_id": _("About"), "conversation_id": _("Conversation"), "gtin": "GTIN"}
    return known.get(name) or name.replace("_", " ").capitalize()


def _number(value: Any) -> Decimal | None:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else None
