"""A new desk is filled once: through the doors a platform would use, with pictures, and goes on after a power cut."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings

from trustdesk.config import first_start
from trustdesk.content import queries as content
from trustdesk.content.models import Item, ItemVersion
from trustdesk.decisions.models import Decision
from trustdesk.files.models import StoredFile
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.actions import import_pack
from trustdesk.review import queries as reviews
from trustdesk.sample import catalog, draw, loader, morning

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """The pack's policies and ground, and the cast."""
    import_pack(actor=SYSTEM, path=settings.PACK, now=NOW)
    for person in first_start.SAMPLE_STAFF:
        people.add_staff(
            actor=SYSTEM,
            email=person.email,
            name=person.name,
            password=first_start.SAMPLE_PASSWORD,
            now=NOW,
            roles=[person.role],
            languages=person.languages,
            markets=person.markets,
        )


@pytest.fixture
def without_pictures(monkeypatch):
    """One small picture for all: judging the real ones takes half a minute."""
    data = draw.picture("knife", 1)
    monkeypatch.setattr(draw, "picture", lambda motif, seed: data)


def test_the_newest_items_arrive_with_their_pictures_and_only_once(desk):
    assert loader.load(actor=SYSTEM, now=NOW, most=8).total() == 8
    newest = catalog.collection()[-8:]
    assert set(Item.objects.values_list("external_id", flat=True)) == {item.external_id for item in newest}
    assert StoredFile.objects.count() == sum(len(item.media) for item in newest)

    bike = next(item for item in newest if len(item.media) == 2)
    (there,) = content.items_by_external(None, bike.external_id, kind=bike.kind)
    assert there.posted_at == NOW - timedelta(hours=bike.hours_ago)
    shown = content.newest_versions([there.id])[there.id].media
    assert [medium.alt for medium in shown] == [media.alt for media in bike.media]
    assert all(medium.file for medium in shown)


def test_a_full_desk_is_left_alone_and_an_interrupted_load_goes_on(desk, without_pictures):
    first = loader.load(actor=SYSTEM, now=NOW, most=200)
    rest = loader.load(actor=SYSTEM, now=NOW, most=200)
    assert (first.total(), rest.total()) == (200, 100)
    assert loader.load(actor=SYSTEM, now=NOW, most=200).total() == 0
    assert ItemVersion.objects.count() == 300
    statuses = first + rest
    assert statuses["live"] >= 200
    assert statuses["in_review"] >= 20
    assert statuses["rejected"] >= 5


def test_the_cast_has_worked_a_little_before_the_newcomer_comes(desk, without_pictures):
    assert morning.decide_some(now=NOW) == 0
    assert morning.pin_notes(now=NOW) == 0
    for _ in range(3):
        loader.load(actor=SYSTEM, now=NOW, most=100)
    outbox.deliver_all(now=NOW, reactors=reactor_names())

    by_machine = Decision.objects.count()
    assert morning.decide_some(now=NOW) == len(catalog.decisions())
    assert Decision.objects.count() == by_machine + len(catalog.decisions())
    told = catalog.decisions()[0]
    (item,) = content.items_by_external(None, told.external_id, kind=told.kind)
    assert reviews.of_items([item.id])[item.id].state == "decided"

    assert morning.pin_notes(now=NOW) == len(catalog.notes())
    assert (morning.decide_some(now=NOW), morning.pin_notes(now=NOW)) == (0, 0)
