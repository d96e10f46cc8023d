"""The desk's own rules of care: bounds, breaks, whom to talk to. The same for everyone."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from trustdesk.wellbeing.models import Budget, Desk, SupportContact
from trustdesk.wellbeing.rules import DEFAULT_BUDGETS, Limit


@dataclass(frozen=True)
class DeskRules:
    """Minutes of unbroken work before a break is suggested (0: never), heavy ones in a row before lighter ones come first
    (0: off), minutes of break owed for urgent work taken beyond a budget."""

    break_after: int = 90
    heavy_run: int = 3
    owed_break: int = 15


@dataclass(frozen=True)
class Contact:
    """Someone to talk to."""

    id: UUID
    language: str
    market: str
    name: str
    phone: str
    link: str
    words: str


def desk_rules() -> DeskRules:
    row = Desk.objects.first()
    return DeskRules(row.break_after, row.heavy_run, row.owed_break) if row else DeskRules()


def budgets() -> dict[str, Limit]:
    """The desk's budgets by harm, "" for everything."""
    return {**DEFAULT_BUDGETS, **{row.harm: Limit(row.shift, row.week) for row in Budget.objects.all()}}


def contacts() -> list[Contact]:
    """Whom people can talk to; kept for ten seconds, since every page of a sensitive item asks."""
    kept: list[Contact] | None = cache.get("wellbeing.contacts")
    if kept is None:
        kept = [
            Contact(
                id=row.id,
                language=row.language,
                market=row.market,
                name=row.name,
                phone=row.phone,
                link=row.link,
                words=row.words,
            )
            for row in SupportContact.objects.order_by("market", "language")
        ]
        cache.set("wellbeing.contacts", kept, 10)
    return kept


def contact_for(language: str, markets: Iterable[str] = ()) -> Contact | None:
    """The closest contact: in this person's language and one of their markets, else in the language, else in a market,
    else the desk's."""
    near = set(markets)
    fitting = [one for one in contacts() if one.language in {"", language} and (not one.market or one.market in near)]
    return max(fitting, key=lambda one: (bool(one.language), bool(one.market)), default=None)
