"""What is submitted, and whether it may be: everything that can be wrong with an entry is said at once, by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

import jsonschema
import orjson
from django.utils.translation import gettext

from trustdesk.content.actions import AccountEntry, MediaEntry, content_hash
from trustdesk.content.queries import COMMON_FIELDS, KINDS, MEDIA_KINDS
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.people.queries import MarketView, SourceView

MOST_TITLE, MOST_BODY, MOST_MEDIA = 1_000, 100_000, 40


@dataclass(frozen=True)
class Submission:
    """One entry as an API, a feed or the sample desk gives it; `fields` may hold platform-declared fields."""

    external_id: str
    kind: str
    account: AccountEntry
    fields: Mapping[str, Any] = field(default_factory=dict)
    market: str = ""
    language: str = ""
    media: tuple[MediaEntry, ...] = ()
    posted_at: datetime | None = None
    url: str = ""
    expected_views: float | None = None


@dataclass(frozen=True)
class Checked:
    """A submission that may be screened, with common and declared fields apart."""

    source: UUID
    external_id: str
    kind: str
    market: MarketView
    language: str
    account: AccountEntry
    title: str
    body: str
    price: Decimal | None
    currency: str
    category: str
    declared: dict[str, Any]
    media: tuple[MediaEntry, ...]
    posted_at: datetime | None
    url: str
    expected_views: float | None

    @property
    def key(self) -> tuple[UUID, str, str]:
        return (self.source, self.kind, self.external_id)

    @cached_property
    def content_hash(self) -> str:
        """What the version and the evidence of its decisions are known by: the same when read back and screened again."""
        price = None if self.price is None else format(self.price.normalize(), "f")
        return content_hash(
            {"title": self.title, "body": self.body, "price": price, **self.declared},
            [{"at": medium.url or medium.file, "kind": medium.kind} for medium in self.media],
        )


# An address of a livestream, whatever its platform calls it.
_PLAYLIST = re.compile(r"^[^?#]*\.m3u8(?:[?#]|$)", re.IGNORECASE)


class BadSubmission(Invalid):
    """The item could not be taken."""

    code = "invalid_item"


def check(
    given: Submission,
    *,
    source: SourceView,
    markets: Mapping[str, MarketView],
    declared_schemas: Mapping[str, Mapping[str, Any]],
    known_files: frozenset[UUID],
) -> Checked:
    """Check one submission against the ground. Raises BadSubmission naming every field that needs mending."""
    wrong: dict[str, str] = {}
    if given.kind not in KINDS:
        wrong["kind"] = gettext("Must be one of %(options)s.") % {"options": ", ".join(KINDS)}
    elif source.kinds and given.kind not in source.kinds:
        wrong["kind"] = gettext("%(name)s has no items of kind %(kind)s.") % {"name": source.name, "kind": given.kind}
    if not given.external_id:
        wrong["external_id"] = "Must not be empty."
    if not given.account.external_id:
        wrong["account.external_id"] = "Must not be empty."
    market = _market(given, markets, wrong)
    words = {name: given.fields.get(name) for name in COMMON_FIELDS}
    for name, most in (("title", MOST_TITLE), ("body", MOST_BODY), ("category", 200)):
        value = words[name]
        if value is not None and not isinstance(value, str):
            wrong[f"fields.{name}"] = "Must be text."
        elif isinstance(value, str) and len(value) > most:
            wrong[f"fields.{name}"] = gettext("Must be at most %(most)s characters; it has %(has)s.") % {
                "most": f"{most:,}",
                "has": f"{len(value):,}",
            }
    price = _price(words["price"], wrong)
    currency = words["currency"] or (market.currency if market and price is not None else "")
    if currency and not (isinstance(currency, str) and len(currency) == 3 and currency.isalpha()):
        wrong["fields.currency"] = "Must be a code of three letters, such as EUR."
        currency = ""
    declared = {name: _as_kept(value) for name, value in given.fields.items() if name not in COMMON_FIELDS}
    if given.kind in KINDS:
        _check_declared(declared, declared_schemas.get(given.kind), wrong)
    if len(given.media) > MOST_MEDIA:
        wrong["media"] = gettext("At most %(n)s media.") % {"n": MOST_MEDIA}
    for index, medium in enumerate(given.media):
        if medium.kind not in MEDIA_KINDS:
            wrong[f"media.{index}.kind"] = gettext("Must be one of %(options)s.") % {"options": ", ".join(MEDIA_KINDS)}
        if bool(medium.url) == bool(medium.file):
            wrong[f"media.{index}"] = "Give either url or file_id."
        elif medium.kind == "stream" and not medium.url:
            wrong[f"media.{index}.url"] = "A livestream has the address of its playlist."
        elif medium.url and not medium.url.startswith(("http://", "https://")):
            wrong[f"media.{index}.url"] = "Must begin with http:// or https://."
        elif medium.file and medium.file not in known_files:
            wrong[f"media.{index}.file_id"] = "There is no such file; upload it first."
    if not any((words["title"], words["body"], given.media, declared)):
        wrong.setdefault("fields", "Give a title, a body or media: there is nothing to look at.")
    if given.expected_views is not None and not 0 <= given.expected_views < 1e12:
        wrong["expected_views"] = "Must be a number from 0."
    if wrong or market is None:
        raise BadSubmission(fields=wrong)
    return Checked(
        source=source.id,
        external_id=given.external_id,
        kind=given.kind,
        market=market,
        language=given.language or given.account.language or market.languages[0],
        account=given.account,
        title=words["title"] or "",
        body=words["body"] or "",
        price=price,
        currency=str(currency).upper(),
        category=words["category"] or "",
        declared=declared,
        media=tuple(_with_state(medium) for medium in given.media),
        posted_at=given.posted_at,
        url=given.url,
        expected_views=given.expected_views,
    )


def _as_kept(value: Any) -> Any:
    """A declared value as the database gives it back, so that a replay reads what the first reading did: a huge whole
    number comes back as an integer however it was written."""
    if isinstance(value, float) and abs(value) >= 2**53 and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _as_kept(entry) for name, entry in value.items()}
    return [_as_kept(entry) for entry in value] if isinstance(value, list) else value


def _with_state(medium: MediaEntry) -> MediaEntry:
    # Pictures and videos are fetched and looked into, streams watched where they are; others are kept as they were named.
    kind = "stream" if medium.kind == "video" and _PLAYLIST.search(medium.url) else medium.kind
    state = "ready" if medium.file else ("wanted" if kind in {"image", "video"} else "kept")
    return MediaEntry(kind=kind, url=medium.url, file=medium.file, alt=medium.alt, state=state)


def _market(given: Submission, markets: Mapping[str, MarketView], wrong: dict[str, str]) -> MarketView | None:
    if given.market:
        market = markets.get(given.market)
        if market is None:
            wrong["market"] = f"Must be one of {', '.join(markets)}." if markets else "No market is set up yet."
        return market
    if given.account.country in markets:
        return markets[given.account.country]
    if len(markets) == 1:
        return next(iter(markets.values()))
    wrong["market"] = (
        f"Say which market: {', '.join(markets)}. It follows from account.country only when that is one of them."
        if markets
        else "No market is set up yet."
    )
    return None


def _price(value: Any, wrong: dict[str, str]) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        wrong["fields.price"] = "Must be a number."
        return None
    try:
        price = Decimal(str(value))
    except ArithmeticError:
        wrong["fields.price"] = "Must be a number."
        return None
    if not price.is_finite() or price < 0 or price >= Decimal("1e15"):
        wrong["fields.price"] = "Must be a number from 0 and below 1,000,000,000,000,000."
        return None
    exponent = price.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -4:
        wrong["fields.price"] = "At most four decimal places."
        return None
    return price


def _check_declared(declared: Mapping[str, Any], schema: Mapping[str, Any] | None, wrong: dict[str, str]) -> None:
    if not declared:
        return
    if schema is None:
        for name in declared:
            wrong[f"fields.{name}"] = "This field is not declared for the kind (pack.yaml: kinds)."
        return
    for error in _validator(orjson.dumps(schema, option=orjson.OPT_SORT_KEYS)).iter_errors(dict(declared)):
        path = ".".join(str(step) for step in error.absolute_path)
        if error.validator == "additionalProperties":
            known = ", ".join([*COMMON_FIELDS, *schema.get("properties", {})])
            for name in set(declared) - set(schema.get("properties", {})):
                wrong[f"fields.{name}"] = f"This field is not declared for the kind. There are: {known}."
        else:
            wrong[f"fields.{path}" if path else "fields"] = error.message[:300]


@lru_cache(maxsize=64)
def _validator(schema: bytes) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(orjson.loads(schema))
