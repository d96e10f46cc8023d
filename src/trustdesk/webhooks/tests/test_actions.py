"""Endpoints are added, get new secrets, are switched off; events wait for those who listen."""

from datetime import timedelta

import pytest
from django.db import connection

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.models import Source
from trustdesk.kernel.people.rules import Allowance
from trustdesk.webhooks import actions, queries, rules, sealing
from trustdesk.webhooks.models import Endpoint, Event, EventDelivery
from trustdesk.webhooks.tests.makers import JONAS, tell

pytestmark = pytest.mark.django_db
TARGET = actions.Target("https://platform.example/hooks")


async def public(host, port):
    return ["93.184.216.34"]


async def private(host, port):
    return ["10.0.0.7"]


def add(now, actor=JONAS, **more):
    return actions.add_endpoint(actor=actor, target=TARGET, now=now, **{"events": ["*"], **more})


@pytest.fixture
def two_sources():
    return [Source.objects.create(id=uuid7(), code=code, name=code.title()) for code in ("bazaar", "chat")]


def test_the_secret_is_shown_once_and_lies_sealed(now):
    made = add(now)
    assert made.secret.startswith("whsec_")
    row = Endpoint.objects.get()
    assert made.secret not in row.secret
    assert sealing.unseal(row.secret) == made.secret
    for shown in (repr(queries.endpoints(actor=JONAS)), str(list(FactRow.objects.values()))):
        assert made.secret not in shown
        assert row.secret not in shown
    assert [fact.kind for fact in FactRow.objects.all()] == ["webhooks.endpoint_added"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://127.0.0.1/hooks", "private address"),
        ("https://10.0.0.8/hooks", "private address"),
        ("https://[::1]/hooks", "private address"),
        ("https://169.254.169.254/latest/meta-data", "private address"),
        ("http://platform.example/hooks", "https"),
        ("ftp://platform.example/", "Only http and https"),
        ("https://user:pw@platform.example/", "user name or password"),
        ("not an address", "Only http and https"),
        ("https://platform.example/\n", ""),
        ("https://platform.example/\0", "at most"),
        ("https://platform.example/" + "a" * 2000, "at most"),
    ],
)
def test_an_address_that_cannot_be_called_is_refused_in_words(url, words, settings):
    settings.PRIVATE_TARGETS = False
    if not words:
        assert actions.check_target(url=url, resolver=public).url == url.strip()
        return
    with pytest.raises(Invalid) as caught:
        actions.check_target(url=url)
    assert words in caught.value.fields["url"]


def test_a_name_that_leads_inside_is_refused_unless_the_desk_is_for_trying(settings):
    settings.PRIVATE_TARGETS = False
    with pytest.raises(Invalid, match="cannot be a webhook"):
        actions.check_target(url="https://innocent.example/hooks", resolver=private)
    settings.PRIVATE_TARGETS = True
    assert actions.check_target(url="http://innocent.example/hooks", resolver=private)


def test_a_slow_name_server_does_not_hold_the_page(settings, monkeypatch):
    import asyncio

    async def never(host, port):
        await asyncio.sleep(60)

    monkeypatch.setattr(actions, "_PATIENCE", 0.05)
    with pytest.raises(Invalid) as caught:
        actions.check_target(url="https://slow.example/", resolver=never)
    assert "too long" in caught.value.fields["url"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"events": []}, "events"),
        ({"events": ["decision.undone"]}, "events"),
        ({"source": "nowhere"}, "source"),
        ({"description": "x" * 201}, "description"),
    ],
)
def test_what_is_wrong_is_named(given, field, now):
    with pytest.raises(Invalid) as caught:
        add(now, **given)
    assert field in caught.value.fields
    assert not Endpoint.objects.exists()


def test_who_may_not_may_not(now):
    with pytest.raises(Forbidden):
        add(now, actor=Actor(kind="staff", id="sari"))
    with pytest.raises(Forbidden):
        queries.endpoints(actor=Actor(kind="staff", id="sari"))


