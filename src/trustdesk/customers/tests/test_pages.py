"""The pages of customers, through the front door."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from trustdesk.customers import actions, queries
from trustdesk.customers.tests.makers import customer
from trustdesk.kernel.base.timesource import now as clock
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert(1)</script>"\x00'


def signed_in(*roles, name="Sari"):
    client = Client()
    client.force_login(makers.staff(*(roles or ("reviewer",)), name=name))
    return client


def test_what_strangers_are_called_stays_text_and_odd_input_is_refused():
    at = clock()
    amara = customer(at, name="<script>alert(1)</script>", address="amara@example.com", text="<b>Hi</b>")
    client = signed_in()
    page = client.get(f"/customers/{amara}").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;Hi" in page
    base = f"/customers/{amara}"
    for path, given in (
        ("change", {"name": "x" * 201, "version": 1}),
        ("change", {"name": "x", "version": "99999999999999999999"}),
        ("change", {"name": "x", "version": 99}),
        ("contacts", {"kind": "account", "value": "x"}),
        ("contacts", {"kind": "address", "value": HOSTILE}),
        ("consents", {"what": "spam", "given": "yes", "how": "mail"}),
        ("consents", {"what": "calls", "given": "maybe", "how": "mail"}),
        ("consents", {"what": "calls", "given": "yes", "how": "mail", "at": "9999-12-31T23:59"}),
        ("promises", {"text": "A call", "due_at": "yesterday"}),
        ("promises", {"text": "A call", "due_at": "2001-01-01T00:00"}),
        ("promises", {"text": "A call", "due_at": "2099-01-01T00:00", "staff": str(uuid4())}),
        ("promises", {"text": "A call", "due_at": "2099-01-01T00:00", "case": "x"}),
    ):
        answer = client.post(f"{base}/{path}", given)
        assert answer.status_code in {412, 422}, (path, given, answer.status_code)
    assert client.post(f"{base}/promises/{uuid4()}", {"how": "kept"}).status_code == 404
    assert client.get(f"/customers/?q={'x' * 5000}&which=nonsense").status_code == 200
    assert client.get("/customers/", {"q": HOSTILE}).status_code == 200
    assert client.get("/customers/?after=nonsense").status_code == 400
    assert client.get(f"/customers/{amara}?after=nonsense").status_code == 400


def test_everything_through_the_pages_and_each_look_is_recorded():
    at = clock()
    amara, other = customer(at), customer(at, address="am.ara@example.com", name="Am")
    client = signed_in()
    assert b"Amara" in client.get("/customers/?q=amara@example.com").content
    assert FactRow.objects.filter(kind="customer.looked_for").count() == 1
    client.get("/customers/?q=amara")
    assert FactRow.objects.filter(kind="customer.looked_for").count() == 1, "a name is no address"
    due = (at + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    case = queries.cases_of(amara)[0][0]
    answer = client.post(f"/customers/{amara}/promises", {"text": "We call.", "due_at": due, "case": str(case)})
    assert answer["Location"] == f"/cases/{case}"
    panel = client.get(f"/customers/cases/{case}").content.decode()
    assert "We call." in panel
    (promise,) = queries.promises_of(amara)
    client.post(f"/customers/{amara}/contacts", {"kind": "phone", "value": "+62 812 3456 7890"})
    client.post(f"/customers/{other}/contacts", {"kind": "phone", "value": "+6281234567890"})
    client.post(f"/customers/{amara}/consents", {"what": "calls", "given": "yes", "how": "phone", "said": "After five"})
    page = client.get(f"/customers/{amara}").content.decode()
    for words in ("We call.", "+6281234567890", "After five", "same telephone number", "Where is my parcel?"):
        assert words in page, words
    pair = client.get(f"/customers/{amara}/merge/{other}").content.decode()
    assert "am.ara@example.com" in pair
    answer = client.post(f"/customers/{amara}/merge/{other}")
    assert answer.status_code == 303
    assert client.get(f"/customers/{other}")["Location"] == f"/customers/{amara}"
    (merge,) = queries.merges_of(amara)
    assert "exactly as they were" in client.get(f"/customers/merges/{merge.id}").content.decode()
    assert client.post(f"/customers/merges/{merge.id}").status_code == 303
    assert client.post(f"/customers/merges/{merge.id}").status_code == 409
    assert client.post(f"/customers/{amara}/promises/{promise.id}", {"how": "kept"}).status_code == 303
    assert client.post(f"/customers/{amara}/erase").status_code == 403
    lead = signed_in("lead", name="Jonas")
    assert lead.post(f"/customers/{amara}/erase").status_code == 303
    assert lead.get(f"/customers/{amara}").status_code == 404
    assert FactRow.objects.filter(kind="customer.seen", subject=str(amara)).count() == 1
    gone = client.get(f"/customers/of-account/{uuid4()}")
    assert gone.status_code == 404
    with pytest.raises(actions.NoSuchCustomer):
        actions.note_seen(actor=_actor(), customer_id=uuid4(), now=at)


def _actor():
    from trustdesk.kernel.people.queries import actor_for

    return actor_for(makers.staff("reviewer", name="Rina"))
