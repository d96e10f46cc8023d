"""What a verdict and a decision stand on: the amounts of the ruleset that judged, the very version that was seen."""

import shutil
from uuid import UUID

from django.conf import settings

from tests.stories.conftest import ad
from tests.stories.test_policy_changes import _person
from trustdesk.content import queries as content
from trustdesk.decisions import actions as decisions
from trustdesk.decisions.actions.committing import evidence_digest
from trustdesk.decisions.models import Decision
from trustdesk.policy import actions, queries
from trustdesk.screening import queries as screening


def test_a_rule_reads_the_amounts_of_the_ruleset_that_judges(desk, now, tmp_path, monkeypatch):
    """Settings change while a process still judges by the ruleset before: the amounts are that ruleset's too."""
    dewi, jonas = _person("Dewi", "policy_owner", now), _person("Jonas", "lead", now)
    before = queries.live_plan()
    least = before.market_values("ID")["least_phone_price"]
    folder = tmp_path / "pack"
    shutil.copytree(settings.PACK, folder)
    pack = (folder / "pack.yaml").read_text()
    assert str(int(least)) in pack
    (folder / "pack.yaml").write_text(pack.replace(f"least_phone_price: {int(least)}", "least_phone_price: 1"))
    actions.take_folder(actor=dewi, path=folder, now=now, approver=jonas)
    assert queries.live_plan().market_values("ID")["least_phone_price"] == 1

    def told(external_id):
        cheap = ad(external_id, f"iPhone 15, 128 GB {external_id}", f"Bought last month, works well. {external_id}")
        cheap["fields"] |= {"price": int(least) - 10_000, "currency": "IDR"}
        made = desk.post("/items", cheap).json()
        verdict = screening.of_item(UUID(made["id"]))[0]
        assert screening.replay(verdict.id).equal
        return [hit["rule"] for hit in verdict.hits], verdict

    monkeypatch.setattr(queries, "live_plan", lambda: before)
    hits, verdict = told("m-1")
    assert "telephone-too-cheap" in hits
    assert (verdict.ruleset, verdict.inputs["market.least_phone_price"]) == (before.hash, least)
    monkeypatch.undo()
    hits, verdict = told("m-2")
    assert "telephone-too-cheap" not in hits
    assert verdict.inputs["market.least_phone_price"] == 1


def test_the_evidence_of_a_decision_is_sealed_with_the_version_it_was_seen_in(desk, now):
    words = "Call or WhatsApp me on +62 812 3456 7890, pay outside of the platform."
    made = desk.post("/items", ad("e-1", "Sofa", words)).json()
    again = desk.post("/items", ad("e-1", "Sofa, as good as new", words, posted_at="2026-03-10T08:59:00Z")).json()
    assert (made["status"], again["version"]) == ("rejected", 2)
    item = UUID(made["id"])
    decisions.decide(
        actor=desk.sari,
        item_id=item,
        version=2,
        outcome="approve",
        evidence=[{"field": "title", "start": 0, "end": 4, "text": "Sofa"}],
        now=now,
    )
    rows = list(Decision.objects.filter(item_id=item).order_by("id"))
    assert [row.version_no for row in rows] == [1, 2, 2]
    versions = content.versions_by_id([row.version_id for row in rows])
    assert len({version.content_hash for version in versions.values()}) == 2
    for row in rows:
        version = versions[row.version_id]
        assert row.evidence
        assert row.evidence_hash == evidence_digest(row.evidence, version)
        other = next(each for each in versions.values() if each.id != version.id)
        assert row.evidence_hash != evidence_digest(row.evidence, other)
