"""From draft to live and back: through the front doors, with two people."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from trustdesk.kernel.base.refusal import Forbidden, Invalid
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.people.actions import make_key
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import holder_of
from trustdesk.policy import actions, queries
from trustdesk.policy.models import Label, Policy, PolicyVersion, Ruleset, WordListVersion
from trustdesk.policy.refusals import (
    DoesNotPass,
    NotADraft,
    NothingBefore,
    NothingChanged,
    NotYourDraft,
    OutdatedBase,
    PublishedMeanwhile,
    SamePerson,
    WrongState,
)
from trustdesk.policy.tests import makers
from trustdesk.policy.tests.makers import CONTACT, CONTACT_ID

CALMER = CONTACT.replace("days(30)", "days(7)")


def _checked(author, now, text=CALMER):
    translations = {"id": CONTACT_ID} if "code: contact" in text else {}
    made = actions.draft(actor=author, text=text, translations=translations, now=now)
    actions.check(actor=author, version_id=made.id, now=now)
    return made


def _published(author, approver, now, text=CALMER):
    made = _checked(author, now, text)
    actions.approve(actor=approver, version_id=made.id, now=now)
    return made, actions.publish(actor=approver, versions=[made.id], now=now)


def _judge(text, **account):
    live = queries.live_plan()
    item = {"id": "1", "kind": "listing", "text": text, "body": text, "market": "ID", "media": 0, "language": "en"}
    event = live.event(item=item, account={"id": "a", **account}, now="2026-03-10T09:00:00Z")
    return live.plan.run([event])[0].outcome


@pytest.mark.usefixtures("desk")
class TestFirstPublication:
    def test_the_pack_is_in_force(self):
        live = queries.live_plan()
        assert live.number == 1
        assert set(live.policies) == {"contact", "weapons"}
        assert _judge("call me on +62 812 3456 7890", age=86_400.0) == "reject"
        assert queries.publish_of("listing") == "before"
        assert queries.publish_of("message") == "after"
        assert queries.patience_of("message") == 300
        assert Label.objects.filter(taxonomy__number=1).count() == 2

    def test_a_second_start_changes_nothing(self, folder, now):
        assert actions.import_pack(actor=SYSTEM, path=folder, now=now) is None
        assert Ruleset.objects.count() == 1

    def test_every_policy_is_told_to_others(self):
        policy = Policy.objects.get(code="contact")
        (fact,) = ledger.of_subject(str(policy.id))
        assert fact.kind == "policy.published"
        assert fact.payload["number"] == 1
        assert fact.payload["ruleset_hash"] == queries.live_plan().hash


def test_without_a_pack_there_is_no_plan(db):
    with pytest.raises(queries.NoPolicy):
        queries.live_plan()
    assert queries.pack_settings() is None
    assert queries.publish_of("listing") == "after"


def test_a_pack_with_an_error_or_a_failing_example_is_not_published(db, tmp_path, now):
    broken = makers.make_folder(tmp_path / "a", policies={"contact.md": CONTACT.replace("phones(", "fones(")})
    with pytest.raises(DoesNotPass) as caught:
        actions.import_pack(actor=SYSTEM, path=broken, now=now)
    assert caught.value.problems[0].nearest == "phones"
    failing = makers.make_folder(
        tmp_path / "b", policies={"contact.md": CONTACT.replace("expect: approve", "expect: hold")}
    )
    with pytest.raises(DoesNotPass) as caught:
        actions.import_pack(actor=SYSTEM, path=failing, now=now)
    assert caught.value.failed[0].why == "expected hold, got approve"
    assert not Ruleset.objects.exists()


class TestLife:
    def test_two_people_bring_a_version_to_life(self, dewi, jonas, now):
        made, published = _published(dewi, jonas, now)
        assert (made.number, published.number) == (2, 2)
        assert _judge("call me on +62 812 3456 7890", age=86_400.0 * 10) == "approve"
        states = dict(PolicyVersion.objects.filter(policy__code="contact").values_list("number", "state"))
        assert states == {1: "superseded", 2: "live"}
        kinds = [fact.kind for fact in ledger.of_subject(str(PolicyVersion.objects.get(id=made.id).policy_id))]
        assert kinds[-4:] == ["policy.drafted", "policy.checked", "policy.approved", "policy.published"]

    def test_the_author_cannot_approve_not_even_by_key(self, dewi, jonas, now):
        made = _checked(dewi, now)
        with pytest.raises(SamePerson):
            actions.approve(actor=dewi, version_id=made.id, now=now)
        secret = make_key(actor=SYSTEM, name="git", scopes=["policies:write"], now=now).secret
        key = holder_of(secret, now=now).actor
        with pytest.raises(Forbidden):
            actions.approve(actor=key, version_id=made.id, now=now)

    def test_what_my_key_wrote_i_wrote(self, person, now):
        root = person("Ruth", "admin")
        secret = make_key(actor=root, name="git", scopes=["policies:write"], now=now).secret
        made = _checked(holder_of(secret, now=now).actor, now)
        with pytest.raises(SamePerson):
            actions.approve(actor=root, version_id=made.id, now=now)

    def test_a_reader_may_neither_write_nor_approve(self, sari, dewi, now):
        made = _checked(dewi, now)
        with pytest.raises(Forbidden):
            actions.draft(actor=sari, text=CALMER, now=now)
        with pytest.raises(Forbidden):
            actions.approve(actor=sari, version_id=made.id, now=now)
        with pytest.raises(Forbidden):
            actions.publish(actor=sari, versions=[made.id], now=now)
        with pytest.raises(Forbidden):
            actions.roll_back(actor=sari, code="contact", reason="because", now=now)

    def test_unapproved_versions_do_not_go_live(self, dewi, jonas, now):
        made = actions.draft(actor=dewi, text=CALMER, now=now)
        with pytest.raises(WrongState):
            actions.approve(actor=jonas, version_id=made.id, now=now)
        with pytest.raises(WrongState):
            actions.publish(actor=jonas, versions=[made.id], now=now)

    def test_a_draft_may_be_wrong_but_does_not_pass_the_check(self, dewi, now):
        made = actions.draft(actor=dewi, text=CALMER.replace("account.age", "account.agge"), now=now)
        with pytest.raises(DoesNotPass) as caught:
            actions.check(actor=dewi, version_id=made.id, now=now)
        (problem,) = caught.value.problems
        assert problem.nearest == "account.age"
        assert problem.source[problem.column - 1 :].startswith("account.agge")
        assert CALMER.split("\n")[problem.line - 1].replace("age", "agge", 1) == problem.source
        again = actions.draft(actor=dewi, text=CALMER, version_id=made.id, now=now)
        assert again.number == made.number
        actions.check(actor=dewi, version_id=made.id, now=now)

    def test_a_failing_example_is_named(self, dewi, now):
        text = CALMER.replace("expect: approve", "expect: reject")
        made = actions.draft(actor=dewi, text=text, now=now)
        with pytest.raises(DoesNotPass) as caught:
            actions.check(actor=dewi, version_id=made.id, now=now)
        (failed,) = caught.value.failed
        assert (failed.position, failed.why) == (2, "expected reject, got approve")

    def test_a_change_that_breaks_another_policy_is_refused(self, dewi, now):
        text = CALMER.replace(
            "then: reject", 'then: reject\n  - name: tin\n    when: has(item.text, "tin")\n    then: review'
        )
        made = actions.draft(actor=dewi, text=text, now=now)
        with pytest.raises(DoesNotPass) as caught:
            actions.check(actor=dewi, version_id=made.id, now=now)
        assert [each.policy for each in caught.value.failed] == ["weapons"]
        assert "contact/tin" in caught.value.failed[0].why

    def test_a_checked_version_is_frozen(self, dewi, jonas, now):
        made = _checked(dewi, now)
        with pytest.raises(NotADraft):
            actions.draft(actor=dewi, text=CONTACT, version_id=made.id, now=now)
        with pytest.raises(NotADraft):
            actions.discard(actor=dewi, version_id=made.id, now=now)

    def test_a_draft_belongs_to_its_author_and_can_be_thrown_away(self, dewi, jonas, now):
        made = actions.draft(actor=dewi, text=CALMER, now=now)
        with pytest.raises(NotYourDraft):
            actions.draft(actor=jonas, text=CONTACT, version_id=made.id, now=now)
        actions.discard(actor=dewi, version_id=made.id, now=now)
        assert not PolicyVersion.objects.filter(id=made.id).exists()

    def test_a_draft_does_not_turn_into_another_policy(self, dewi, now):
        made = actions.draft(actor=dewi, text=CALMER, now=now)
        other = CALMER.replace("code: contact", "code: other")
        with pytest.raises(Invalid):
            actions.draft(actor=dewi, text=other, version_id=made.id, now=now)
        with pytest.raises(Invalid):
            actions.draft(actor=dewi, text=other, code="contact", now=now)

    def test_nul_and_huge_texts_are_refused_by_field(self, dewi, now):
        for text in (CALMER + "\0", CALMER + "x" * 500_000, CALMER + "\ud800"):
            with pytest.raises(Invalid) as caught:
                actions.draft(actor=dewi, text=text, now=now)
            assert "text" in caught.value.fields


class TestRaces:
    def test_the_second_publisher_is_told(self, dewi, jonas, now):
        contact, weapons = _checked(dewi, now), _checked(dewi, now, makers.WEAPONS + "\nMore words.\n")
        for made in (contact, weapons):
            actions.approve(actor=jonas, version_id=made.id, now=now)
        from trustdesk.policy.actions import publishing

        slow = publishing.prepare([weapons.id], [])
        actions.publish(actor=jonas, versions=[contact.id], now=now)
        with pytest.raises(PublishedMeanwhile):
            publishing.commit(actor=jonas, prepared=slow, now=now)
        assert queries.live_plan().number == 2
        assert actions.publish(actor=jonas, versions=[weapons.id], now=now).number == 3

    def test_work_begun_on_an_older_version_is_not_lost_silently(self, dewi, jonas, now):
        early = actions.draft(actor=jonas, text=CONTACT.replace("days(30)", "days(3)"), now=now)
        _published(dewi, jonas, now)
        with pytest.raises(OutdatedBase):
            actions.check(actor=jonas, version_id=early.id, now=now)


class TestRollBack:
    def test_one_step_back_by_one_person(self, dewi, jonas, now):
        first = queries.live_plan().hash
        _published(dewi, jonas, now)
        later = now + timedelta(minutes=5)
        made = actions.roll_back(actor=jonas, code="contact", reason="Too many reversals", now=later)
        assert (made.number, made.hash) == (3, first)
        assert _judge("call me on +62 812 3456 7890", age=86_400.0 * 10) == "reject"
        states = dict(PolicyVersion.objects.filter(policy__code="contact").values_list("number", "state"))
        assert states == {1: "live", 2: "rolled_back"}

    def test_nothing_before_and_no_reason(self, dewi, jonas, now):
        with pytest.raises(NothingBefore):
            actions.roll_back(actor=jonas, code="contact", reason="Because I say so", now=now)
        _published(dewi, jonas, now)
        with pytest.raises(Invalid):
            actions.roll_back(actor=jonas, code="contact", reason=" ", now=now)

    def test_a_verdict_can_be_replayed_on_its_own_ruleset(self, dewi, jonas, now):
        then = queries.live_plan()
        _published(dewi, jonas, now)
        again = queries.ruleset(then.hash)
        assert again.plan.hash == then.plan.hash != queries.live_plan().plan.hash


class TestLists:
    def test_a_list_is_checked_approved_and_published(self, dewi, jonas, now):
        text = makers.LISTS["contact-words"] + "telepon saya\n"
        version = actions.edit_list(actor=dewi, name="contact-words", text=text, now=now)
        with pytest.raises(SamePerson):
            actions.approve_list(actor=dewi, version_id=version, now=now)
        actions.approve_list(actor=jonas, version_id=version, now=now)
        actions.publish(actor=jonas, lists=[version], now=now)
        assert _judge("telepon saya +62 812 3456 7890", age=86_400.0) == "reject"
        actions.roll_back_list(actor=jonas, name="contact-words", reason="Hits telephone shops", now=now)
        assert _judge("telepon saya +62 812 3456 7890", age=86_400.0) == "approve"

    def test_a_word_that_breaks_an_example_is_refused(self, dewi, now):
        with pytest.raises(DoesNotPass) as caught:
            actions.edit_list(actor=dewi, name="weapons", text="shotgun\n", now=now)
        assert caught.value.failed[0].policy == "weapons"
        assert not WordListVersion.objects.filter(number=2).exists()

    def test_the_same_words_and_stale_bases_are_refused(self, dewi, now):
        with pytest.raises(NothingChanged):
            actions.edit_list(actor=dewi, name="weapons", text=makers.LISTS["weapons"], now=now)
        with pytest.raises(OutdatedBase):
            actions.edit_list(actor=dewi, name="weapons", text="revolver\n", base=0, now=now)
        with pytest.raises(Invalid):
            actions.edit_list(actor=dewi, name="../etc", text="revolver\n", now=now)


class TestFolder:
    def test_changes_of_a_folder_wait_for_approval(self, dewi, folder, now):
        (folder / "policies" / "contact.md").write_text(CALMER)
        taken = actions.take_folder(actor=dewi, path=folder, now=now)
        assert (taken.policies, taken.lists, taken.published) == (("contact",), (), None)
        assert PolicyVersion.objects.get(policy__code="contact", number=2).state == "checked"
        assert queries.live_plan().number == 1

    def test_with_an_approver_everything_goes_live_together(self, dewi, jonas, folder, now):
        (folder / "policies" / "contact.md").write_text(CALMER.replace("contact-words", "call-words"))
        (folder / "lists" / "call-words.txt").write_text("call me\n")
        (folder / "pack.yaml").write_text(makers.PACK.replace("patience: 5 minutes", "patience: 1 minute"))
        taken = actions.take_folder(actor=dewi, path=folder, approver=jonas, now=now)
        assert taken.published.number == 2
        assert queries.patience_of("message") == 60
        with pytest.raises(NothingChanged):
            actions.take_folder(actor=dewi, path=folder, approver=jonas, now=now)
        with pytest.raises(SamePerson):
            actions.take_folder(actor=dewi, path=folder, approver=dewi, now=now)


class TestTheDatabaseHasTheLastWord:
    @pytest.mark.parametrize(
        "change",
        [
            "UPDATE policy_policyversion SET text = 'x' WHERE state = 'live'",
            "UPDATE policy_policyversion SET translations = '{}' WHERE state = 'live'",
            "UPDATE policy_policyversion SET state = 'draft' WHERE state = 'live'",
            "DELETE FROM policy_policyversion",
            "UPDATE policy_wordlistversion SET text = 'x'",
            "TRUNCATE policy_wordlistversion CASCADE",
            "UPDATE policy_ruleset SET hash = 'x'",
            "DELETE FROM policy_ruleset",
            "UPDATE policy_label SET severity = 1",
            "UPDATE policy_settingsversion SET text = 'x'",
            "DELETE FROM policy_taxonomyversion",
        ],
    )
    def test_what_was_checked_does_not_change(self, desk, change):
        with pytest.raises(IntegrityError, match="versions do not change"), transaction.atomic():
            connection.cursor().execute(f"SET CONSTRAINTS ALL IMMEDIATE; {change}")

    def test_nobody_approves_their_own_behind_the_desk(self, dewi, now):
        made = _checked(dewi, now)
        with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
            PolicyVersion.objects.filter(id=made.id).update(state="approved", approver=dewi.label)
        with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
            PolicyVersion.objects.filter(id=made.id).update(state="approved")

    def test_no_two_versions_are_live(self, dewi, now):
        made = _checked(dewi, now)
        with pytest.raises(IntegrityError, match="one_live"), transaction.atomic():
            PolicyVersion.objects.filter(id=made.id).update(state="live", approver="staff:x")

    def test_an_unknown_version_is_not_found(self, jonas, now):
        from trustdesk.policy.refusals import NoSuchVersion

        with pytest.raises(NoSuchVersion):
            actions.publish(actor=jonas, versions=[uuid4()], now=now)
