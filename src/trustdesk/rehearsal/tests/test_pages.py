"""The pages of rehearsals, as Dewi (who owns policies), Sari (who reviews) and a stranger to items meet them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from trustdesk.kernel.base.timesource import source
from trustdesk.kernel.people.models import Staff
from trustdesk.policy import actions as policy
from trustdesk.rehearsal import actions
from trustdesk.rehearsal.models import Rehearsal
from trustdesk.rehearsal.running import run
from trustdesk.rehearsal.tests import makers
from trustdesk.rehearsal.tests.test_backtests import CHAIRS, OLDER, RATE


@pytest.fixture(autouse=True)
def moment(now):
    with source.fixed(now) as clock:
        yield clock


def sign_in(actor):
    client = Client()
    client.force_login(Staff.objects.get(id=actor.id), settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def version(dewi, now):
    return makers.draft(dewi, now, OLDER, CHAIRS)


@pytest.fixture
def done(dewi, version, now):
    made = actions.start_backtest(actor=dewi, version_id=version, back=timedelta(days=7), now=now)
    run(made.id, processes=0)
    return made.id


def test_from_the_version_to_its_report(dewi, version):
    client = sign_in(dewi)
    panel = client.get(reverse("rehearsal:of_version", args=[version])).content.decode()
    assert "Not rehearsed yet" in panel
    told = client.post(reverse("rehearsal:start"), {"version": version, "since": "7d"})
    assert told.status_code == 303
    page = client.get(told["Location"]).content.decode()
    assert "Waits for the worker" in page
    made = Rehearsal.objects.get()
    assert (made.runner, made.items) == ("desk", 60)
    waiting = client.get(reverse("rehearsal:progress", args=[made.id]))
    assert "HX-Refresh" not in waiting
    assert '<progress max="60" value="0"' in waiting.content.decode()
    run(made.id, processes=0)
    assert client.get(reverse("rehearsal:progress", args=[made.id]))["HX-Refresh"] == "true"
    page = client.get(told["Location"]).content.decode()
    assert "<b>50</b> of 60 items would get another outcome." in page
    panel = client.get(reverse("rehearsal:of_version", args=[version])).content.decode()
    assert 'id="step-backtest"' in panel
    listed = client.get(reverse("rehearsal:list")).content.decode()
    assert "contact@2" in listed


def test_samples_show_their_evidence(dewi, done):
    client = sign_in(dewi)
    page = client.get(reverse("rehearsal:show", args=[done]), {"change": "reject>approve"}).content.decode()
    assert '<mark class="ev" data-tone="warning">+62 812 3456' in page
    assert "no longer hit by" in page
    assert "phone-number" in page
    page = client.get(reverse("rehearsal:show", args=[done]), {"change": "approve>limit"}).content.decode()
    assert '<mark class="ev" data-tone="warning">Chair</mark>' in page
    assert "40 samples" in page


def test_sensitive_samples_are_veiled(dewi, now):
    version = policy.edit_list(actor=dewi, name="weapons", text="revolver\nchair\n", now=now)
    made = actions.start_backtest(actor=dewi, version_id=version, back=timedelta(days=7), now=now)
    run(made.id, processes=0)
    page = sign_in(dewi).get(reverse("rehearsal:show", args=[made.id])).content.decode()
    assert page.count('class="veiled"') == 40, "weapons are of severity five"


def test_who_may_not_see_items_sees_no_words(person, done):
    auditor = person("Ada", "auditor")
    from trustdesk.kernel.people.models import Role

    role = Role.objects.get(code="auditor")
    Role.objects.filter(id=role.id).update(rights=[right for right in role.rights if right != "items.read"])
    page = sign_in(auditor).get(reverse("rehearsal:show", args=[done])).content.decode()
    assert "Their words are shown to those who may see items." in page
    assert "<mark" not in page
    assert "Sofa" not in page
    assert "Rehearse again" not in page


def test_approximate_rules_are_said_in_words(dewi, now):
    made = actions.start_backtest(actor=dewi, version_id=makers.draft(dewi, now, RATE), back=timedelta(days=7), now=now)
    run(made.id, processes=0)
    page = sign_in(dewi).get(reverse("rehearsal:show", args=[made.id])).content.decode()
    assert "Some figures are approximate." in page
    assert "66.7 % of the items (40)" in page


def test_a_report_costs_the_same_queries_for_any_number_of_samples(dewi, done):
    client = sign_in(dewi)
    counts = []
    for change in ("reject>approve", "approve>limit"):
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("rehearsal:show", args=[done]), {"change": change})
        counts.append(len(caught))
    assert counts[0] == counts[1] <= 12


def test_it_is_cancelled_from_the_page(dewi, version, now):
    made = actions.start_backtest(actor=dewi, version_id=version, back=timedelta(days=7), now=now)
    client = sign_in(dewi)
    assert client.post(reverse("rehearsal:cancel", args=[made.id])).status_code == 303
    assert "Cancelled" in client.get(reverse("rehearsal:show", args=[made.id])).content.decode()
    assert client.post(reverse("rehearsal:cancel", args=[made.id])).status_code == 409


def test_what_cannot_be_is_refused_in_words(dewi, version):
    client = sign_in(dewi)
    assert client.get(reverse("rehearsal:show", args=[uuid4()])).status_code == 404
    assert client.get(reverse("rehearsal:of_version", args=[uuid4()])).status_code == 404
    assert client.post(reverse("rehearsal:start"), {"version": version, "since": "soon"}).status_code == 422
    assert client.post(reverse("rehearsal:start"), {"version": "x"}).status_code == 422
    assert client.post(reverse("rehearsal:shadow"), {"version": version, "days": 7}).status_code == 409, "a draft"


class TestPreview:
    def test_few_items_of_the_last_day_and_what_would_change(self, dewi, version):
        told = sign_in(dewi).get(reverse("rehearsal:preview", args=[version])).content.decode()
        assert "The newest 60 items (few came in the last 24 hours), 50 would get another outcome." in told
        assert told.count("<li>") == 10
        assert not Rehearsal.objects.exists(), "nothing is written"

    def test_enough_of_the_last_day(self, dewi, version, now, monkeypatch):
        from trustdesk.rehearsal import pages

        monkeypatch.setattr(pages, "PREVIEW_FEW", 5)
        told = sign_in(dewi).get(reverse("rehearsal:preview", args=[version])).content.decode()
        assert "10 items of the last 24 hours, " in told

    def test_nothing_changes_and_a_draft_that_does_not_compile(self, dewi, now):
        client = sign_in(dewi)
        told = client.get(reverse("rehearsal:preview", args=[makers.draft(dewi, now)])).content.decode()
        assert "no outcome changes" in told
        broken = makers.draft(dewi, now, ("account.age", "acount.age"))
        told = client.get(reverse("rehearsal:preview", args=[broken]))
        assert told.status_code == 200
        assert "It does not compile yet" in told.content.decode()
