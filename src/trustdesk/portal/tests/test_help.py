"""The help centre as a stranger meets it, without script."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.kernel.base.timesource import source as time_source
from trustdesk.knowledge import actions, queries
from trustdesk.knowledge.models import Asked, Read, Vote
from trustdesk.knowledge.tests.makers import JONAS, draft, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(now):
    with time_source.fixed(now):
        names = {"en": "Delivery", "id": "Pengiriman"}
        actions.keep_topic(
            actor=JONAS, code="delivery", icon="truck", names=names, about={}, position=0, version=0, now=now
        )
        body = "Wait three days.\n\n## Then\nWrite.\n\n## After that\nCall.\n\n## Then\nRest. <script>alert(1)</script>"
        words = draft(title="Lost parcels", body=body, summary="When to wait.")
        yield published(now, words=words, topic="delivery")


def test_found_read_and_judged(shelf, now):
    stranger = Client()
    home = stranger.get("/help/").content.decode()
    assert "How can we help?" in home
    assert "/help/topics/delivery" in home
    assert "Lost parcels" in stranger.get("/help/topics/delivery").content.decode()
    found = stranger.get("/help/search", {"q": "lost parcles"}).content.decode()
    assert "No page says “parcles”" in found
    assert "/help/lost-parcels?q=lost%20parcles" in found
    assert "Lost parcels" in stranger.get("/help/suggest", {"q": "lost par"}).content.decode()
    page = stranger.get("/help/lost-parcels?q=lost parcles").content.decode()
    assert '<section id="then-2">' in page, "headings of the same words have addresses of their own"
    assert "<script>alert" not in page
    assert Asked.objects.get().opened == 1
    assert Read.objects.get().times == 1
    stranger.get("/help/lost-parcels", headers={"sec-purpose": "prefetch"})
    assert Read.objects.get().times == 1
    told = stranger.post("/help/lost-parcels/vote?lang=en", {"helped": "no"})
    assert told.status_code == 302
    assert "What did you look for?" in stranger.get(told["Location"].split("#")[0]).content.decode()
    stranger.post("/help/lost-parcels/vote", {"helped": "no", "said": "the courier's number"})
    assert Vote.objects.get().said == "the courier's number"
    assert stranger.post("/help/lost-parcels/vote", {"helped": "perhaps"}).status_code == 422
    assert stranger.get("/help/lost-parcels/vote").status_code == 302


def test_what_is_not_there_is_said_calmly(shelf):
    stranger = Client()
    assert stranger.get("/help/nothing").status_code == 404
    assert stranger.get("/help/topics/nothing").status_code == 404
    nothing = stranger.get("/help/search", {"q": "zzzz \0 qqqq"})
    assert "No page answers that yet" in nothing.content.decode()
    assert stranger.get("/help/search").status_code == 200
    actions.archive(actor=JONAS, article_id=shelf, why="Gone", now=queries.article(shelf).changed_at)
    assert stranger.get("/help/lost-parcels").status_code == 404
    assert "Lost parcels" not in stranger.get("/help/sitemap.xml").content.decode()


def test_the_language_chosen_is_kept_and_the_map_names_each(shelf):
    stranger = Client()
    assert "Bagaimana kami bisa membantu?" in stranger.get("/help/?lang=id").content.decode()
    assert "Pengiriman" in stranger.get("/help/topics/delivery").content.decode()
    page = stranger.get("/help/lost-parcels").content.decode()
    assert "belum ditulis dalam bahasa Anda" in page
    site = stranger.get("/help/sitemap.xml")
    assert site["Content-Type"] == "application/xml"
    assert "<loc>http://testserver/help/lost-parcels</loc>" in site.content.decode()


@pytest.mark.parametrize("path", ["/help/", "/help/search?q=parcels", "/help/topics/delivery"])
def test_a_page_costs_the_same_for_many_articles(shelf, now, path):
    stranger = Client()

    def cost():
        stranger.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert stranger.get(path).status_code == 200
        return len(asked)

    published(now, slug="other", words=draft(title="Other parcels"), topic="delivery")
    few = cost()
    for n in range(8):
        published(now, slug=f"more-{n}", words=draft(title=f"More parcels {n}"), topic="delivery")
    assert cost() == few
