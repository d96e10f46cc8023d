"""The desk's pages of articles: written, looked at, published, compared, restored."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trustdesk.knowledge import actions, queries
from trustdesk.knowledge.tests.makers import DEWI, draft, published, rewritten
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


def at_desk(role, name):
    client = Client()
    client.force_login(makers.staff(role, name=name))
    return client


def test_written_looked_at_and_published():
    dewi, jonas, sari = at_desk("policy_owner", "Dewi"), at_desk("lead", "Jonas"), at_desk("reviewer", "Sari")
    words = {"title": "Lost parcels", "body": "Wait.", "language": "en", "kind": "article", "audience": "public"}
    assert dewi.post("/knowledge/new", {**words, "title": ""}).status_code == 422
    made = dewi.post("/knowledge/new", words)
    where = made["Location"].split("?")[0]
    assert sari.post("/knowledge/new", words).status_code == 403
    again = dewi.post("/knowledge/new", words)
    assert "Another article has this address" in again.content.decode()
    assert "Wait." in sari.get(where).content.decode(), "colleagues read drafts"
    late = dewi.post(f"{where}/en/edit", {"title": "Lost", "body": "x", "edition": "9", "then": "keep"})
    assert late.status_code == 422
    assert "Somebody else saved this draft" in late.content.decode()
    dewi.post(f"{where}/en/edit", {"title": "Lost parcels", "body": "Wait two days.", "edition": "1", "then": "submit"})
    shown = jonas.get(where).content.decode()
    assert 'name="edition" value="2"' in shown
    assert jonas.post(f"{where}/en/send-back", {"why": ""}).status_code == 422
    jonas.post(f"{where}/en/publish", {"edition": "2"})
    assert "Public: version 1" in jonas.get(where).content.decode()
    dewi.post(f"{where}/en/edit", {"title": "Lost parcels", "body": "Wait three days.", "edition": "0", "then": "keep"})
    shown = jonas.get(where).content.decode()
    assert "<del" in shown
    assert "<ins" in shown
    dewi.post(f"{where}/en/discard")
    assert "Take these words" in dewi.get(f"{where}/en/1").content.decode()
    dewi.post(f"{where}/en/1/restore")
    assert "Version 3" in dewi.get(where).content.decode()
    preview = dewi.post("/knowledge/preview", {"title": "T", "body": "**bold** <img src=x onerror=alert(1)>"})
    assert "<strong>bold</strong>" in preview.content.decode()
    assert "<img" not in preview.content.decode()


def test_topics_words_and_settings(now):
    jonas, sari = at_desk("lead", "Jonas"), at_desk("reviewer", "Sari")
    topic = {"code": "delivery", "icon": "truck", "position": "0", "version": "0", "name_en": "Delivery"}
    assert sari.post("/knowledge/topics", topic).status_code == 403
    assert jonas.post("/knowledge/topics", {**topic, "name_en": ""}).status_code == 422
    assert jonas.post("/knowledge/topics", topic).status_code == 303
    assert jonas.post("/knowledge/topics", topic).status_code == 422, "a code is taken once"
    assert jonas.post("/knowledge/topics", {**topic, "version": "5"}).status_code == 422
    assert jonas.post("/knowledge/words/en", {"groups": "refund, money back\n", "version": "0"}).status_code == 303
    assert queries.synonyms("en") == ([["refund", "money back"]], 1)
    assert jonas.post("/knowledge/words/en", {"groups": "alone", "version": "1"}).status_code == 422
    article_id = published(now)
    where = f"/knowledge/{article_id}/settings"
    setting = {"slug": "lost-parcels", "kind": "faq", "audience": "public", "topic": "delivery", "review_days": "90"}
    version = queries.article(article_id).version
    assert jonas.post(where, {**setting, "slug": "else", "version": version}).status_code == 422
    assert jonas.post(where, {**setting, "policies": "weapons, drugs", "version": version}).status_code == 303
    made = queries.article(article_id)
    assert (made.kind, made.topic, made.policies, made.review_days) == ("faq", "delivery", ("weapons", "drugs"), 90)
    assert jonas.post(f"/knowledge/{article_id}/archive", {"why": "Old"}).status_code == 303
    assert "Off the shelf" in jonas.get(f"/knowledge/{article_id}").content.decode()


def test_the_list_filters_pages_and_costs_the_same_for_many(now):
    jonas = at_desk("lead", "Jonas")

    def cost():
        jonas.get("/knowledge/")
        with CaptureQueriesContext(connection) as asked:
            assert jonas.get("/knowledge/").status_code == 200
        return len(asked)

    for n in range(2):
        published(now, slug=f"a-{n}", words=draft(title=f"Parcels {n}"))
    few = cost()
    for n in range(10):
        published(now, slug=f"b-{n}", words=draft(title=f"Letters {n}"))
    assert cost() == few
    assert jonas.get("/knowledge/?q=parcels").content.decode().count('href="/knowledge/0') == 2
    article_id = queries.opened("a-0", language="en", audiences=queries.PUBLIC).article.id
    rewritten(article_id, draft(title="Paket"), now, language="id")
    actions.submit(actor=DEWI, article_id=article_id, language="id", now=now)
    assert jonas.get("/knowledge/?state=review").context["rows"][0].waiting == ("id",)
    assert [row.title for row in jonas.get("/knowledge/?language=id").context["rows"]] == ["Parcels 0"]
    assert jonas.get("/knowledge/?state=nonsense&after=xyz").status_code == 400
    first, mark = queries.listed(limit=5, now=now)
    second, _ = queries.listed(limit=50, after=mark, now=now)
    assert len({row.article.id for row in [*first, *second]}) == 12
    assert jonas.get("/knowledge/find?q=lettters").content.decode().count("Letters") >= 10
    assert "Nothing was found" in jonas.get("/knowledge/asked").content.decode()
