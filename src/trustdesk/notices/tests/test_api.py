"""`POST /notices` and the public form, as platforms and people meet them."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from trustdesk.content import queries as content
from trustdesk.kernel.base.timesource import source as clock
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.notices import actions, queries
from trustdesk.notices.actions import FlaggerEntry
from trustdesk.notices.models import Notice
from trustdesk.notices.tests.makers import REASON, listing, report
from trustdesk.web.tests import makers

pytestmark = pytest.mark.usefixtures("packed_db")


def post(client: Client, key: str, **more):
    said = {
        "category": "fraud",
        "reason": REASON,
        "good_faith": True,
        "reporter": {"email": "amara@mail.example", "name": "Amara"},
        **more,
    }
    return client.post(
        "/api/v1/notices",
        json.dumps({name: value for name, value in said.items() if value is not None}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}"},
    )


def test_a_platform_reports_and_learns_how_it_stands(client, now):
    with clock.fixed(now):
        key, item = makers.key("notices:write"), listing(now=now)
        view = content.items([item])[item]
        address = {"subject": {"urls": [view.url, "https://pasar.example/no/such/thing"]}}
        answer = post(client, key, **address, legal={"law": "§ 263 StGB"})
        assert answer.status_code == 201, answer.content
        placed, lost = answer.json()["notices"]
        assert (placed["item"], placed["status"], lost["item"]) == (str(item), "waiting", None)
        again = client.get(f"/api/v1/notices/{placed['id']}", headers={"Authorization": f"Bearer {key}"})
        assert again.json()["category"] == "fraud"
        page = client.get(placed["url"].removeprefix(settings.PUBLIC_URL))
        assert "Walnut desk" in page.content.decode()
        # Its own page, by a forged link: nothing, kindly.
        assert client.get(placed["url"].removeprefix(settings.PUBLIC_URL)[:-3] + "abc").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"category": "witchcraft"}, "category"),
        ({"subject": {"urls": [f"https://pasar.example/{n}" for n in range(200)]}}, "subject"),
        ({"subject": {"item": str(uuid4())}}, "subject.item"),
        ({"subject": {}}, "subject"),
        ({"reporter": None}, "reporter"),
        ({"trusted_flagger": "nobody"}, "trusted_flagger"),
        ({"legal": {"paragraph": 3}}, "legal.paragraph"),
        ({"good_faith": "maybe"}, "good_faith"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(client, now, wrong, field):
    answer = post(client, makers.key("notices:write"), **{"subject": {"urls": ["https://x.example/1"]}, **wrong})
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Notice.objects.exists()


def test_a_flagger_with_a_key_of_its_own_speaks_by_that_key_alone(client, now):
    from trustdesk.kernel.people.models import ApiKey

    with clock.fixed(now):
        theirs, platforms, item = makers.key("notices:write"), makers.key("notices:write"), listing(now=now)
        own = ApiKey.objects.order_by("id").first()
        entry = FlaggerEntry(code="brandwatch", name="Brand Watch", categories=["ip"], key=own.id)
        actions.keep_flagger(actor=SYSTEM, entry=entry, now=now)
        subject = {"item": str(item)}
        assert post(client, theirs, subject=subject, category="ip").status_code == 201
        assert queries.of_subjects([item])[item][0].trusted
        forged = post(client, platforms, subject=subject, category="ip", trusted_flagger="brandwatch")
        assert forged.status_code == 403


def test_a_key_is_given_to_a_flagger_on_its_page_by_who_manages_reports(client, now):
    from trustdesk.kernel.people.models import ApiKey

    secret, reads = makers.key("notices:write"), makers.key("items:read")
    key, other = ApiKey.objects.order_by("made_at", "id")
    said = {"code": "brandwatch", "name": "Brand Watch", "categories": ["ip"], "state": "active"}
    client.force_login(makers.staff("reviewer"), settings.AUTHENTICATION_BACKENDS[0])
    assert client.post(reverse("notices:flaggers"), said).status_code == 403
    client.force_login(makers.staff("lead", name="Jonas"), settings.AUTHENTICATION_BACKENDS[0])
    page = client.get(reverse("notices:flaggers")).content.decode()
    assert str(key.id) in page
    assert str(other.id) not in page  # it may not send reports
    assert client.post(reverse("notices:flaggers"), {**said, "key": str(other.id)}).status_code == 422
    assert client.post(reverse("notices:flaggers"), {**said, "key": str(key.id)}).status_code == 303
    twin = {**said, "code": "twin", "name": "Twin", "key": str(key.id)}
    assert client.post(reverse("notices:flaggers"), twin).status_code == 422  # another's
    with clock.fixed(now):
        item = listing(now=now)
        assert post(client, secret, subject={"item": str(item)}, category="ip").status_code == 201
    (one,) = queries.of_subjects([item])[item]
    assert (one.flagger, one.trusted) == ("Brand Watch", True)
    assert "Your report arrived" in client.get(reverse("notices:show", args=[one.id])).content.decode()
    assert reads
    # Taken from it, the key is a platform's as any other.
    assert client.post(reverse("notices:flaggers"), said).status_code == 303
    assert queries.flagger_of_key(key.id) is None


def step(page, **said):
    """The next post of the form, with what the page carries along."""
    text = page.content.decode()
    carried = {name: re.search(f'name="{name}" value="([^"]*)"', text).group(1) for name in ("step", "kept")}
    return {**carried, **said}


def test_the_form_goes_step_by_step_without_script_and_keeps_what_was_said(client, now):
    with clock.fixed(now):
        item = listing(now=now)
        url = content.items([item])[item].url
        page = client.get("/report/", {"url": url})
        assert url in page.content.decode()
        many = "\n".join(f"https://pasar.example/{n}" for n in range(200))
        refused = client.post("/report/", step(page, addresses=many))
        assert refused.status_code == 422
        assert "there are 200" in refused.content.decode()
        page = client.post("/report/", step(page, addresses=url))
        page = client.post("/report/", step(page, category="witchcraft"))
        assert page.status_code == 422
        page = client.post("/report/", step(page, category="fraud"))
        page = client.post("/report/", step(page, reason=REASON))
        page = client.post("/report/", step(page, name="Amara", email=""))
        assert page.status_code == 422
        # Where it is typed, not when all is sent.
        page = client.post("/report/", step(page, name="Amara", email="amara at mail"))
        assert (page.status_code, page.context["step"]) == (422, "who")
        assert "look for a typing error" in page.content.decode()
        page = client.post("/report/", step(page, name="Amara", email="amara@mail.example"))
        assert REASON in page.content.decode()
        last = step(page, good_faith="yes")
        sent = client.post("/report/", last)
        assert sent.status_code == 302
        assert client.post("/report/", last).url == sent.url  # pressed twice, sent once
        assert "Your report arrived" in client.get(sent.url).content.decode()
        (one,) = queries.of_subjects([item])[item]
        assert (one.name, one.channel, one.reason) == ("Amara", "portal", REASON)
        # A form that was tampered with begins anew and stores nothing.
        assert client.post("/report/", {**last, "kept": last["kept"][:-2] + "xx"}).status_code == 422
        assert Notice.objects.count() == 1


def test_a_flaggers_own_form_opens_by_its_newest_link_only(client, now):
    with clock.fixed(now):
        entry = FlaggerEntry(code="brandwatch", name="Brand Watch", categories=["ip"])
        actions.keep_flagger(actor=SYSTEM, entry=entry, now=now)
        path = queries.flagger_by_code("brandwatch").path
        assert "Brand Watch" in client.get(path).content.decode()
        assert client.get(path[:-2] + "zz").status_code == 404
        renewed = FlaggerEntry(code="brandwatch", name="Brand Watch", categories=["ip"], new_link=True)
        actions.keep_flagger(actor=SYSTEM, entry=renewed, now=now)
        assert client.get(path).status_code == 404


def test_lists_cost_the_same_for_two_and_for_twenty(client, now):
    client.force_login(makers.staff("lead", name="Jonas"), settings.AUTHENTICATION_BACKENDS[0])
    item = listing(now=now)
    pages = [reverse(f"notices:{name}") for name in ("list", "reporters", "flaggers", "alerts")]
    pages.append(reverse("notices:of_item", args=[item]))
    costs = []
    for count in (2, 18):
        for n in range(count):
            report(item, now=now + timedelta(minutes=n), who=f"amara{count}-{n}", danger=n == 1)
        costs.append([])
        for path in pages:
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(path).status_code == 200, path
            costs[-1].append(len(asked))
    assert costs[0] == costs[1]
