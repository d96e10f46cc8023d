"""Two who meet, in threads of their own."""

from datetime import timedelta

from trustdesk.customers import actions, queries
from trustdesk.customers.models import Customer, CustomerCase, Merge
from trustdesk.customers.tests.makers import asked, customer, person
from trustdesk.support.tests.test_two_people import both


def test_cases_of_one_new_address_at_once_make_one_customer(real_db, now):
    for n in range(3):
        cases = [asked(now, address=f"new{n}@example.com") for _ in range(4)]
        verbs = [lambda case=case: actions.note_case(case_id=case.id, now=now) for case in (*cases, cases[0])]
        assert both(*verbs) == ["done"] * 5
        assert len({queries.of_case(one.id).id for one in cases}) == 1
    assert Customer.objects.count() == 3
    assert CustomerCase.objects.count() == 12


def test_two_merge_crosswise_and_one_goes_on(real_db, now):
    sari, jonas = person(), person("lead", "Jonas")
    one, other = customer(now, address="a@example.com"), customer(now, address="b@example.com")
    late = asked(now, address="b@example.com")
    became = both(
        lambda: actions.merge(actor=sari, customer_id=one, other_id=other, confirmed=False, now=now),
        lambda: actions.merge(actor=jonas, customer_id=other, other_id=one, confirmed=False, now=now),
        lambda: actions.note_case(case_id=late.id, now=now),
    )
    assert sorted(became[:2]) == ["customer_merged", "done"]
    goes_on = queries.goes_on_as(one)
    assert goes_on == queries.goes_on_as(other) == queries.of_case(late.id).id
    merge = Merge.objects.get()
    undone = both(*[lambda: actions.undo_merge(actor=sari, merge_id=merge.id, now=now)] * 2)
    assert sorted(undone) == ["done", "parted_already"]


def test_a_promise_is_ended_once(real_db, now):
    sari, jonas = person(), person("lead", "Jonas")
    amara = customer(now)
    one = actions.promise(actor=sari, customer_id=amara, text="A call.", due_at=now + timedelta(days=1), now=now)
    became = both(
        lambda: actions.end_promise(actor=sari, customer_id=amara, promise_id=one, how="kept", now=now),
        lambda: actions.end_promise(actor=jonas, customer_id=amara, promise_id=one, how="broken", now=now),
    )
    assert sorted(became) == ["done", "promise_ended"]
