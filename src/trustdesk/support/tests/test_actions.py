from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from trustdesk.kernel.base.refusal import Forbidden, Invalid, Stale
from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.support import actions, queries
from trustdesk.support.models import Case, Message
from trustdesk.support.tests.makers import asked, case, seen, sent, staff, wrote

pytestmark = pytest.mark.django_db

SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)


def told(case_id):
    return [fact.kind for fact in of_subject(case_id)]


def state(case_id):
    return work_queries.view_of(case(case_id).work).state


def test_a_question_is_answered_settled_and_asked_again(now):
    sari = staff("Sari", now)
    one = asked(now)
    assert queries.by_number(one.number).id == one.id
    assert (case(one.id).status, state(one.id), case(one.id).waiting_since) == ("new", "open", now)
    assert [found.id for found in queries.taking_part(" AMARA@example.com ")] == [one.id]
    reply = actions.reply(actor=sari, case_id=one.id, text="Soon.", seen=1, then_status="pending", now=now + MINUTE)
    actions.send_due(now=now + MINUTE + 14 * SECOND)
    assert (queries.message(reply).state, case(one.id).status) == ("sending", "new")
    assert "case.replied" not in told(one.id)
    actions.send_due(now=now + MINUTE + 15 * SECOND)
    actions.send_due(now=now + MINUTE + 16 * SECOND)
    assert told(one.id).count("case.replied") == 1
    assert (case(one.id).status, state(one.id), case(one.id).waiting_since) == ("pending", "held", None)
    # An out-of-office answer is kept and moves nothing; the requester moves it.
    wrote(one.id, now + 2 * MINUTE, automatic=True)
    assert case(one.id).status == "pending"
    wrote(one.id, now + 3 * MINUTE, external_id="<a@b>")
    again = wrote(one.id, now + 4 * MINUTE, external_id="<a@b>")
    assert (again.again, case(one.id).messages) == (True, 4)
    assert queries.by_external_id("<a@b>") == [one.id]
    assert (case(one.id).status, state(one.id)) == ("open", "open")
    actions.set_status(actor=sari, case_id=one.id, status="resolved", now=now + 5 * MINUTE)
    assert (state(one.id), "case.resolved" in told(one.id)) == ("done", True)
    wrote(one.id, now + DAY)
    assert (case(one.id).status, state(one.id)) == ("open", "open")
    actions.set_status(actor=sari, case_id=one.id, status="closed", now=now + 2 * DAY)
    with pytest.raises(actions.CaseClosed):
        actions.set_status(actor=sari, case_id=one.id, status="open", now=now + 2 * DAY)
    followed = wrote(one.id, now + 3 * DAY, name="Amara", address="amara@example.com")
    assert followed.opened
    (link,) = queries.links_of(followed.case)
    assert (link.kind, link.target) == ("follows", one.id)
    assert [other.id for other in queries.earlier(case(followed.case), actor=sari)] == [one.id]


