"""Hostile and broken input at the front door: each is told clearly what is wrong, and nothing is half stored."""

import json

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test import Client

from tests.stories.conftest import Desk, ad, on_database
from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.actions import Ground
from trustdesk.kernel.base.timesource import source as time_source
from trustdesk.review import actions as review
from trustdesk.review import queries as reviews
from trustdesk.review.actions import deciding

PHONE = "Call me on +62 812 0000 1234 any time."


@pytest.mark.parametrize(
    ("body", "status", "code", "said"),
    [
        (b'{"external_id": "x", ', 400, "malformed_json", "line 1"),
        (b"\xff\xfe{}", 400, "malformed_json", "UTF-8"),
        (b"[" * 4000 + b"]" * 4000, 400, "too_deep", "nesting"),
        (b'{"external_id": "' + b"x" * 11_000_000 + b'"}', 413, "too_large", "1 MiB"),
        (b"{}", 422, "invalid", "external_id"),
        (json.dumps({**ad("x", "t", "b"), "colour": 1}).encode(), 422, "invalid", "colour"),
        (json.dumps(ad("a\0b", "t", "b")).encode(), 422, "invalid", "NUL"),
        (json.dumps(ad("x", "t", "b", market="Mars")).encode(), 422, "invalid_item", "market"),
        (json.dumps(ad("x", "t", "b", fields={"price": -1})).encode(), 422, "invalid_item", "price"),
        (json.dumps(ad("x", "t", "b", posted_at="yesterday")).encode(), 422, "invalid", "posted_at"),
        (json.dumps(ad("x", "", "")).encode(), 422, "invalid_item", "nothing to look at"),
        (json.dumps(ad("x", "t", "b", media=[{"kind": "image"}])).encode(), 422, "invalid_item", "media.0"),
        (json.dumps(ad("x", "t", "b" * 100_001)).encode(), 422, "invalid_item", "100,000"),
    ],
)
def test_each_is_refused_with_its_field_and_remedy_and_nothing_is_stored(desk, body, status, code, said):
    answer = desk.post("/items", body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer["Content-Type"] == "application/problem+json"
    assert said in json.dumps(problem, ensure_ascii=False)
    assert not content.has_items()


def test_broken_characters_in_text_are_repaired_and_the_answer_says_so(desk):
    told = desk.post("/items", json.dumps(ad("r-1", "A lamp\0", "Bright \ud800 and \u202ewarm\u202c light")))
    assert told.status_code == 201, told.content
    assert told.json()["warnings"] == ["repaired_text"]
    version = content.versions(content.UUID(told.json()["id"]))[0]
    assert version.title == "A lamp\ufffd"
    assert "\u202e" in version.body, "direction marks are the author's words; folding sees through them"


def test_marks_that_hide_letters_do_not_hide_a_number(desk):
    hidden = "Call me on +62 8\u200b1\u200b2\u2060 0000 1234 any time."
    assert desk.post("/items", ad("r-2", "Bicycle", hidden)).json()["status"] in {"rejected", "in_review"}


def test_a_batch_of_a_thousand_with_three_bad_ones_keeps_the_rest(desk):
    entries = [ad(f"k-{n}", f"Plate {n}", f"A plate with the number {n} painted on it.") for n in range(1000)]
    entries[10]["kind"] = "ufo"
    entries[500]["external_id"] = "k-499"
    entries[999] = {"external_id": 5}
    results = desk.post("/items/batch", entries).json()["results"]
    assert len(results) == 1000
    assert {r["index"]: r["problem"]["code"] for r in results if r["status"] != 201} == {
        10: "invalid_item",
        500: "duplicate_in_batch",
        999: "invalid",
    }


def test_a_database_lost_in_the_middle_of_a_decision_leaves_nothing_half_done(
    published, cluster, django_db_blocker, monkeypatch, now
):
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE trustdesk_faults TEMPLATE trustdesk_stories")
    key, sari = published
    with django_db_blocker.unblock(), on_database("trustdesk_faults"), time_source.fixed(now):
        desk = Desk(key=key, sari=sari, client=Client())
        told = desk.post("/items", ad("f-1", "Sharp hunting rifle", "Air rifle, message me for the papers")).json()
        desk.deliver(now)
        opened = review.claim_next(actor=sari, now=now)
        hit = reviews.sheet(opened, actor=sari, now=now).verdict.hits[0]
        ground = Ground(policy=hit["policy"], version=hit["version"], clause=hit["clause"])

        def decide():
            return review.decide(actor=sari, review_id=opened, version=1, outcome="remove", clauses=[ground], now=now)

        real = deciding.record

        def cut(*args, **kwargs):
            # The decision, its restriction, statement and letter are written: now the server goes away.
            with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
                admin.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])
            return real(*args, **kwargs)

        monkeypatch.setattr(deciding, "record", cut)
        with pytest.raises(OperationalError):
            decide()
        connection.close()
        monkeypatch.setattr(deciding, "record", real)
        item = content.UUID(told["id"])
        assert decisions.of_items([item], now=now) == {}
        assert content.items([item])[item].status == "in_review"
        assert reviews.sheet(opened, actor=sari, now=now).mine, "it is still hers"
        assert decide().outcome == "remove"
