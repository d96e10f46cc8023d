import pytest
from django.conf import settings
from django.test import Client

from trustdesk.knowledge.tests.makers import draft, published, released, rewritten
from trustdesk.support.tests.makers import asked
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def sari():
    client = Client()
    client.force_login(makers.staff("reviewer", name="Sari"), settings.AUTHENTICATION_BACKENDS[0])
    return client


def found(client, case_id, **asked_for):
    answer = client.get(f"/cases/{case_id}/articles", asked_for)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_pages_are_found_for_what_one_writes_and_staff_pages_only_for_notes(sari, now):
    one = asked(now, language="en")
    published(now)
    published(now, slug="how-we-check", audience="staff", words=draft("Lost parcels, inside", "Ask the courier first."))
    public = found(sari, one.id, words="lost parc", mode="reply")
    assert "Lost parcels</b>" in public
    assert "inside" not in public
    inside = found(sari, one.id, words="lost parc", mode="note")
    assert "Lost parcels, inside" in inside
    assert "for staff only" in inside
    # Nor is one handed out for a reply to who knows its address.
    assert sari.get(f"/cases/{one.id}/articles/how-we-check?mode=reply").status_code == 404
    assert sari.get(f"/cases/{one.id}/articles/how-we-check").status_code == 404
    put = sari.get(f"/cases/{one.id}/articles/how-we-check?mode=note").content.decode()
    assert put.startswith("Lost parcels, inside\n")
    assert "/help/" not in put
    link = sari.get(f"/cases/{one.id}/articles/lost-parcels?mode=reply")
    assert link["Content-Type"].startswith("text/plain")
    assert link.content.decode() == f"Lost parcels\n{settings.PUBLIC_URL}/help/lost-parcels?lang=en"
    words = sari.get(f"/cases/{one.id}/articles/lost-parcels?mode=reply&how=text").content.decode()
    assert "Wait three days." in words
    for wrong in ("mode=shout", "mode="):
        assert sari.get(f"/cases/{one.id}/articles?{wrong}").status_code == 404
    assert "No help page has these words" in found(sari, one.id, words="\0<script>" + "x" * 5_000, mode="reply")


def test_the_requesters_language_comes_first_and_what_is_behind_says_so(sari, now):
    one, other = asked(now, language="id"), asked(now, language="de")
    article = published(now)
    rewritten(article, draft("Paket hilang", "Tunggu tiga hari."), now, language="id")
    released(article, now, language="id")
    assert "Paket hilang" in found(sari, one.id, words="paket hilang", mode="reply")
    assert "behind" not in found(sari, one.id, words="paket", mode="reply")
    rewritten(article, draft("Lost parcels", "Wait five days."), now)
    released(article, now)
    assert "translation is behind" in found(sari, one.id, words="paket", mode="reply")
    foreign = found(sari, other.id, words="parcels", mode="reply")
    assert '<span class="chip">en</span>' in foreign
    put = sari.get(f"/cases/{one.id}/articles/lost-parcels?mode=reply").content.decode()
    assert put.startswith("Paket hilang\n")
    assert put.endswith("?lang=id")