def test_a_reply_is_undone_until_it_leaves(now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    one = asked(now)
    reply = actions.reply(actor=sari, case_id=one.id, text="Too fast.", seen=1, now=now)
    actions.save_draft(actor=sari, case_id=one.id, mode="reply", text="And more.", now=now)
    with pytest.raises(actions.NoSuchCase):
        actions.undo_send(actor=jonas, message_id=reply, now=now)
    actions.undo_send(actor=sari, message_id=reply, now=now + 14 * SECOND)
    actions.send_due(now=now + MINUTE)
    assert queries.drafts_of(one.id, actor=sari) == {"reply": "Too fast.\n\nAnd more."}
    assert [message.direction for message in queries.conversation(one.id)] == ["in"]
    late = actions.reply(actor=sari, case_id=one.id, text="Now.", seen=seen(one.id), now=now)
    assert queries.drafts_of(one.id, actor=sari) == {}
    with pytest.raises(actions.TooLateToUndo):
        actions.undo_send(actor=sari, message_id=late, now=now + 15 * SECOND)


def test_a_newer_message_stops_a_reply_and_says_what_came(now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    one = asked(now)
    wrote(one.id, now + MINUTE, text="It has come, thank you.")
    with pytest.raises(Stale) as refused:
        actions.reply(actor=sari, case_id=one.id, text="We look for it.", seen=1, now=now + MINUTE)
    assert refused.value.details["came"][0]["text"] == "It has come, thank you."
    actions.note(actor=jonas, case_id=one.id, text="Do not answer yet.", now=now + MINUTE)
    with pytest.raises(Stale):
        actions.reply(actor=sari, case_id=one.id, text="We look for it.", seen=2, now=now + MINUTE)
    actions.note(actor=sari, case_id=one.id, text="I waited.", now=now + MINUTE)
    actions.reply(actor=sari, case_id=one.id, text="Good.", seen=3, now=now + MINUTE)  # one's own stops nobody
    assert [m.text for m in queries.conversation(one.id) if m.direction == "out"] == ["Good."]


def test_what_comes_while_a_reply_can_be_undone_is_not_answered_by_it(now):
    sari = staff("Sari", now)
    one = asked(now)
    actions.reply(actor=sari, case_id=one.id, text="Soon.", seen=1, then_status="pending", now=now)
    wrote(one.id, now + 5 * SECOND)
    actions.send_due(now=now + 15 * SECOND)
    assert (case(one.id).status, case(one.id).waiting_since) == ("new", now + 5 * SECOND)
    running = {
        clock.name
        for clock in work_queries.clocks_of([case(one.id).work])[case(one.id).work]
        if clock.phase == "running"
    }
    assert "next_reply" in running


def test_the_database_keeps_notes_inside_and_merged_cases_silent(now):
    sari = staff("Sari", now)
    one, other = asked(now), asked(now)
    inside = actions.note(actor=sari, case_id=one.id, text="He lies.", now=now)
    for wrong in ({"direction": "out", "state": "sent"}, {"state": "sending"}, {"address": "amara@example.com"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(id=inside).update(**wrong)
    actions.merge(actor=sari, case_id=one.id, into=other.id, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(id=inside).update(case_id=one.id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(id=one.id).update(status="open", ended_at=None)


def test_merging_keeps_drafts_and_notes_and_later_mail_follows(now):
    sari, jonas = staff("Sari", now), staff("Jonas", now)
    one, other = asked(now, text="First"), asked(now + MINUTE, text="Second", address="amara@work.example")
    sent(other.id, jonas, now + 2 * MINUTE, then_status="pending")
    actions.note(actor=jonas, case_id=one.id, text="Between us.", now=now)
    actions.save_draft(actor=sari, case_id=one.id, mode="reply", text="Of one", now=now)
    actions.save_draft(actor=sari, case_id=other.id, mode="reply", text="Of other", now=now)
    open_reply = actions.reply(actor=jonas, case_id=one.id, text="Leaves after.", seen=2, now=now + 3 * MINUTE)
    actions.merge(actor=jonas, case_id=one.id, into=other.id, now=now + 3 * MINUTE)
    assert (case(one.id).status, case(one.id).merged_into, state(one.id)) == ("closed", other.id, "done")
    # What one was owed an answer to, the other owes.
    assert (case(other.id).status, case(other.id).waiting_since) == ("open", now)
    assert queries.drafts_of(other.id, actor=sari) == {"reply": "Of other\n\nOf one"}
    actions.send_due(now=now + 4 * MINUTE)
    assert queries.message(open_reply).state == "sent"
    said = [fact for fact in of_subject(other.id) if fact.kind == "case.replied"]
    assert all("Between us" not in fact.sentence for fact in said)
    later = wrote(one.id, now + 5 * MINUTE, text="And now?")
    assert later.case == other.id
    actions.save_draft(actor=sari, case_id=one.id, mode="note", text="typed at the old one", now=now)
    assert queries.drafts_of(other.id, actor=sari)["note"] == "typed at the old one"
    with pytest.raises(actions.CaseMergedAway) as refused:
        actions.note(actor=sari, case_id=one.id, text="Here?", now=now)
    assert refused.value.details["into"] == other.number
    assert {found.id for found in queries.taking_part("amara@example.com")} == {other.id}
    third = asked(now)
    actions.merge(actor=sari, case_id=other.id, into=third.id, now=now + 6 * MINUTE)
    assert queries.successor_of(one.id) == third.id
    with pytest.raises(Invalid):
        actions.merge(actor=sari, case_id=third.id, into=third.id, now=now)
    with pytest.raises(actions.CaseMergedAway):
        actions.merge(actor=sari, case_id=third.id, into=one.id, now=now)


def test_splitting_moves_messages_with_their_clocks(now):
    sari = staff("Sari", now)
    one = asked(now, text="Parcel")
    second = wrote(one.id, now + MINUTE, text="And my password?")
    inside = actions.note(actor=sari, case_id=one.id, text="About the password.", now=now + MINUTE)
    with pytest.raises(Invalid):
        actions.split(actor=sari, case_id=one.id, messages=[inside], subject="Password", now=now)
    with pytest.raises(Invalid):
        actions.split(actor=sari, case_id=one.id, messages=[one.message, second.message], subject="All", now=now)
    new = actions.split(
        actor=sari, case_id=one.id, messages=[second.message, inside], subject="Password", now=now + 9 * MINUTE
    )
    assert [message.text for message in queries.conversation(one.id)] == ["Parcel"]
    moved = queries.conversation(new.id)
    assert [(message.direction, message.moved_from) for message in moved] == [("in", one.number), ("note", one.number)]
    clocks = work_queries.clocks_of([case(new.id).work])[case(new.id).work]
    assert {clock.started_at for clock in clocks} == {now + MINUTE}
    assert case(new.id).address == "amara@example.com"
    assert queries.links_of(one.id)[0].target == new.id


def test_a_status_asks_for_its_fields_and_sorting_checks_what_it_is_given(now):
    sari, dewi = staff("Sari", now), staff("Dewi", now, role="lead")
    with pytest.raises(Forbidden):
        actions.set_field(actor=sari, name="Cause", kind="text", now=now)
    actions.set_field(
        actor=dewi, name="Cause", kind="choice", choices=["Late", "Lost"], required_at=["resolved"], now=now
    )
    one = asked(now)
    with pytest.raises(Invalid) as refused:
        actions.set_status(actor=sari, case_id=one.id, status="resolved", now=now)
    assert refused.value.fields == {"fields.cause": "Needed for this status."}
    with pytest.raises(Invalid):
        actions.reply(actor=sari, case_id=one.id, text="Done.", seen=1, then_status="resolved", now=now)
    with pytest.raises(Invalid) as refused:
        actions.sort(actor=sari, case_id=one.id, fields={"cause": "Stolen", "else": 1}, tags=["a b", "<x>"], now=now)
    assert set(refused.value.fields) == {"fields.cause", "fields.else", "tags"}
    actions.sort(
        actor=sari, case_id=one.id, fields={"cause": "Lost"}, tags=["Lost parcel", "b"], category="shipping", now=now
    )
    assert (case(one.id).tags, case(one.id).category) == (("lost-parcel", "b"), "shipping")
    assert work_queries.view_of(case(one.id).work).category == "shipping"
    actions.set_status(actor=sari, case_id=one.id, status="resolved", now=now)
    with pytest.raises(Invalid):
        actions.sort(actor=sari, case_id=one.id, fields={"cause": ""}, now=now)
    actions.set_priority(actor=sari, case_id=asked(now).id, priority="urgent", now=now)


def test_put_away_until_a_time_or_until_the_requester_writes(now):
    sari = staff("Sari", now)
    one, other = asked(now), asked(now)
    for each in (one, other):
        actions.snooze(actor=sari, case_id=each.id, until=now + DAY, now=now)
        assert state(each.id) == "held"
    wrote(one.id, now + MINUTE)
    assert (case(one.id).snoozed_until, state(one.id)) == (None, "open")
    assert work.wake_held(now=now + DAY) == 1
    actions.woken(work_id=case(other.id).work, now=now + DAY)
    assert (case(other.id).snoozed_until, state(other.id)) == (None, "open")
    assert told(other.id)[-1] == "case.woken"
    with pytest.raises(Invalid):
        actions.snooze(actor=sari, case_id=one.id, until=now, now=now)


def test_a_case_is_seen_and_answered_where_ones_right_reaches(now):
    here, there = staff("Sari", now, in_markets=("ID",)), staff("Budi", now, in_markets=("DE",))
    one = asked(now, market="ID")
    assert not queries.may_see(case(one.id), actor=there)
    with pytest.raises(Forbidden):
        actions.note(actor=there, case_id=one.id, text="Hm.", now=now)
    mine = queries.listed(actor=here, wanted=queries.Wanted(text=str(one.number))).rows
    assert [row.id for row in mine] == [one.id]
    assert not queries.listed(actor=there, wanted=queries.Wanted(text=str(one.number))).rows
    actions.take(actor=here, case_id=one.id, now=now)
    assert (case(one.id).status, case(one.id).holder_name) == ("open", "Sari")
    assert queries.listed(actor=here, wanted=queries.Wanted(mine=True)).rows
    # Somebody else settles it: it is in nobody's hand any more.
    actions.set_status(actor=staff("Jonas", now), case_id=one.id, status="resolved", now=now)
    with pytest.raises(work.ClaimLost):
        actions.release(actor=here, case_id=one.id, now=now)


def test_a_reply_that_cannot_be_delivered_comes_back(now):
    sari = staff("Sari", now)
    one = asked(now)
    reply = sent(one.id, sari, now, then_status="pending")
    receipt = actions.send_automatic(actor=SYSTEM, case_id=one.id, text="We have it.", now=now)
    assert queries.message(receipt).automatic
    actions.mark_failed(actor=SYSTEM, message_id=reply, why="No such mailbox", now=now + MINUTE)
    assert (queries.message(reply).state, case(one.id).status) == ("failed", "open")
