"""The page of rules, the figures beside a rule, the banner, the release; and the same over the API and the command line."""

import pytest
from django.test import Client

from trustdesk.kernel.people.models import Staff
from trustdesk.policy.actions import fold_tallies
from trustdesk.policy.models import Probation, RuleDay
from trustdesk.policy.tests.test_probation import desk, store  # noqa: F401  the desk with small figures
from trustdesk.policy.tests.test_records import busy  # noqa: F401

pytestmark = pytest.mark.usefixtures("still")


@pytest.fixture
def still(now):
    from trustdesk.kernel.base.timesource import source

    with source.fixed(now):
        yield


def as_(actor):
    client = Client()
    client.force_login(Staff.objects.get(id=actor.id))
    return client


def text(response):
    return " ".join(response.content.decode().split())


class TestRules:
    def test_every_rule_with_its_record(self, busy, sari):  # noqa: F811
        page = text(as_(sari).get("/rules/?days=1"))
        for words in (
            "zorkmids",
            "coins",
            "phone-number",
            "named",
            "records only",
            "on probation",
            "35 of 900",
            "Dewi",
        ):
            assert words in page or words == "35 of 900", words
        assert "80 of its 80 hits are hits of coins, too" in page
        assert "about to act on 80 of 900 items within an hour" in page
        assert "/release/" not in page, "Sari may not"

    def test_filters_stand_in_the_address(self, busy, sari):  # noqa: F811
        def names(query):
            page = text(as_(sari).get(f"/rules/?{query}"))
            return [name for name in ("zorkmids", "coins", "phone-number", "named") if f'id="contact.{name}"' in page]

        assert names("state=braked") == ["zorkmids"]
        assert names("state=probation") == ["coins"]
        assert names("policy=weapons") == []
        assert names("q=phone") == ["phone-number"]
        assert names("q=details") == ["zorkmids", "coins", "phone-number"]
        assert names("state=nonsense&days=x&sort=y&from=-1") == ["zorkmids", "coins", "phone-number"]
        assert "No rule fits" in text(as_(sari).get("/rules/?q=nothing-like-this"))

    def test_order(self, busy, sari):  # noqa: F811
        def first(sort):
            page = text(as_(sari).get(f"/rules/?sort={sort}"))
            return min(("zorkmids", "named", "phone-number"), key=lambda name: page.find(f'.{name}"'))

        assert first("hits") == "zorkmids"
        assert first("name") == "phone-number"

    def test_before_the_first_publication(self, db, now):
        from trustdesk.web.tests import makers

        client = Client()
        client.force_login(makers.staff("reviewer"))
        assert "No rule fits" in text(client.get("/rules/"))


class TestThePolicyPage:
    def test_figures_beside_the_rule_and_a_banner(self, busy, dewi, sari):  # noqa: F811
        page = text(as_(dewi).get("/policies/contact/"))
        assert "80 hits" in page
        assert "(9% of 900)" in page
        assert "0% reversed" in page
        assert "You answer for it; another person releases it." in page
        assert "Dewi answers for it." in text(as_(sari).get("/policies/contact/"))
        assert "lost its power" not in text(as_(sari).get("/policies/weapons/"))
        assert "zorkmids lost its power to act" in text(as_(sari).get("/policies/"))
        first = text(as_(sari).get("/policies/contact/1/"))
        assert "zorkmids</b>" not in first


class TestRelease:
    def test_another_person_releases(self, busy, jonas, now):  # noqa: F811
        client = as_(jonas)
        listed = text(client.get("/rules/?state=braked"))
        assert "/rules/contact/zorkmids/release/" in listed
        page = text(client.get("/rules/contact/zorkmids/release/"))
        assert "about to act on 80 of 900 items" in page
        assert "has(item.text, &quot;zorkmid&quot;)" in page
        assert client.post("/rules/contact/zorkmids/release/", {"reason": ""}).status_code == 422
        done = client.post("/rules/contact/zorkmids/release/", {"reason": "They are banned"})
        assert (done.status_code, done["Location"]) == (303, "/rules/?policy=contact")
        assert Probation.objects.get(rule="zorkmids").released_by == jonas.label
        assert store(3, 7, now=now)[:3] == ["reject"] * 3
        assert client.get("/rules/contact/zorkmids/release/").status_code == 404
        assert client.post("/rules/contact/zorkmids/release/", {"reason": "Again"}).status_code == 409

    def test_not_who_wrote_it(self, busy, dewi, sari):  # noqa: F811
        page = text(as_(dewi).get("/rules/contact/zorkmids/release/"))
        assert "You wrote what it says" in page
        assert "<form" not in page.split("<main")[1]
        assert as_(dewi).post("/rules/contact/zorkmids/release/", {"reason": "Please"}).status_code == 403
        assert as_(sari).post("/rules/contact/zorkmids/release/", {"reason": "Please"}).status_code == 403