def test_a_key_sees_and_adds_only_for_its_own_source(now, two_sources):
    bazaar, chat = two_sources
    key = Actor(kind="key", id="k", allowances=frozenset({Allowance("webhooks.manage")}), source=bazaar.id)
    mine = add(now, actor=key)
    everyone = add(now)
    assert [view.source for view in queries.endpoints(actor=key)] == ["bazaar"]
    assert len(queries.endpoints(actor=JONAS)) == 2
    with pytest.raises(NotFound):
        queries.endpoint(actor=key, endpoint_id=everyone.id)
    with pytest.raises(NotFound):
        actions.rotate_secret(actor=key, endpoint_id=everyone.id, now=now)
    with pytest.raises(Forbidden):
        add(now, actor=key, source="chat")
    assert tell(source=chat.id, now=now) == 1, "chat's event reached the bazaar"
    assert tell(source=bazaar.id, now=now) == 2
    assert tell("policy.published", now=now) == 2
    assert not EventDelivery.objects.filter(endpoint_id=mine.id, event__source=chat).exists()


def test_events_nobody_hears_are_not_written(now):
    add(now, events=["item.screened"])
    assert tell("decision.made", now=now) == 0
    assert not Event.objects.exists()
    assert tell("item.screened", now=now) == 1
    with pytest.raises(ValueError, match="no event"):
        tell("decision.undone", now=now)


def test_the_cost_of_an_event_does_not_grow_with_the_endpoints(now, django_assert_num_queries):
    for _ in range(3):
        add(now)
    with django_assert_num_queries(3):  # who listens, the event, the deliveries
        tell(now=now)


def test_an_old_secret_ends_after_a_day(now):
    made = add(now)
    later = actions.rotate_secret(actor=JONAS, endpoint_id=made.id, now=now)
    row = Endpoint.objects.get()
    assert later.secret != made.secret
    assert sealing.unseal(row.old_secret) == made.secret
    assert row.old_secret_until == now + rules.OLD_SECRET_LIVES


def test_switching_off_turns_what_waits_into_dead_letters(now):
    made = add(now)
    tell(now=now)
    actions.switch_off(actor=JONAS, endpoint_id=made.id, now=now)
    assert [view.error for view in queries.dead(actor=JONAS)] == ["The webhook was switched off."]
    assert tell(now=now) == 0
    for verb in (actions.switch_off, actions.rotate_secret):
        with pytest.raises(actions.SwitchedOff):
            verb(actor=JONAS, endpoint_id=made.id, now=now)


def test_lists_page_and_cost_the_same(now, django_assert_num_queries):
    made = add(now)
    for number in range(5):
        tell(number=number, now=now + timedelta(seconds=number))
    first = queries.deliveries(actor=JONAS, endpoint_id=made.id, limit=3)
    rest = queries.deliveries(actor=JONAS, endpoint_id=made.id, limit=3, before=first[-1].id)
    assert [view.data["number"] for view in first + rest] == [4, 3, 2, 1, 0]
    assert not queries.deliveries(actor=JONAS, endpoint_id=made.id, state="dead")
    with django_assert_num_queries(1):
        assert queries.endpoints(actor=JONAS)[0].waiting == 5
    with django_assert_num_queries(2):  # the endpoint, its deliveries with their events
        queries.deliveries(actor=JONAS, endpoint_id=made.id)


def test_secrets_survive_a_new_key_of_the_desk_only_when_the_old_one_is_named(settings):
    sealed = sealing.seal("whsec_x")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(sealing.SecretUnreadable):
        sealing.unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sealing.unseal(sealed) == "whsec_x"


def test_the_claim_uses_its_index(now):
    made = add(now)
    for _ in range(5):
        tell(now=now)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM webhooks_eventdelivery WHERE endpoint_id = %s AND done_at IS NULL AND dead_at IS NULL"
            " AND next_at <= %s ORDER BY next_at, id LIMIT 4",
            [made.id, now],
        )
        assert "event_delivery_due" in str(cursor.fetchall())
