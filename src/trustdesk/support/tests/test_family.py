import pytest
from django.conf import settings
from django.test import Client

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.support import actions, family, queries
from trustdesk.support.actions.sorting import AlreadySo
from trustdesk.support.tests.makers import asked, case, staff
from trustdesk.support.tests.test_two_people import both
from trustdesk.web.tests import makers


@pytest.mark.django_db
def test_cases_are_linked_are_parts_and_are_parted_again(now):
    person = makers.staff("reviewer", name="Sari")
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    whole, part, other = (
        asked(now, subject="The storm"),
        asked(now, subject="One parcel"),
        asked(now, subject="Like it"),
    )
    sari = staff("Jonas", now)
    link = f"/cases/{part.id}/link"
    assert client.post(link, {"number": whole.number, "kind": "part"}).status_code == 303
    assert client.post(link, {"number": other.number, "kind": "case"}).status_code == 303
    for wrong in (
        {"number": 99_999_999, "kind": "case"},
        {"number": "x", "kind": "case"},
        {"number": 2**70, "kind": "part"},
    ):
        assert client.post(link, wrong).status_code == 422
    page = client.get(f"/cases/{whole.id}").content.decode()
    assert "One parcel" in page
    assert "All parts are resolved" not in page
    assert [one.target for one in queries.links_of(other.id)] == [part.id]
    # Parts have no parts, nobody is a part of itself.
    for one, parent in ((whole.id, part.id), (other.id, part.id), (whole.id, whole.id)):
        with pytest.raises(Invalid):
            actions.set_parent(actor=sari, case_id=one, parent=parent, now=now)
    with pytest.raises(AlreadySo):
        actions.set_parent(actor=sari, case_id=part.id, parent=whole.id, now=now)
    actions.set_status(actor=sari, case_id=part.id, status="resolved", now=now)
    assert family.family_of(case(whole.id), actor=sari).settled
    assert "All parts are resolved" in client.get(f"/cases/{whole.id}").content.decode()
    parted = {"kind": "part", "target": str(part.id)}
    assert client.post(f"/cases/{whole.id}/unlink", parted).status_code == 303
    assert client.post(f"/cases/{part.id}/unlink", {"kind": "case", "target": str(other.id)}).status_code == 303
    assert case(part.id).parent is None
    assert queries.links_of(other.id) == []


@pytest.mark.real
def test_two_who_make_each_others_case_a_part_do_not_make_a_circle(real_db, now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    for _ in range(3):
        one, other = asked(now), asked(now)
        became = both(
            lambda one=one, other=other: actions.set_parent(actor=sari, case_id=one.id, parent=other.id, now=now),
            lambda one=one, other=other: actions.set_parent(actor=jonas, case_id=other.id, parent=one.id, now=now),
        )
        assert sorted(became) == ["done", "invalid"]
