"""The pages of macros, through the front door."""

import pytest
from django.test import Client

from trustdesk.kernel.people.models import Staff
from trustdesk.macros import queries
from trustdesk.macros.tests.makers import kept, person
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


def signed_in(*roles, name="Sari"):
    staff = makers.staff(*roles, name=name)
    client = Client()
    client.force_login(staff)
    return client


def test_a_lead_writes_one_for_all_and_a_mistake_loses_nothing():
    client = signed_in("lead", name="Jonas")
    given = {
        "name": "Parcel is late",
        "number": "0",
        "text_en": "Hello {{reqester.name}},\r\nit is late.",
        "shared": "on",
        "do_0": "set_status",
        "value_0": "asleep",
        "do_4": "add_tag",
        "value_4": "late",
    }
    answer = client.post("/macros/new", given)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Did you mean {{requester.name}}?" in said
    assert "Choose one of" in said
    assert 'value="late"' in said, "what was typed is still there"
    answer = client.post(
        "/macros/new", given | {"text_en": "Hello {{requester.name}},\r\nit is late.", "value_0": "pending"}
    )
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    assert "Waits for who asked" in page
    macro_id = answer["Location"].rsplit("/", 1)[1]
    form = client.get(f"/macros/{macro_id}/edit").content.decode()
    assert 'value="late"' in form
    answer = client.post(f"/macros/{macro_id}/edit", given | {"number": "1", "text_en": "New words", "value_0": "open"})
    assert answer.status_code == 303
    page = client.get(f"/macros/{macro_id}").content.decode()
    assert "en: New words" in page
    assert "en: Hello {{requester.name}}," in page
    stale = client.post(f"/macros/{macro_id}/edit", given | {"number": "1", "text_en": "Mine", "value_0": "open"})
    assert stale.status_code == 422
    assert "Somebody else changed this macro" in stale.content.decode()
    assert "Mine" in stale.content.decode()


def test_the_list_is_searched_and_what_is_not_ones_own_is_not_there(now):
    sari = person("Sari")
    kept(person("Rina"), now, "Of Rina")
    one = kept(sari, now, "Of Sari <script>", "Words <b>here</b>")
    client = Client()
    client.force_login(Staff.objects.get(id=sari.id))
    page = client.get("/macros/?which=mine&q=words").content.decode()
    assert "Of Sari &lt;script&gt;" in page
    assert "Of Rina" not in page
    assert client.get("/macros/?which=mine&q=zebra").status_code == 200
    assert client.get("/macros/?after=nonsense").status_code == 400
    assert client.get(f"/macros/{one}").status_code == 200
    assert client.post(f"/macros/{one}/share").status_code == 403
    assert client.post(f"/macros/{one}/archive").status_code == 303
    assert client.post(f"/macros/{one}/put-back").status_code == 303
    assert queries.one(sari, one).archived_at is None
