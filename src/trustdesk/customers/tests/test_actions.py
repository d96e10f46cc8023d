"""Amara writes by mail and by chat, and is one customer; two who are one are merged, and parted again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from trustdesk.content.models import Account
from trustdesk.customers import actions, needs, queries, showing
from trustdesk.customers.models import Consent, Contact, Customer, CustomerCase, Promise
from trustdesk.customers.tests.makers import asked, customer, heard, person, ways
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Stale
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.models import PersonalValue
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.models import Source
from trustdesk.kernel.people.rules import Allowance
from trustdesk.support import actions as support
from trustdesk.support.models import Case

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def sari():
    return person()


def account(now, external_id="budi-1", **given):
    source, _made = Source.objects.get_or_create(code="app", defaults={"name": "App"})
    return Account.objects.create(source=source, external_id=external_id, first_seen_at=now, **given)


def test_cases_of_one_address_or_account_are_one_customers(now):
    amara = customer(now)
    assert customer(now, channel="chat", address="AMARA@example.com ") == amara
    assert customer(now, address="other@example.com") != amara
    heard(now)
    assert CustomerCase.objects.filter(customer_id=amara).count() == 2
    nobody = asked(now, address="", name="Somebody")
    heard(now)
    assert queries.of_case(nobody.id) is None
    actions.note_case(case_id=nobody.id, now=now)  # again changes nothing
    budi = account(now, name="Budi", email="budi@example.com")
    one = customer(now, account=budi.id, address="", name="")
    assert queries.of_account(budi.id) == one
    assert ways(one) == [("account", str(budi.id)), ("address", "budi@example.com"), ("name", "Budi")]
    assert customer(now, address="budi@example.com") == one, "who writes from the account's own address"
    assert customer(now, account=budi.id, address="new@example.com") == one
    assert customer(now, address="new@example.com") == one


def test_an_address_of_one_account_stays_its_own_when_another_account_gives_it(now):
    first, second = account(now, "a"), account(now, "b")
    one = customer(now, account=first.id, address="family@example.com")
    other = customer(now, account=second.id, address="family@example.com")
    assert one != other
    assert customer(now, address="family@example.com") == one
    assert [way.shared for way in queries.contacts_of([other])[other] if way.kind == "address"] == [True]
    assert [(found.customer.id, found.why) for found in queries.alike(one, actor=SYSTEM)] == [(other, ("address",))]


def test_older_cases_get_their_customers(now):
    cases = [asked(now, address=f"amara{n}@example.com") for n in range(3)]
    asked(now, address="amara0@example.com")
    while actions.gather_older(now=now):
        pass
    heard(now)
    assert Customer.objects.count() == 3
    assert len(queries.cases_of(queries.of_case(cases[0].id).id)) == 2
    assert not actions.gather_older(now=now)


def test_contacts_are_checked_and_found_by(now, sari):
    amara = customer(now, market="ID")
    actions.add_contact(actor=sari, customer_id=amara, kind="phone", value="0812-3456-7890", now=now)
    assert ("phone", "+6281234567890") in ways(amara)

    def found(text):
        return [row.customer.id for row in queries.listed(actor=sari, text=text, now=now).rows]

    assert found("ama") == found("AMARA@example.com") == found("+62 812-3456-7890") == found("ámara") == [amara]
    assert found("zebra") == found("'; drop table --") == found("\\") == []
    for kind, value in (
        ("phone", "hello"),
        ("address", "hello"),
        ("name", " \x00 "),
        ("account", "x"),
        ("phone", "9" * 300),
    ):
        with pytest.raises(Invalid):
            actions.add_contact(actor=sari, customer_id=amara, kind=kind, value=value, now=now)
    other = customer(now, address="wulan@example.com", name="Wulan")
    with pytest.raises(actions.AddressTaken):
        actions.add_contact(actor=sari, customer_id=amara, kind="address", value="wulan@example.com", now=now)
    way = next(one for one in queries.contacts_of([amara])[amara] if one.kind == "phone")
    with pytest.raises(NotFound):
        actions.remove_contact(actor=sari, customer_id=other, contact_id=way.id, now=now)
    actions.remove_contact(actor=sari, customer_id=amara, contact_id=way.id, now=now)
    assert found("+6281234567890") == []
    version = queries.by_id(amara).version
    actions.change(actor=sari, customer_id=amara, name="Amara O.", language="en-GB", version=version, now=now)
    with pytest.raises(Stale):
        actions.change(actor=sari, customer_id=amara, name="A", language="en", version=version, now=now)
    with pytest.raises(Invalid):
        actions.change(actor=sari, customer_id=amara, name="A", language="<script>", version=version + 1, now=now)


def test_what_they_allowed_is_never_overwritten(now, sari):
    amara = customer(now)
    told = {"actor": sari, "customer_id": amara, "what": "calls", "how": "phone"}
    actions.set_consent(given=True, said="Yes, after five.", at=now - DAY, now=now, **told)
    actions.set_consent(given=False, said="", at=now, now=now, **told)
    assert [one.given for one in queries.consents_of(amara)] == [False, True]
    assert queries.now_allowed(amara)["calls"].given is False
    for wrong in ({"what": "spam"}, {"how": "rumour"}, {"at": now + DAY}, {"said": "x" * 501}):
        with pytest.raises(Invalid):
            actions.set_consent(**({"given": True, "said": "", "at": now, "now": now} | told | wrong))
    row = Consent.objects.filter(given=True).get()
    for change in ({"given": False}, {"said": "No."}, {"how": "mail"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Consent.objects.filter(id=row.id).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(id=row.id).delete()


def test_a_promise_is_kept_once_and_the_late_ones_need_somebody(now, sari):
    amara = customer(now)
    case = queries.cases_of(amara)[0][0]
    one = actions.promise(
        actor=sari, customer_id=amara, text="We call by Friday.", due_at=now + DAY, case_id=case, now=now
    )
    assert list(needs.promises(sari, now)) == []
    (need,) = needs.promises(sari, now + DAY)
    assert need.says == "1 promise to a customer is overdue."
    assert [row.overdue for row in queries.listed(actor=sari, which="overdue", now=now + DAY).rows] == [1]
    actions.end_promise(actor=sari, customer_id=amara, promise_id=one, how="kept", now=now + DAY)
    with pytest.raises(actions.PromiseEndedAlready):
        actions.end_promise(actor=sari, customer_id=amara, promise_id=one, how="broken", now=now + DAY)
    assert list(needs.promises(sari, now + DAY)) == []
    other = customer(now, address="wulan@example.com")
    for wrong in (
        {"text": " "},
        {"text": "x" * 501},
        {"due_at": now},
        {"due_at": now + 400 * DAY},
        {"customer_id": other},
    ):
        with pytest.raises(Invalid):
            actions.promise(
                **(
                    {"actor": sari, "customer_id": amara, "text": "T", "due_at": now + DAY, "case_id": case, "now": now}
                    | wrong
                )
            )
    with pytest.raises(Forbidden):
        actions.promise(actor=person("auditor", "Ines"), customer_id=amara, text="T", due_at=now + DAY, now=now)


def snapshot(customer_id):
    row = Customer.objects.get(id=customer_id)
    rows = [
        sorted(model.objects.filter(customer_id=customer_id).values_list("id", flat=True))
        for model in (Contact, CustomerCase, Consent, Promise)
    ]
    return (row.name, row.language, row.market, row.merged_into_id, ways(customer_id), rows)


def test_merged_and_parted_to_the_letter_even_after_later_things(now, sari):
    one = customer(now, name="", language="", address="a.mara@gmail.com")
    other = customer(now, name="Amara", language="fr", address="amara+shop@gmail.com")
    assert [found.why for found in queries.alike(one, actor=sari)] == [("address",)]
    promised = actions.promise(actor=sari, customer_id=other, text="A call.", due_at=now + DAY, now=now)
    actions.set_consent(actor=sari, customer_id=other, what="calls", given=True, how="mail", said="ok", at=now, now=now)
    before = [snapshot(each) for each in (one, other)]
    merged = actions.merge(actor=sari, customer_id=one, other_id=other, confirmed=False, now=now)
    assert queries.goes_on_as(other) == one
    assert queries.by_id(one).name == "Amara"
    assert len(queries.cases_of(one)) == 2
    for verb in (actions.merge,):
        with pytest.raises(actions.CustomerMergedAway):
            verb(actor=sari, customer_id=one, other_id=other, confirmed=False, now=now)
    later = now + DAY
    assert customer(later, address="amara+shop@gmail.com") == one, "what comes now is the survivor's"
    actions.end_promise(actor=sari, customer_id=one, promise_id=promised, how="kept", now=later)
    actions.add_contact(actor=sari, customer_id=one, kind="name", value="Mara", now=later)
    assert queries.merge(merged).stays == 2
    assert actions.undo_merge(actor=sari, merge_id=merged, now=now + 29 * DAY) == other
    after = [snapshot(each) for each in (one, other)]
    assert after[1] == before[1]
    assert after[0][:4] == before[0][:4]
    assert set(after[0][4]) - set(before[0][4]) == {("name", "Mara")}
    assert len(queries.cases_of(one)) == 2, "the later case stays with the survivor"
    assert queries.promises_of(other)[0].state == "kept"
    with pytest.raises(Exception, match="two again already"):
        actions.undo_merge(actor=sari, merge_id=merged, now=later)
    actions.keep_apart(actor=sari, customer_id=one, other_id=other, now=later)
    assert queries.alike(one, actor=sari) == queries.alike(other, actor=sari) == []


def test_a_merge_is_not_undone_too_late_nor_out_of_order(now, sari):
    a, b, c = (customer(now, address=f"{n}@example.com", name=n) for n in ("ann", "bea", "cem"))
    first = actions.merge(actor=sari, customer_id=a, other_id=b, confirmed=False, now=now)
    second = actions.merge(actor=sari, customer_id=c, other_id=a, confirmed=False, now=now)
    with pytest.raises(actions.PartNewerFirst):
        actions.undo_merge(actor=sari, merge_id=first, now=now)
    with pytest.raises(actions.TooLateToPart):
        actions.undo_merge(actor=sari, merge_id=second, now=now + 31 * DAY)
    actions.undo_merge(actor=sari, merge_id=second, now=now)
    actions.undo_merge(actor=sari, merge_id=first, now=now)
    assert [len(queries.cases_of(each)) for each in (a, b, c)] == [1, 1, 1]


def test_two_accounts_are_merged_only_by_who_knows(now, sari):
    one = customer(now, account=account(now, "a").id, address="a@example.com")
    other = customer(now, account=account(now, "b").id, address="b@example.com")
    with pytest.raises(actions.TwoAccounts):
        actions.merge(actor=sari, customer_id=one, other_id=other, confirmed=False, now=now)
    actions.merge(actor=sari, customer_id=one, other_id=other, confirmed=True, now=now)
    (fact,) = [one for one in ledger.of_subject(str(one)) if one.kind == "customer.merged"]
    assert fact.told["confirmed"] is True
    with pytest.raises(Invalid):
        actions.merge(actor=sari, customer_id=one, other_id=one, confirmed=True, now=now)


def test_erased_of_all_that_was_said_of_them_in_the_ledger_too(now, sari):
    jonas = person("lead", "Jonas")
    amara = customer(now)
    other = customer(now, address="second@example.com", name="Second")
    merged = actions.merge(actor=sari, customer_id=amara, other_id=other, confirmed=False, now=now)
    actions.promise(actor=sari, customer_id=amara, text="A call.", due_at=now + DAY, now=now)
    actions.set_consent(actor=sari, customer_id=amara, what="calls", given=True, how="mail", said="ok", at=now, now=now)
    with pytest.raises(Forbidden):
        actions.erase(actor=sari, customer_id=amara, now=now)
    actions.erase(actor=jonas, customer_id=amara, now=now)
    owners = [str(amara), str(other)]
    assert not PersonalValue.objects.filter(owner__in=owners, erased_at=None).exists()
    assert not Contact.objects.exists()
    assert {*Promise.objects.values_list("text", "state")} == {("", "void")}
    assert {*Consent.objects.values_list("said", flat=True)} == {""}
    assert queries.listed(actor=sari, text="amara", now=now).rows == ()
    for refused in (
        lambda: (
            actions.note_seen(actor=person("reviewer", "Rina"), customer_id=amara, now=now)
            or actions.undo_merge(actor=sari, merge_id=merged, now=now)
        ),
        lambda: actions.promise(actor=sari, customer_id=amara, text="T", due_at=now + DAY, now=now),
    ):
        with pytest.raises(actions.NoSuchCustomer):
            refused()
    assert Case.objects.count() == 2
    assert customer(now) not in {amara, other}, "who asks again is a new customer"


def test_the_story_costs_the_same_and_hides_what_one_may_not_see(now, sari, django_assert_max_num_queries):
    amara = customer(now, market="ID")
    for n in range(30):
        asked(now + n * timedelta(minutes=1), market="ID" if n % 2 else "SG")
    heard(now + DAY)
    with django_assert_max_num_queries(14):
        page = showing.story(amara, actor=sari, before=None, now=now + DAY)
    assert len([one for one in page.entries if one.kind == "case"]) == showing.CASES
    older = showing.story(amara, actor=sari, before=page.next, now=now + DAY)
    assert {one.case.id for one in older.entries if one.case}.isdisjoint(
        one.case.id for one in page.entries if one.case
    )
    rights = [Allowance(one, markets=frozenset({"ID"})) for one in ("support.read", "customers.read")]
    ida = Actor(kind="staff", id=sari.id, name="Ida", allowances=frozenset(rights))
    page = showing.story(amara, actor=ida, before=None, now=now + DAY)
    assert page.unseen == 6
    assert {one.case.market for one in page.entries if one.case} == {"ID"}
    other = customer(now, address="sg@example.com", market="SG")
    assert other not in [row.customer.id for row in queries.listed(actor=ida, now=now).rows]
    with pytest.raises(actions.NoSuchCustomer):
        actions.note_seen(actor=ida, customer_id=other, now=now)


def test_who_looks_is_recorded_once_in_a_while(now, sari):
    amara = customer(now)
    for minutes in (0, 5, 30):
        actions.note_seen(actor=sari, customer_id=amara, now=now + timedelta(minutes=minutes))
    assert [one.kind for one in ledger.of_subject(str(amara))].count("customer.seen") == 2


def test_surveys_and_customers_tell_each_other(now, sari):
    from trustdesk.kernel.base.action import action
    from trustdesk.kernel.ledger import outbox
    from trustdesk.kernel.ledger.actions import record
    from trustdesk.surveys.facts import SurveysStopped
    from trustdesk.surveys.models import OptOut

    amara = customer(now)

    @action(right="-")
    def stop(*, actor, now):
        record(SurveysStopped(optout=amara, address="amara@example.com"), actor=actor, at=now)

    stop(actor=SYSTEM, now=now)
    heard(now)
    assert queries.now_allowed(amara)["surveys"].given is False
    told = {"actor": sari, "customer_id": amara, "what": "surveys", "how": "phone", "said": "", "at": now, "now": now}
    actions.set_consent(given=False, **told)
    outbox.deliver_all(now=now, reactors=["surveys.heed"])
    assert OptOut.objects.filter(address="amara@example.com").exists()
    actions.set_consent(given=True, **(told | {"at": now + DAY, "now": now + DAY}))
    outbox.deliver_all(now=now + DAY, reactors=["surveys.heed"])
    assert not OptOut.objects.exists()


def test_merged_cases_and_their_customers_have_nothing_to_do_with_each_other(now, sari):
    amara = customer(now)
    first = queries.cases_of(amara)[0][0]
    second = asked(now, address="wulan@example.com")
    heard(now)
    support.merge(actor=sari, case_id=second.id, into=first, now=now)
    assert len(queries.cases_of(amara)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        assert cursor.fetchone()[0] == 2
