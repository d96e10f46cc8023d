"""A careless rule meets a busy hour: the brake turns what goes too far into reviews, and another person releases it."""

import json

from tests.stories.conftest import ad
from tests.stories.test_policy_changes import _person
from trustdesk.config import desk as connected
from trustdesk.config.cli import main
from trustdesk.content.models import Item
from trustdesk.policy import actions, queries
from trustdesk.policy.models import Probation
from trustdesk.screening import queries as screening

RULE = '  - name: zorkmids\n    clause: "1.3"\n    when: has(item.text, "zorkmid")\n    then: reject\n'


def _publish(text, author, approver, now, code="spam"):
    _, _, translations = queries.source_of(code)
    made = actions.draft(actor=author, text=text, translations=translations, now=now)
    actions.check(actor=author, version_id=made.id, now=now)
    actions.approve(actor=approver, version_id=made.id, now=now)
    return actions.publish(actor=approver, versions=[made.id], now=now)


def _ads(first, count, word):
    return [
        ad(f"b-{n}", f"{word} number {n}", f"Hardly used {word}, lot {n}, pick up in Bandung.")
        for n in range(first, first + count)
    ]


def test_a_rule_that_goes_too_far_becomes_a_question_for_people(desk, now):
    dewi, jonas = _person("Dewi", "policy_owner", now), _person("Jonas", "lead", now)
    _publish(queries.source_of("spam")[1].replace("rules:\n", f"rules:\n{RULE}", 1), dewi, jonas, now)

    sent = [*_ads(0, 380, "armchair"), *_ads(400, 40, "zorkmid")]
    for one in sent:  # each from an account of its own: nobody posts too much
        one["account"] = {**one["account"], "external_id": one["external_id"]}
    answer = desk.post("/items/batch", sent)
    assert answer.status_code == 200, answer.content
    statuses = [each["item"]["status"] for each in answer.json()["results"]]
    assert statuses[:380].count("live") == 380, statuses
    assert statuses[380:] == ["rejected"] * 21 + ["in_review"] * 19, "a twentieth of 420 are 21"

    last = answer.json()["results"][-1]["item"]
    verdict = screening.of_item(last["id"])[0]
    (hit,) = [hit for hit in verdict.hits if hit["rule"] == "zorkmids"]
    assert (hit["then"], hit["braked"], hit["would"]) == ({"verb": "review"}, True, {"verb": "reject"})
    assert hit["evidence"][0]["text"] == "zorkmid"
    assert last["verdict"]["outcome"] == "review"
    assert last["decision"] is None

    # Replayed bit for bit, though the plan by itself says reject.
    again = screening.replay(verdict.id)
    assert again.equal, again.differences
    assert again.outcome == "review"
    assert again.agrees

    after = desk.post("/items", ad("b-900", "One more zorkmid", "Hardly used zorkmid, pick up in Solo.")).json()
    assert after["status"] == "in_review"
    actions.release(actor=jonas, code="spam", rule="zorkmids", reason="Zorkmids are not for sale", now=now)
    after = desk.post("/items", ad("b-901", "The last zorkmid", "A zorkmid, as good as new, pick up in Solo.")).json()
    assert after["status"] == "rejected"


def test_items_of_the_past_do_not_count_for_the_brake(desk, now, tmp_path, monkeypatch):
    dewi, jonas = _person("Dewi", "policy_owner", now), _person("Jonas", "lead", now)
    _publish(queries.source_of("spam")[1].replace("rules:\n", f"rules:\n{RULE}", 1), dewi, jonas, now)
    monkeypatch.setattr(connected, "connect", lambda **_: None)

    def feed(name, sent, *options):
        file = tmp_path / name
        for one in sent:
            one["account"] = {**one["account"], "external_id": one["external_id"]}
        file.write_text("\n".join(json.dumps(one) for one in sent))
        assert main(["feed", str(file), *options]) == 0
        return Item.objects.filter(external_id__in=[one["external_id"] for one in sent], status="rejected").count()

    assert feed("past.jsonl", [*_ads(0, 330, "armchair"), *_ads(400, 80, "zorkmid")], "--import") == 80
    assert feed("today.jsonl", _ads(1000, 25, "zorkmid")) == 25, "25 of 25 items: too few to tell"
    assert not Probation.objects.filter(braked_at__isnull=False).exists()
