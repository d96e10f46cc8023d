"""The workshop's pages: words offered, findings with their mends, trials, two windows and two people at once."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from trustdesk.content.models import Account, Item, ItemVersion
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.models import Source, Staff
from trustdesk.policy import actions, queries
from trustdesk.policy.models import PolicyVersion
from trustdesk.policy.queries import trials
from trustdesk.policy.refusals import DraftMoved
from trustdesk.policy.tests.makers import CONTACT

CALMER = CONTACT.replace("days(30)", "days(7)")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def as_(desk):
    def sign_in(actor):
        client = Client()
        client.force_login(Staff.objects.get(id=actor.id))
        return client

    return sign_in


def _text(response):
    return response.content.decode()


class TestWords:
    def test_the_editor_is_given_its_words_once(self, as_, dewi, sari):
        client = as_(dewi)
        answer = client.get("/new-policy/vocabulary/")
        told = answer.json()
        assert {"account.age", "item.deposit"} <= {word["name"] for word in told["fields"]}
        again = client.get("/new-policy/vocabulary/", headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert as_(sari).get("/new-policy/vocabulary/").status_code == 200

    def test_they_speak_the_readers_language(self, as_, dewi):
        client = as_(dewi)
        english = client.get("/new-policy/vocabulary/", headers={"Accept-Language": "en"}).json()
        assert english["policy_keys"][0]["help"] == "the name machines use; never changes"


class TestFindings:
    def test_a_finding_carries_its_place_and_its_mend(self, as_, dewi):
        sent = {"text": CALMER.replace("account.age", "acount.age"), "code": "contact", "number": "2"}
        told = _text(as_(dewi).post("/new-policy/try/", sent, headers=HTMX))
        assert 'data-line="14" data-column="29" data-end="39"' in told
        assert 'data-mend data-line="14" data-start="29" data-end="39" data-text="account.age"' in told

    def test_a_rule_begun_is_told_once(self, as_, dewi):
        for begun, told in (
            ("  - name: b-new\n", ["rule b-new needs when", "rule b-new needs then"]),
            ("  - name: b-\n    then: flag\n", ["such as off-platform-contact", "rule 1 needs when"]),
        ):
            text = CALMER.replace("rules:\n", "rules:\n" + begun)
            found = queries.try_document("contact", text, {}, 2, thorough=False)
            assert len(found.errors) == len(told), [each.said for each in found.errors]
            assert all(any(words in each.said for each in found.errors) for words in told)


class TestTrials:
    def _try(self, client, **given):
        sent = {"code": "contact", "number": "2", "text": CALMER}
        sent |= {f"try.{name}": value for name, value in given.items()}
        return client.post("/new-policy/try-on/", sent, headers=HTMX)

    def test_pasted_words(self, as_, dewi):
        told = _text(self._try(as_(dewi), text="Sofa, call me on +62 812 3456 7890", age="2 days"))
        for words in (
            "Reject",
            "by contact, rule phone-number",
            '<mark class="ev"',
            "fires",
            "2 days",
            "Iklan Anda memuat",
        ):
            assert words in told

    def test_what_is_missing_is_said(self, as_, dewi):
        told = _text(self._try(as_(dewi), text="Sofa, call me on +62 812 3456 7890"))
        assert "a value is missing" in told
        assert "not given" in told

    def test_bad_entries_are_said_beside_the_form(self, as_, dewi):
        client = as_(dewi)
        assert "The price is a number" in _text(self._try(client, text="x", price="cheap"))
        assert "is a duration" in _text(self._try(client, text="x", age="old"))
        assert "no field named item.colour" in _text(self._try(client, text="x", more="item.colour: red"))
        assert "There is no item with this id" in _text(self._try(client, item="nothing"))

    def test_what_does_not_pass_cannot_be_tried(self, as_, dewi):
        sent = {"code": "contact", "text": CALMER.replace("account.age", "acount.age"), "try.text": "x"}
        told = _text(as_(dewi).post("/new-policy/try-on/", sent, headers=HTMX))
        assert "did you mean account.age?" in told

    def test_without_script_the_whole_editor_comes_back(self, as_, dewi):
        sent = {"code": "contact", "number": "1", "text": CALMER, "try.text": "Old revolver", "try.age": "2 days"}
        page = _text(as_(dewi).post("/new-policy/try-on/", sent))
        assert "<html" in page
        assert "days(7)" in page, "what was typed is still there"
        assert "by weapons, rule named" in page

    def test_a_stored_version_for_those_who_only_read(self, as_, sari):
        client = as_(sari)
        assert client.get("/policies/contact/1/try/").status_code == 200
        told = _text(client.post("/policies/contact/1/try/", {"try.text": "write to me"}, headers=HTMX))
        assert "does not fire" in told

    def test_words_of_authors_are_escaped(self, as_, dewi):
        told = _text(self._try(as_(dewi), text="<script>alert(1)</script> call me"))
        assert "<script>alert" not in told


class TestLayOut:
    def test_conditions_are_laid_out_and_nothing_else(self, as_, dewi):
        rough = CALMER.replace("days(7)", "days( 7 )")
        client = as_(dewi)
        sent = {"code": "contact", "number": "1", "text": rough}
        told = client.post("/new-policy/format/", sent, headers={"Accept": "application/json"}).json()
        assert "days(7)" in told["text"]
        assert told["changed"] == 1
        page = _text(client.post("/new-policy/format/", sent))
        assert "<html" in page
        assert "account.age &lt; days(7)" in page

    def test_what_cannot_be_read_stays(self, as_, dewi):
        sent = {"text": "no front matter"}
        told = as_(dewi).post("/new-policy/format/", sent, headers={"Accept": "application/json"}).json()
        assert (told["text"], told["changed"]) == ("no front matter", 0)
        assert told["left"]


class TestTwoAtOnce:
    def test_another_window_kept_the_draft_meanwhile(self, as_, dewi, now):
        made = actions.draft(actor=dewi, text=CALMER, now=now)
        begun = queries.source_of("contact", made.number)[0].sha256
        client = as_(dewi)
        other = CALMER.replace("days(7)", "days(8)")
        here = CALMER.replace("strikes: 1", "strikes: 2")
        path = f"/policies/contact/{made.number}/edit/"
        kept = client.post(path, {"code": "contact", "number": "2", "text": other, "begun": begun, "then": "keep"})
        assert kept.status_code == 303
        refused = client.post(path, {"code": "contact", "number": "2", "text": here, "begun": begun, "then": "keep"})
        page = _text(refused)
        assert refused.status_code == 409
        assert "kept from another window" in page
        assert "strikes: 2" in page, "what was typed is not lost"
        assert "days(8)" in page, "what was kept meanwhile is shown"
        assert PolicyVersion.objects.get(number=2).text == other
        now_begun = refused.context["version"].sha256
        client.post(path, {"code": "contact", "number": "2", "text": here, "begun": now_begun, "then": "keep"})
        assert PolicyVersion.objects.get(number=2).text == here

    def test_the_same_words_from_two_windows_are_no_conflict(self, dewi, now):
        made = actions.draft(actor=dewi, text=CALMER, now=now)
        begun = PolicyVersion.objects.get(id=made.id).sha256
        other = CALMER.replace("days(7)", "days(8)")
        for _ in range(2):
            actions.draft(actor=dewi, text=other, version_id=made.id, begun_from=begun, now=now)
        with pytest.raises(DraftMoved):
            actions.draft(actor=dewi, text=CALMER, version_id=made.id, begun_from=begun, now=now)

    def test_overtaken_by_a_publication(self, as_, dewi, jonas, now):
        mine = actions.draft(actor=dewi, text=CALMER, now=now)
        theirs = actions.draft(actor=jonas, text=CONTACT.replace("strikes: 1", "strikes: 3"), now=now)
        actions.check(actor=jonas, version_id=theirs.id, now=now)
        actions.approve(actor=dewi, version_id=theirs.id, now=now)
        actions.publish(actor=dewi, versions=[theirs.id], now=now)
        client = as_(dewi)
        page = _text(client.get(f"/policies/contact/{mine.number}/edit/"))
        assert "went live since this draft was begun" in page
        assert "strikes: 1 → 3" in page
        path = f"/policies/contact/{mine.number}/edit/"
        client.post(path, {"code": "contact", "number": "2", "text": CALMER, "then": "check"})
        assert "Another version went live since this one was begun" in _text(client.get(path))
        client.post(path, {"code": "contact", "number": "2", "text": CALMER, "then": "renew"})
        renewed = PolicyVersion.objects.get(policy__code="contact", state="draft")
        assert (renewed.number, renewed.base, renewed.text) == (4, 3, CALMER)


class TestItems:
    def test_an_item_of_the_desk_is_tried_as_it_was(self, jonas, now):
        item = make_item(now, body="Sofa, call me on 0812-3456-7890", age=timedelta(days=3))
        told = queries.try_item(actor=jonas, code="contact", text=CALMER, translations={}, item=str(item.id))
        assert (told.item.id, told.trial.outcome, told.stored) == (item.id, "reject", False)
        assert "0812-3456-7890" in told.reason
        by_name = queries.try_item(actor=jonas, code="contact", text=CALMER, translations={}, item=item.external_id)
        assert by_name.item.id == item.id

    def test_what_its_verdict_read_is_used_again(self, jonas, now, monkeypatch):
        item = make_item(now, body="Sofa, call me on 0812-3456-7890", age=timedelta(days=3))
        key = 'rate("items", by=account, per=hours(1))'
        counting = CALMER.replace("phones(item.text) and", f"{key} > 9 and phones(item.text) and")
        monkeypatch.setattr(trials, "stored_inputs", [])
        told = queries.try_item(actor=jonas, code="contact", text=counting, translations={}, item=str(item.id))
        assert [rule.state for rule in told.trial.rules] == ["undecided"], "nobody stored the answer"
        monkeypatch.setattr(trials, "stored_inputs", [lambda _: {key: 12, "account.age": 60.0, "item.text": "x"}])
        told = queries.try_item(actor=jonas, code="contact", text=counting, translations={}, item=str(item.id))
        assert (told.trial.rules[0].state, told.stored) == ("fired", True)
        assert told.trial.event["account"]["age"] == 60.0

    def test_an_item_one_may_not_see_is_not_there(self, person, desk, now):
        item = make_item(now, body="x", age=timedelta(days=3))
        stranger = replace(person("Nina", "policy_owner"), allowances=frozenset())
        with pytest.raises(NotFound):
            queries.try_item(actor=stranger, code="contact", text=CALMER, translations={}, item=str(item.id))


def make_item(now, *, body, age, source="bazaar"):
    """A stored listing of an account that was so old when it was posted."""
    source = Source.objects.get(code=source)
    account, _ = Account.objects.get_or_create(
        source=source,
        external_id="budi",
        defaults={"registered_at": now - age, "first_seen_at": now, "items_posted": 1},
    )
    item = Item.objects.create(
        source=source,
        external_id=f"ad-{uuid4().hex[:8]}",
        kind="listing",
        account=account,
        market="ID",
        language="id",
        status="live",
        verdict="approve",
        version=1,
        received_at=now,
        changed_at=now,
    )
    ItemVersion.objects.create(item=item, no=1, body=body, content_hash="0" * 64, received_at=now)
    return item
