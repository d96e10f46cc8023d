"""Content for the tests of search: items that came in through screening, and everything read again."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from trustdesk.content import actions as content
from trustdesk.content.models import Item
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Market, Source
from trustdesk.kernel.people.queries import sources
from trustdesk.policy import queries as policy
from trustdesk.policy.actions import import_pack
from trustdesk.screening import actions as screening
from trustdesk.search import indexing


def pack() -> UUID:
    """The pack in force; returns its source."""
    try:
        policy.live_content()
    except Exception:
        import_pack(actor=SYSTEM, path=settings.PACK, now=now())
    return next(source.id for source in sources().values() if source.code == "pasar")


def ground() -> UUID:
    """Two markets and a source without any policy; returns the source."""
    for code in ("ID", "SG"):
        Market.objects.get_or_create(
            code=code, defaults={"name": code, "time_zone": "UTC", "currency": "IDR", "languages": ["en"]}
        )
    source, _ = Source.objects.get_or_create(code="pasar", defaults={"name": "Pasar", "kinds": ["ad"]})
    cache.delete_many(["people.markets", "people.sources"])
    return source.id


def came(*ads: tuple[str, str], account: str = "budi", **more) -> list[UUID]:
    """Ads with these (title, body) stand on the desk, judged by nobody; ready to be found. Quick: nothing is screened."""
    source = ground()
    entries = [
        content.Entry(
            source=source,
            external_id=f"ad-{uuid4().hex[:10]}",
            kind="ad",
            market=more.get("market", "ID"),
            language="en",
            account=content.AccountEntry(
                external_id=account, name=more.get("name", account.title()), email=more.get("email", "")
            ),
            title=title,
            body=body,
            price=Decimal(120),
            currency="IDR",
            category="sports",
            fields={},
            media=(),
            posted_at=None,
            url="",
            expected_views=None,
            content_hash="0" * 64,
            status="live",
            hidden=False,
            verdict="approve",
        )
        for title, body in ads
    ]
    with transaction.atomic():
        kept = content.keep_batch(actor=SYSTEM, entries=entries, now=now())
    ids = [one.item for one in kept if one is not None]
    indexing.read_again(ids, now=now())
    return ids


def screened(*ads: tuple[str, str], account: str = "budi", **more) -> list[UUID]:
    """Ads come in and are judged by the pack's policies; ready to be found."""
    source = pack()
    submissions = [
        screening.Submission(
            external_id=f"ad-{uuid4().hex[:10]}",
            kind="ad",
            account=content.AccountEntry(
                external_id=account,
                name=more.get("name", account.title()),
                email=more.get("email", ""),
                registered_at=now() - timedelta(days=5),
            ),
            fields={
                "title": title,
                "body": body,
                "price": Decimal(more.get("price", 120)),
                "currency": "IDR",
                "category": more.get("category", "sports"),
            },
            market=more.get("market", "ID"),
            language="en",
        )
        for title, body in ads
    ]
    told = screening.receive(actor=SYSTEM, source=source, submissions=submissions, now=now())
    read()
    return [one.item for one in told]


def read() -> None:
    """Everything that happened is heard, and everything can be found. In a test's own transaction no fact has a position
    yet, so what the loop would be told of is read again by name."""
    outbox.deliver_all(now=now(), reactors=reactor_names())
    indexing.read_again(Item.objects.values_list("id", flat=True), now=now())