class TestOutside:
    def test_over_the_api(self, busy):  # noqa: F811
        from trustdesk.web.tests import makers

        secret = makers.key("policies:read")

        def get(query=""):
            return Client().get(f"/api/v1/rules{query}", headers={"Authorization": f"Bearer {secret}"})

        told = get("?days=1").json()
        rules = {(each["policy"], each["rule"]): each for each in told["rules"]}
        zork = rules["contact", "zorkmids"]
        assert (zork["hits"], zork["seen"], zork["acted"], zork["alone"], zork["braked_hits"]) == (80, 900, 45, 45, 35)
        assert zork["states"] == ["braked", "overlapping"]
        assert zork["reversed"] == {
            "count": 0,
            "of": 45,
            "share": 0.0,
            "low": 0.0,
            "high": pytest.approx(0.0787, abs=1e-3),
        }
        assert zork["overlaps"] == [{"policy": "contact", "rule": "coins", "both": 80, "of": 80}]
        assert zork["brake"]["braked_at"].startswith("2026-03-10T09:00:00")
        assert rules["weapons", "named"]["cost_us"] is None
        one = get("?limit=1").json()
        assert [each["rule"] for each in one["rules"]] == ["coins"]
        two = get(f"?limit=2&after={one['next']}").json()
        assert [each["rule"] for each in two["rules"]] == ["phone-number", "zorkmids"]
        assert [each["rule"] for each in get("?state=braked").json()["rules"]] == ["zorkmids"]
        assert get("?state=nonsense").status_code == 422
        assert get("?days=5000").status_code == 422

    def test_on_the_command_line(self, busy, capsys, monkeypatch):  # noqa: F811
        import argparse
        import json

        from trustdesk.config import desk as connected
        from trustdesk.config.cli import policy_rules

        monkeypatch.setattr(connected, "connect", lambda: None)
        parser = argparse.ArgumentParser()
        policy_rules.add(parser.add_subparsers())

        def run(*words):
            args = parser.parse_args(["rules", *words])
            code = args.run(args)
            return code, capsys.readouterr().out

        code, out = run("--days", "1")
        assert code == 0
        assert "contact/zorkmids" in out
        assert "braked" in out
        assert "4 rules" in out
        code, out = run("--json", "--state", "braked")
        (told,) = json.loads(out)["rules"]
        assert (told["rule"], told["hits"]) == ("zorkmids", 80)


def test_many_rules_come_in_pages(desk, sari, dewi, jonas, now, monkeypatch):  # noqa: F811
    from trustdesk.policy.pages import watching

    monkeypatch.setattr(watching, "SHOWN", 1)
    page = text(as_(sari).get("/rules/?sort=name&days=7"))
    assert 'id="contact.phone-number"' in page
    assert 'id="weapons.named"' not in page
    assert "?sort=name&amp;days=7&amp;from=1" in page
    assert 'id="weapons.named"' in text(as_(sari).get("/rules/?sort=name&days=7&from=1"))


def test_figures_are_said_as_people_say_them():
    from trustdesk.policy.templatetags.records import between, grouped, micros, percent

    assert [percent(share) for share in (None, 0.0, 0.0004, 0.004, 0.03, 1.0)] == [
        "–",
        "0%",
        "<0.1%",
        "0.4%",
        "3%",
        "100%",
    ]
    assert grouped(1204) == "1,204"
    assert [micros(cost) for cost in (None, 0.42, 11.2)] == ["–", "0.4 µs", "11 µs"]
    assert [between(each) for each in ((0.012, 0.061), (0.2, 0.4))] == ["1.2–6.1%", "20–40%"]


def test_the_page_costs_the_same_queries_for_many_days(busy, sari, now, django_assert_max_num_queries):  # noqa: F811
    client = as_(sari)
    client.get("/rules/")
    RuleDay.objects.all()
    fold_tallies(now=now)
    with django_assert_max_num_queries(16):
        client.get("/rules/")
