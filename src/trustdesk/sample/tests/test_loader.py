"""A new desk is filled once: through the doors a platform would use, with pictures, and goes on after a power cut."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob

from trustdesk.config import first_start
from trustdesk.config.models import FirstStep
from trustdesk.content import queries as content
from trustdesk.content.models import Account, Item, ItemVersion
from trustdesk.decisions.models import Decision
from trustdesk.escalations import queries as escalations
from trustdesk.escalations.models import Escalation
from trustdesk.files.models import StoredFile
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy.actions import import_pack
from trustdesk.review import queries as reviews
from trustdesk.sample import catalog, draw, jobs, loader, morning
from trustdesk.screening import actions as screening
from trustdesk.support.models import Case

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    """The pack's policies and ground, and the cast."""
    import_pack(actor=SYSTEM, path=settings.PACK, now=NOW)
    for step in first_start.STEPS:
        if step.sample == "people":
            step.call(NOW)


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


def test_a_full_desk_is_left_alone_and_an_interrupted_load_goes_on(desk, without_pictures, monkeypatch):
    newest = catalog.collection()[-40:]
    monkeypatch.setattr(catalog, "collection", lambda: newest)
    loaded = [loader.load(actor=SYSTEM, now=NOW, most=25).total() for _ in range(3)]
    assert loaded == [25, 15, 0]
    assert ItemVersion.objects.count() == 40


def waiting_jobs() -> list[str]:
    return list(ProcrastinateJob.objects.filter(status="todo").values_list("task_name", flat=True))


def test_a_first_start_brings_a_few_items_and_asks_the_worker_for_the_rest(settings, monkeypatch):
    settings.SAMPLE = "all"
    monkeypatch.setattr(first_start, "FIRST_ITEMS", 3)
    assert any("sample items" in told for told in first_start.load(now=NOW))
    assert Item.objects.count() == 3
    assert waiting_jobs().count("sample.fill") == 1
    assert list(first_start.load(now=NOW)) == []


def test_one_may_ask_for_people_only_or_for_nobody(settings):
    settings.SAMPLE = "none"
    list(first_start.load(now=NOW))
    assert first_start.sign_ins() == []
    settings.SAMPLE = "people"
    list(first_start.load(now=NOW))
    assert len(first_start.sign_ins()) == 8
    assert [team.name for team in escalations.teams()] == [
        "Fraud",
        "Global",
        "IT",
        "Legal",
        "Liaison with authorities",
        "Policy",
    ]
    assert not Item.objects.exists()


def test_an_older_desk_with_content_of_its_own_gets_no_sample(settings, desk):
    settings.SAMPLE = "all"
    own = loader.submission(replace(catalog.collection()[0], external_id="our-own", media=()), {}, now=NOW)
    screening.receive(actor=SYSTEM, submissions=[own], now=NOW)
    FirstStep.objects.bulk_create(FirstStep(name=step.name, done_at=NOW) for step in first_start.STEPS[:-1])
    list(first_start.load(now=NOW))
    assert [item.external_id for item in Item.objects.all()] == ["our-own"]


def test_a_sample_that_does_not_fit_the_pack_stops_nothing(settings, monkeypatch, desk):
    settings.SAMPLE = "all"
    FirstStep.objects.bulk_create(FirstStep(name=step.name, done_at=NOW) for step in first_start.STEPS[:-1])
    told = replace(catalog.collection()[0], market="XX", media=())
    monkeypatch.setattr(catalog, "collection", lambda: (told,))
    with pytest.raises(loader.SampleRefused, match="market"):
        loader.load(actor=SYSTEM, now=NOW, most=1)
    list(first_start.load(now=NOW))
    assert "sample.fill" not in waiting_jobs()


def test_the_worker_goes_on_until_the_desk_is_full_and_then_lets_the_cast_begin(desk, without_pictures, monkeypatch):
    assert (morning.pin_notes(now=NOW), morning.decide_some(now=NOW)) == (0, 0)  # nothing is there yet
    monkeypatch.setattr(jobs, "AT_ONCE", 170)
    for _ in range(3):
        jobs.fill()
    statuses = Counter(Item.objects.values_list("status", flat=True))
    assert statuses.total() == len(catalog.collection())
    assert statuses["live"] >= 200
    assert statuses["in_review"] >= 20
    assert statuses["rejected"] >= 5
    noted = content.notes([("account", str(account.id)) for account in Account.objects.all()])
    assert {note.text for note in noted} == {note.text for note in catalog.notes()}
    assert waiting_jobs().count("sample.begin_the_day") == 1

    jobs.begin_the_day(tries=1)  # no review is open yet, and that was the last try
    assert waiting_jobs().count("sample.begin_the_day") == 1
    outbox.deliver_all(now=now(), reactors=reactor_names())
    by_machine = Decision.objects.count()
    for _ in range(2):  # the second time there is nothing left to decide
        jobs.begin_the_day(tries=1)
    assert Decision.objects.count() == by_machine + len(catalog.decisions())
    asked = [(one.team.name, one.requester.name, one.state) for one in Escalation.objects.all()]
    assert asked == [("Legal", "Sari", "waiting")]
    assert set(Case.objects.values_list("subject", flat=True)) == {one.subject for one in catalog.matters()}
    assert Case.objects.count() == len(catalog.matters())
    told = catalog.decisions()[0]
    (item,) = content.items_by_external(None, told.external_id, kind=told.kind)
    assert reviews.of_items([item.id])[item.id].state == "decided"
    assert len(content.notes([("account", str(account.id)) for account in Account.objects.all()])) == len(noted)
