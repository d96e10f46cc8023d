"""A ladder is drafted field by field, tried beside, and put in force by another; its JSON goes by the API."""

import json
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.content.models import Account
from trustdesk.decisions.forms import LadderForm
from trustdesk.decisions.models import LadderVersion
from trustdesk.kernel.people.models import Market, Source
from trustdesk.web.tests import makers


def client(*roles, name="Dewi"):
    there = Client()
    there.force_login(makers.staff(*roles, name=name), settings.AUTHENTICATION_BACKENDS[0])
    return there


def live():
    return LadderVersion.objects.get(market="", state="live").terms


def filled(**changed):
    """The form as the page draws it, sent back with changes."""
    form = LadderForm(start=live(), note="A third step")
    sent = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (sent | changed).items() if value not in {None, False}}


def test_the_form_says_what_the_json_says(db):
    terms = {
        **live(),
        "strikes": {"spam": 0, "weapons 1.1": 3},
        "least_strikes": {"5": 2},
        "old_after_days": None,
        "features": {"live": [{"at": 1, "kind": "ban_live", "days": 7, "only_here": True}]},
    }
    form = LadderForm(start=terms, note="As it was")
    sent = {name: form[name].value() for name in form.fields}
    again = LadderForm({name: value for name, value in sent.items() if value not in {None, False}}, start=terms)
    assert again.is_valid(), again.errors
    assert again.cleaned_data["terms"] == terms


def test_a_ladder_is_drafted_by_one_and_put_in_force_by_another(db):
    dewi, jonas = client("policy_owner"), client("lead", name="Jonas")
    page = dewi.get("/ladders/all").content.decode()
    assert 'name="steps_2_kind"' in page
    # A step between two others, written at the end: steps are put in their order.
    wrong = filled(note="", steps_3_at="5", steps_3_kind="end_account", steps_3_days="3", expiry_2="", strikes="spam")
    answer = dewi.post("/ladders/all/draft", wrong)
    told = answer.content.decode()
    assert answer.status_code == 422
    for field in ("steps_3_days", "expiry_2", "strikes", "note"):
        assert f'id="id_{field}_error"' in told, field
    assert "What ends for good has no days." in told
    assert 'value="end_account" selected' in told, "what was typed is there still"
    double = filled(steps_3_at="3", steps_3_kind="ban_live", steps_3_days="3")
    assert "There is a step at 3 strikes already." in dewi.post("/ladders/all/draft", double).content.decode()
    sent = filled(steps_2_at="6", steps_3_at="4", steps_3_kind="suspend_account", steps_3_days="60", steps_3_here="on")
    assert dewi.post("/ladders/all/draft", sent).status_code == 303
    draft = LadderVersion.objects.get(market="", state="draft")
    assert [(one["at"], one["kind"], one["days"]) for one in draft.terms["steps"]] == [
        (2, "ban_sell", 3),
        (3, "suspend_account", 14),
        (4, "suspend_account", 60),
        (6, "end_account", None),
    ]
    assert draft.terms["steps"][2]["only_here"] is True
    assert {**draft.terms, "steps": live()["steps"]} == live()
    approve = f"/ladders/all/versions/{draft.id}/approve"
    assert dewi.post(approve).status_code == 403
    assert jonas.post(approve).status_code == 303
    draft.refresh_from_db()
    assert draft.state == "live"


def test_what_is_being_typed_is_tried(packed_db, now):
    dewi = client("policy_owner")
    source = Source.objects.first()
    budi = Account.objects.create(source=source, external_id="budi", first_seen_at=now - timedelta(days=9))
    asked = {"account": "budi", "clause": "weapons"}
    assert "By what you are typing" not in dewi.get("/ladders/all/tried", filled() | asked).content.decode()
    typed = filled(steps_0_at="1", steps_0_kind="ban_message", steps_0_days="5", steps_1_at="4", steps_2_at="9")
    told = dewi.get("/ladders/all/tried", typed | asked).content.decode()
    assert told.index("By the ladder in force") < told.index("By what you are typing")
    assert "No messages to others, 5 days" in told
    assert budi.external_id in told
    assert "is no ladder yet" in dewi.get("/ladders/all/tried", typed | asked | {"expiry_1": ""}).content.decode()


def test_the_list_costs_the_same_for_two_markets_and_for_twenty(db):
    dewi = client("policy_owner")
    terms = live()

    def markets(numbers):
        for n in numbers:
            code = f"M{n}"
            Market.objects.create(code=code, name=code, time_zone="UTC", currency="EUR", languages=["en"])
            LadderVersion.objects.create(
                market=code, number=1, state="draft", terms=terms, drafted_by="staff:x", drafted_at="2026-01-01T00:00Z"
            )

    counts = []
    for numbers in (range(2), range(2, 20)):
        markets(numbers)
        cache.clear()
        dewi.get("/ladders/")
        with CaptureQueriesContext(connection) as asked:
            page = dewi.get("/ladders/").content.decode()
        counts.append(len(asked))
    assert page.count("Draft waits") == 20
    assert counts[0] == counts[1]


def test_json_goes_by_the_api(db):
    header = {"Authorization": f"Bearer {makers.key('policies:write')}"}
    there = Client()
    shown = there.get("/api/v1/ladders/all", headers=header).json()
    assert (shown["live"]["number"], shown["live"]["terms"], shown["draft"]) == (1, live(), None)
    body = {"terms": {**live(), "incident_hours": -1, "sticks": 1}, "note": "Harder"}
    put = {"content_type": "application/json", "headers": header}
    refused = there.put("/api/v1/ladders/all/draft", json.dumps(body), **put)
    assert refused.status_code == 422
    assert set(refused.json()["fields"]) == {"incident_hours", "sticks"}
    body["terms"] = {**live(), "incident_hours": 24}
    kept = there.put("/api/v1/ladders/all/draft", json.dumps(body), **put)
    assert (kept.status_code, kept.json()["draft"]["terms"]["incident_hours"]) == (200, 24)
    assert there.get("/api/v1/ladders/XX", headers=header).status_code == 404
    assert LadderVersion.objects.get(market="", state="draft").drafted_by.startswith("key:")
