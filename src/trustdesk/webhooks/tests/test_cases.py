"""What the desk does for people is told to their platform: complete, and without what stays on the desk."""

from datetime import timedelta

import pytest

from trustdesk.content.models import Account
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.ledger import outbox, reacting
from trustdesk.kernel.people.models import Source
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support import actions, queries
from trustdesk.support.tests.makers import asked, seen, sent
from trustdesk.web.tests import makers
from trustdesk.webhooks.actions import Target, add_endpoint
from trustdesk.webhooks.models import Event
from trustdesk.webhooks.tests.makers import JONAS

pytestmark = pytest.mark.django_db
NOTE, ADDRESS = "He lies, I think.", "amara@example.com"


@pytest.fixture
def bazaar(now):
    source = Source.objects.create(code=f"bazaar-{uuid7().hex[-8:]}", name="Bazaar")
    add_endpoint(actor=JONAS, target=Target("https://bazaar.example/hooks"), events=["*"], source=source.code, now=now)
    return source


@pytest.fixture
def sari():
    return actor_for(makers.staff("reviewer", name="Sari"))


def account(source, name, now):
    return Account.objects.create(source=source, external_id=name, first_seen_at=now)


def told(now):
    mine = [name for name in reacting.reactor_names() if name.startswith("webhooks.")]
    outbox.deliver_all(now=now, reactors=mine)
    return [(event.type, event.data) for event in Event.objects.order_by("id")]


def test_a_case_is_told_complete_and_without_what_stays_on_the_desk(bazaar, sari, now):
    who = account(bazaar, "u-77", now)
    opened = asked(
        now, "Where is it?", account=who.id, address=ADDRESS, channel="api", category="delivery", tags=["parcel"]
    )
    actions.note(actor=sari, case_id=opened.id, text=NOTE, now=now)
    wrote = sent(opened.id, sari, now, "It is on its way.")
    actions.set_status(actor=sari, case_id=opened.id, status="resolved", now=now + timedelta(minutes=1))
    kinds = dict(found := told(now + timedelta(minutes=2)))
    assert [kind for kind, _ in found] == ["case.opened", "case.replied", "case.resolved"]
    first = kinds["case.opened"]
    assert first["case"] == {
        "id": str(opened.id),
        "number": opened.number,
        "channel": "api",
        "url": queries.url_of(opened.id),
        "subject": "A parcel",
        "language": first["case"]["language"],
        "market": "",
        "priority": "normal",
        "category": "delivery",
        "tags": ["parcel"],
    }
    assert first["message"] == {"text": "Where is it?"}
    assert first["account"] == {"id": str(who.id), "external_id": "u-77", "source": bazaar.code}
    assert kinds["case.replied"]["message"] == {
        "id": str(wrote),
        "text": "It is on its way.",
        "by": kinds["case.replied"]["message"]["by"],
        "automatic": False,
        "told_by": "webhook",
    }
    assert kinds["case.resolved"]["case"]["category"] == "delivery"
    assert kinds["case.resolved"]["account"]["external_id"] == "u-77"
    everything = str(found)
    assert NOTE not in everything
    assert ADDRESS not in everything
    assert "Sari" not in everything


def test_a_reply_is_told_only_when_it_can_no_longer_be_undone(bazaar, sari, now):
    who = account(bazaar, "u-78", now)
    opened = asked(now, account=who.id)
    actions.reply(actor=sari, case_id=opened.id, text="Too early", seen=seen(opened.id), now=now)
    told(now)
    assert not Event.objects.filter(type="case.replied").exists()
    actions.send_due(now=now + timedelta(seconds=15))
    ((data),) = [data for kind, data in told(now + timedelta(seconds=15)) if kind == "case.replied"]
    assert data["message"]["told_by"] == "letter", "mail carries it"


def test_a_case_of_nobodys_app_goes_only_to_who_hears_of_all(bazaar, now):
    asked(now, "I am a stranger")
    assert told(now) == []
    add_endpoint(actor=JONAS, target=Target("https://all.example/hooks"), events=["case.opened"], now=now)
    asked(now, "I am another")
    ((kind, data),) = told(now)
    assert (kind, data["account"], data["message"]["text"]) == ("case.opened", None, "I am another")
    assert [one.endpoint.url for one in Event.objects.get().deliveries.all()] == ["https://all.example/hooks"]
