"""What somebody asks of a list: from an address to a checked question, and back. Nothing here reads the lists."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.content.queries import KINDS, STATUSES, VERDICTS
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.search.rules import LONGEST_QUERY, LONGEST_VALUE, clean, term

TABS = ("items", "accounts", "decisions")
OUTCOMES = ("approve", "limit", "hold", "remove", "warn", "educate", "flag")
MAKERS = ("person", "rule", "nobody")
DECISION_STATES = ("pending", "effective", "superseded", "withdrawn")
STANDINGS = ("clean", "restricted")
MOST_VALUES = 12
_ALL = frozenset(TABS)
_CONTENT = frozenset({"items", "decisions"})


@dataclass(frozen=True)
class Filter:
    """One filter of the lists. `choices` gives the values that exist, None for those that are typed."""

    name: str
    label: str | Promise
    tabs: frozenset[str]
    choices: Callable[[], Collection[str]] | None = None
    fold: bool = False


def _markets() -> Collection[str]:
    return people.markets()


def _sources() -> Collection[str]:
    return [source.code for source in people.sources().values()]


# In the order in which the page shows them.
FILTERS: dict[str, Filter] = {
    one.name: one
    for one in (
        Filter("status", gettext_lazy("State"), frozenset({"items"}), lambda: STATUSES),
        Filter("kind", gettext_lazy("Kind"), _CONTENT, lambda: KINDS),
        Filter("market", gettext_lazy("Market"), _CONTENT, _markets),
        Filter("state", gettext_lazy("State"), frozenset({"decisions"}), lambda: DECISION_STATES),
        Filter("standing", gettext_lazy("Standing"), frozenset({"accounts"}), lambda: STANDINGS),
        Filter("source", gettext_lazy("Source"), _ALL, _sources),
        Filter("language", gettext_lazy("Language"), _ALL),
        Filter("country", gettext_lazy("Country"), frozenset({"accounts"}), fold=True),
        Filter("verified", gettext_lazy("Verified"), frozenset({"accounts"}), lambda: ("yes", "no", "unknown")),
        Filter("verdict", gettext_lazy("What the rules said"), frozenset({"items"}), lambda: VERDICTS),
        Filter("outcome", gettext_lazy("Decision"), _CONTENT, lambda: OUTCOMES),
        Filter("by", gettext_lazy("Decided by"), _CONTENT, lambda: MAKERS),
        Filter("who", gettext_lazy("Who decided"), _CONTENT),
        Filter("label", gettext_lazy("Label"), _CONTENT),
        Filter("policy", gettext_lazy("Policy"), _CONTENT),
        Filter("clause", gettext_lazy("Clause"), _CONTENT),
        Filter("rule", gettext_lazy("Rule"), _CONTENT),
        Filter("category", gettext_lazy("Category"), frozenset({"items"}), fold=True),
        Filter("currency", gettext_lazy("Currency"), frozenset({"items"}), fold=True),
    )
}
_PLAIN = ("q", "account", "price_from", "price_to", "since", "until", "order")


class Unclear(Invalid):
    """Something in the filters needs mending."""

    code = "unclear_search"


@dataclass(frozen=True)
class Asked:
    """A checked question. `terms`: of each filter any one. `markets`: what the person is bounded to, None where nothing
    bounds them. `upto`: what came later is left out, so that a job sees what its preview saw. `without`: items of
    which nothing is told."""

    tab: str
    words: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    account: UUID | None = None
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    since: date | None = None
    until: date | None = None
    order: str = "newest"
    zone: str = "UTC"
    markets: tuple[str, ...] | None = None
    upto: datetime | None = None
    without: frozenset[UUID] = frozenset()

    @property
    def terms(self) -> list[list[str]]:
        found = [[term(name, value) for value in values] for name, values in self.values.items()]
        if self.markets is not None and self.tab != "accounts":
            found.append([term("market", code) for code in self.markets] or ["market:"])
        return found

    @property
    def span(self) -> tuple[datetime | None, datetime | None]:
        """From (included) and to (not included), days of the person's own zone."""
        zone = ZoneInfo(self.zone)
        start = datetime.combine(self.since, time(), zone).astimezone(UTC) if self.since else None
        end = datetime.combine(self.until + timedelta(days=1), time(), zone).astimezone(UTC) if self.until else None
        return start, end

    @property
    def query(self) -> str:
        """As it stands in an address, always in the same order."""
        said: list[tuple[str, str]] = [("q", self.words)] if self.words else []
        said += [(name, value) for name, values in self.values.items() for value in values]
        for name in ("account", "price_from", "price_to", "since", "until"):
            value = getattr(self, name)
            if value is not None:
                said.append((name, str(value)))
        if self.order != "newest":
            said.append(("order", self.order))
        return urlencode(said)

    @property
    def anything(self) -> bool:
        return bool(self.query)


