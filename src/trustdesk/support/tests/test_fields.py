"""Jonas gives the desk's cases fields of their own."""

import pytest

from trustdesk.kernel.people.queries import actor_for
from trustdesk.support import actions, queries
from trustdesk.support.tests.makers import asked
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


def names(**which):
    return [one.rule.name for one in queries.fields(**which)]


def test_fields_are_made_ordered_put_away_and_taken_up_again(client, now):
    jonas = makers.staff("lead", name="Jonas")
    client.force_login(jonas)
    assert "Nothing here yet" in client.get("/cases/fields").content.decode()
    wrong = client.post("/cases/fields/new", {"name": "Cause", "kind": "choice", "choices": ""})
    assert wrong.status_code == 422
    assert "Name what can be chosen." in wrong.content.decode()
    for told in (
        {"name": "Cause", "kind": "choice", "choices": "Carrier\nWarehouse\n", "required_at": ["resolved"]},
        {"name": "Order", "kind": "text"},
        {"name": "Refund", "kind": "number"},
    ):
        assert client.post("/cases/fields/new", told).status_code == 303
    assert client.post("/cases/fields/new", {"name": "Order", "kind": "text"}).status_code == 422
    cause, _order, refund = (one.id for one in queries.fields())
    client.post(f"/cases/fields/{refund}/move", {"way": "up"})
    client.post(f"/cases/fields/{refund}/move", {"way": "up"})
    client.post(f"/cases/fields/{refund}/move", {"way": "up"})
    assert names() == ["Refund", "Cause", "Order"]
    client.post(f"/cases/fields/{cause}/move", {"way": "down"})
    assert names() == ["Refund", "Order", "Cause"]
    page = client.get(f"/cases/fields/{cause}").content.decode()
    assert "Carrier\nWarehouse" in page
    assert 'name="kind"' not in page, "it keeps what it holds"
    client.post(f"/cases/fields/{cause}", {"name": "Whose fault", "choices": "Carrier", "required_at": ["resolved"]})
    assert names() == ["Refund", "Order", "Whose fault"]

    # A case needs it, then no more, then again; what it held stayed.
    sari = actor_for(makers.staff("reviewer", name="Sari"))
    client.force_login(makers.staff("reviewer", name="Sari"))
    assert client.get("/cases/fields").status_code == 403
    one = asked(now)
    assert client.post(f"/cases/{one.id}/status", {"status": "resolved"}).status_code == 422
    actions.sort(actor=sari, case_id=one.id, fields={"cause": "Carrier"}, now=now)
    client.force_login(jonas)
    client.post(f"/cases/fields/{cause}/archive")
    assert (names(), names(archived=True)) == (["Refund", "Order"], ["Whose fault"])
    assert client.post(f"/cases/fields/{cause}/archive").status_code == 404
    client.post(f"/cases/fields/{cause}/put-back")
    assert names() == ["Refund", "Order", "Whose fault"]
    assert queries.by_id(one.id).fields == {"cause": "Carrier"}
