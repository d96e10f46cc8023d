"""The page decorator and the headers of every answer."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from trustdesk.config import urls as desk_urls
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.web import navigation
from trustdesk.web.middleware import CSP
from trustdesk.web.page import page
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@page(right="people.read")
def hello(request):
    return HttpResponse(f"hello {request.actor.name}")


@page(right="-")
def stale(request):
    raise Stale


@page(right="-", methods=("POST",))
def invalid(request):
    raise Invalid(fields={"price": "Must not be empty."})


def crash(request):
    raise RuntimeError("planted")


urlpatterns = [
    path("hello", hello),
    path("stale", stale),
    path("invalid", invalid),
    path("crash", crash),
    path("", include(desk_urls)),
]
handler404 = desk_urls.handler404
handler500 = desk_urls.handler500
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/people?x=1"}


@pytest.fixture
def dewi(client):
    client.force_login(makers.staff("auditor", name="Dewi"))
    return client


def test_a_page_needs_a_sign_in_and_its_right(client, dewi):
    assert dewi.get("/hello").content == b"hello Dewi"
    stranger = Client().get("/hello?a=1")
    assert (stranger.status_code, stranger["Location"]) == (302, "/account/login/?next=/hello%3Fa%3D1")
    sari = Client()
    sari.force_login(makers.staff("reviewer"))
    refused = sari.get("/hello")
    assert refused.status_code == 403
    assert "See staff, teams and roles" in refused.content.decode()


def test_a_fragment_without_a_sign_in_leaves_the_page_where_it_is(client):
    answer = client.get("/hello", headers=HTMX)
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer


def test_a_closed_sign_in_is_none(client):
    staff = makers.staff("auditor")
    client.force_login(staff)
    type(staff).objects.filter(id=staff.id).update(is_active=False)
    assert client.get("/hello").status_code == 302


def test_a_refusal_is_a_page_or_a_line_at_the_top(dewi):
    whole = dewi.get("/stale")
    assert whole.status_code == 412
    assert "<nav" in whole.content.decode()
    line = dewi.post("/invalid", headers=HTMX)
    assert (line.status_code, line["HX-Retarget"]) == (422, "#notices")
    assert "Must not be empty." in line.content.decode()
    assert "<nav" not in line.content.decode()
    assert dewi.get("/invalid").status_code == 405


def test_every_answer_carries_the_policy(dewi, client):
    for path_ in ("/hello", "/account/login/", "/nowhere", "/static/web/look.css", "/api/v1/openapi.json"):
        answer = dewi.get(path_)
        assert answer["Content-Security-Policy"] == CSP, path_
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        for close in answer._resource_closers:  # close() itself would end the test's connection
            close()
    assert "unsafe" not in CSP
    assert dewi.get("/hello")["Cache-Control"] == "private, no-store"


def test_errors_are_in_our_look_and_problems_under_the_api(dewi):
    nothing = dewi.get("/nowhere")
    assert nothing.status_code == 404
    assert 'class="rail"' in nothing.content.decode()
    problem = dewi.get("/api/v1/nowhere")
    assert (problem.status_code, problem.json()["code"]) == (404, "not_found")
    quiet = Client(raise_request_exception=False)
    failed = quiet.get("/crash")
    assert failed.status_code == 500
    assert "Nothing was stored" in failed.content.decode()


def test_a_refusal_speaks_the_readers_language(client):
    client.force_login(makers.staff("auditor", language="id"))
    assert "Orang lain mengubah ini saat Anda membukanya." in client.get("/stale").content.decode()
    line = client.post("/invalid", headers=HTMX).content.decode()
    assert "Ada yang perlu diperbaiki" in line
    assert "Tidak boleh kosong." in line
    assert "Must not" not in line
    lead = Client()
    lead.force_login(makers.staff("reviewer", language="id"))
    forbidden = lead.get("/hello").content.decode()
    assert "Ini membutuhkan hak “" in forbidden
    assert "See staff" not in forbidden
    problem = Client().get("/api/v1/items", headers={"Accept-Language": "id"})
    assert problem.json()["code"] == "unauthorized"  # codes stay: they are for machines
    assert problem.json()["detail"].startswith("Kirim kunci yang sah")
    assert Client().get("/api/v1/items").json()["detail"].startswith("Send a valid key")


def test_an_old_form_is_refused_in_words():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/account/login/", {"login": "a", "password": "b"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


def test_pages_speak_the_persons_language(client):
    client.force_login(makers.staff("auditor", language="id"))
    answer = client.get("/me")
    assert answer["Content-Language"] == "id"
    assert b'<html lang="id"' in answer.content


def test_the_rail_shows_only_what_one_may_see(dewi):
    body = dewi.get("/people").content.decode()
    assert 'href="/ledger"' in body
    assert 'href="/keys"' not in body
    assert '<a href="/people" aria-current="page"' in body


def test_every_place_exists_and_no_two_share_their_keys():
    from django.urls import reverse

    keys = [entry.key for entry in navigation.entries() if entry.key]
    assert len(keys) == len(set(keys))
    assert all(reverse(entry.url) for entry in navigation.entries())