def ask(
    tab: str, told: Mapping[str, Sequence[str]], *, actor: Actor, zone: str = "UTC", upto: datetime | None = None
) -> Asked:
    """Check what an address says (each name with all its values). Raises Unclear, which names the fields."""
    fields: dict[str, str] = {}

    def one(name: str) -> str:
        return next((value.strip() for value in reversed(told.get(name, ())) if value.strip()), "")

    words = next(iter(told.get("q", ())), "")
    if len(words) > LONGEST_QUERY:
        fields["q"] = _("At most %(n)s characters.") % {"n": LONGEST_QUERY}
        words = words[:LONGEST_QUERY]
    values: dict[str, tuple[str, ...]] = {}
    for name, one_filter in FILTERS.items():
        typed = [clean(value) for value in told.get(name, ())]
        chosen = tuple(dict.fromkeys(value.casefold() if one_filter.fold else value for value in typed if value))
        if not chosen or tab not in one_filter.tabs:
            continue
        wrong = _wrong(one_filter, chosen)
        if wrong:
            fields[name] = wrong
        else:
            values[name] = chosen
    since, until = _day("since", one("since"), fields), _day("until", one("until"), fields)
    if since and until and since > until:
        fields["until"] = _("The last day lies before the first.")
    low, high = _price("price_from", one("price_from"), fields), _price("price_to", one("price_to"), fields)
    if low is not None and high is not None and low > high:
        fields["price_to"] = _("The highest price lies below the lowest.")
    account = None
    if said := one("account"):
        try:
            account = UUID(said)
        except ValueError:
            fields["account"] = _("This is no account's id.")
    order = one("order") or "newest"
    if order not in {"newest", "oldest"}:
        fields["order"] = _("There is no “%(value)s”.") % {"value": order[:40]}
    if fields:
        raise Unclear(_("Something in the filters needs mending."), fields=fields)
    return Asked(
        tab=tab,
        words=clean(words),
        values=values,
        account=account if tab != "accounts" else None,
        price_from=low if tab == "items" else None,
        price_to=high if tab == "items" else None,
        since=since,
        until=until,
        order=order,
        zone=_zone(zone),
        markets=markets_of(actor),
        upto=upto,
    )


def markets_of(actor: Actor, right: str = "items.read") -> tuple[str, ...] | None:
    """The markets in which the actor holds a right; None where it holds everywhere."""
    if actor.kind == "system":
        return None
    bounds = [allowance.markets for allowance in actor.allowances if allowance.right == right]
    return None if any(not markets for markets in bounds) else tuple(sorted(frozenset().union(*bounds)))


def _wrong(one: Filter, chosen: Sequence[str]) -> str:
    if len(chosen) > MOST_VALUES:
        return _("At most %(n)s at once.") % {"n": MOST_VALUES}
    if any(len(term(one.name, value)) >= LONGEST_VALUE for value in chosen):
        return _("This is too long.")
    if one.choices is not None:
        known = one.choices()
        for value in chosen:
            if value not in known:
                return _("There is no “%(value)s”.") % {"value": value[:40]}
    return ""


def _day(name: str, said: str, fields: dict[str, str]) -> date | None:
    if not said:
        return None
    try:
        day = date.fromisoformat(said)
    except ValueError:
        fields[name] = _("Write a day as 2026-03-09.")
        return None
    # Times of the first and the last years do not survive another zone.
    if not 1900 <= day.year <= 9000:
        fields[name] = _("Write a day as 2026-03-09.")
        return None
    return day


def _price(name: str, said: str, fields: dict[str, str]) -> Decimal | None:
    if not said:
        return None
    try:
        price = Decimal(said[:40])
    except InvalidOperation:
        price = Decimal("NaN")
    if not price.is_finite() or not 0 <= price < Decimal(10) ** 15:
        fields[name] = _("Write a price in figures.")
        return None
    return price


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
