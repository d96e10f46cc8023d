"""Finding cases by words: what is understood, what is refused, who finds what, and at which cost."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for
from trustdesk.support import actions, asking, queries, wording
from trustdesk.support.models import CaseWords
from trustdesk.support.tests.makers import asked, case, wrote
from trustdesk.web.tests import makers


@pytest.fixture
def sari():
    return actor_for(makers.staff("reviewer", name="Sari"))


def found(actor, text, **given):
    page = queries.listed(actor=actor, wanted=queries.Wanted(text=text, **given))
    return {row.number for row in page.rows}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('a "phrase', "quotation mark is missing"),
        ('""', "nothing between"),
        ("OR refund", "OR stands between"),
        ("refund OR", "OR stands between"),
        ("a OR OR b", "OR stands between"),
        ("refund -", "After “-”"),
        ("NOT refund", "Write -word"),
        ("stauts:open", "Do you mean “status:”"),
        ("zzqqxx:open", "put them in quotation marks"),
        ("status:lost", "can be: new, open"),
        ("status: open", "without a space"),
        ("is:blue", "can be: overdue"),
        ("number:abc", "number of a case"),
        ("opened:soon", "a day such as"),
        ("opened:2026-02-30", "a day such as"),
        ("a* b", "A * stands"),
        ("tag:ref*", "A * stands"),
        ("x " * 30, "at most 24"),
        ("x" * 500, "at most 400"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(text, said):
    with pytest.raises(asking.Unclear) as refused:
        asking.read(text)
    assert said in refused.value.message
    assert refused.value.fields["q"] == refused.value.message


def test_what_only_looks_like_an_operator_is_words():
    for text in (
        "https://example.com/x",
        "12:30",
        "Re: parcel",
        "foo-bar",
        "(refund)",
        "'; DROP TABLE x; --a",
        "| OR" * 0,
    ):
        assert all(not term.name for group in asking.read(text).groups for term in group)
    assert asking.read("#1042").groups == ((asking.Term("number", "1042"),),)
    assert asking.read("“money back”").groups == ((asking.Term("", "money back", exact=True),),)


@pytest.mark.django_db
def test_words_phrases_without_or_and_fields(sari, now):
    one = asked(now, "The couriers lost it. I want my money back.", subject="Refund", tags=["refund"]).number
    two = asked(
        now, "Back comes the money? Kirim ulang pengirimannya!", subject="Parcel", name="Budi",
        address="budi@example.com", language="id", priority="high",
    )  # fmt: skip
    both, two = {one, two.number}, two.number
    assert found(sari, "courier") == {one}  # another form, as an English case has it
    assert found(sari, "REFÚND lost") == {one}
    assert found(sari, "money back") == both
    assert found(sari, '"money back"') == {one}
    assert found(sari, "money -courier") == {two}
    assert found(sari, 'money -"money back"') == {two}
    assert found(sari, "courier OR pengiriman") == both
    assert found(sari, "pengiri*") == {two}
    assert found(sari, "from:budi@example.com") == found(sari, "from:Budi") == found(sari, "budi@example.com") == {two}
    assert found(sari, "tag:refund") == {one}
    assert found(sari, "-tag:refund") == {two}
    assert found(sari, "courier OR priority:high") == both
    assert found(sari, "subject:parcel") == {two}
    assert found(sari, f"{one}") == {one}
    assert found(sari, "status:new is:waiting opened:>=2020-01-01 channel:mail") == both
    assert found(sari, "opened:<2020-01-01") == set()
    for hostile in ("'; DROP TABLE x; --a", "!!! ???", "\\' & | !", "a:b:*"[:1], "%s %(x)s"):
        found(sari, hostile)
    actions.set_status(actor=sari, case_id=queries.by_number(one).id, status="closed", now=now)
    assert found(sari, "courier", status="unended") == set()
    assert found(sari, "courier status:closed", status="unended") == {one}  # it says itself what it wants


@pytest.mark.django_db
def test_scripts_without_spaces_are_found_by_their_marks(sari, now):
    one = asked(now, "请问退款什么时候到账", subject="x").number
    asked(now, "款退", subject="y")
    assert found(sari, "退款") == {one}
    assert found(sari, "退款什么") == {one}
    assert found(sari, "到退") == set()


@pytest.mark.django_db
def test_a_note_finds_its_case_for_colleagues_and_for_nobody_else(sari, now):
    one = asked(now)
    actions.note(actor=sari, case_id=one.id, text="Looks like a forged receipt.", now=now)
    assert found(sari, "forged") == found(sari, "note:forged") == {one.number}
    page = queries.listed(actor=sari, wanted=queries.Wanted(text="forged"))
    assert page.places[one.id].note
    assert ("forged", True) in page.places[one.id].parts
    platform = replace(sari, kind="key", id="a platform")
    assert found(platform, "parcel") == {one.number}
    for hidden in ("forged", "note:forged", "-note:parcel forged"):
        assert found(platform, hidden) == set()
    assert not queries.listed(actor=platform, wanted=queries.Wanted(text="parcel OR forged")).places[one.id].note


@pytest.mark.django_db
def test_words_follow_what_is_undone_merged_split_and_renamed(sari, now):
    one, two = asked(now, "alpha"), asked(now, "beta", subject="Other")
    sent = actions.reply(actor=sari, case_id=one.id, text="gamma", seen=1, now=now)
    assert found(sari, "gamma") == {one.number}
    actions.undo_send(actor=sari, message_id=sent, now=now)
    assert found(sari, "gamma") == set()
    actions.sort(actor=sari, case_id=two.id, subject="Delta", now=now)
    assert found(sari, "delta") == {two.number}
    actions.merge(actor=sari, case_id=two.id, into=one.id, now=now)
    assert found(sari, "alpha beta") == {one.number}
    assert found(sari, "beta is:merged") == set()
    moved = next(said.id for said in queries.conversation(one.id) if said.text == "beta")
    new = actions.split(actor=sari, case_id=one.id, messages=[moved], subject="Apart", now=now)
    assert found(sari, "beta") == {new.number}
    assert found(sari, "alpha") == {one.number}


@pytest.mark.django_db
def test_older_cases_are_read_in_batches_newest_first_and_once(sari, now):
    made = [asked(now, f"word{n}") for n in range(5)]
    CaseWords.objects.all().delete()
    assert not wording.all_read()
    assert wording.read_older(limit=2)
    assert found(sari, "word4") == {made[4].number}
    assert found(sari, "word0") == set()
    while wording.read_older(limit=2):
        pass
    assert wording.all_read()
    assert found(sari, "word0") == {made[0].number}
    CaseWords.objects.filter(case_id=made[0].id).delete()
    assert not wording.read_older()
    assert found(sari, "word0") == set()  # it was not read again


@pytest.mark.django_db
def test_a_case_of_any_length_is_kept(sari, now):
    # Many different long words of four bytes a letter: more than a tsvector could hold.
    hostile = " ".join(
        chr(0x10400 + 40 + n % 40) * 30 + chr(0x10428 + n // 40 % 40) * 25 + str(n) for n in range(2_000)
    )
    one = asked(now, hostile)
    for n in range(4):
        wrote(one.id, now, text=f"{hostile} last{n}")
    assert found(sari, "parcel") == {one.number}
    assert wording.words_kept(one.id)


@pytest.mark.django_db
def test_searching_costs_the_same_however_many_there_are(client, sari, now):
    person = makers.staff("reviewer", name="Tia")
    client.force_login(person)

    def cost():
        client.get("/cases/?q=parcel+is:waiting")
        with CaptureQueriesContext(connection) as counted:
            assert client.get("/cases/?q=parcel+is:waiting").status_code == 200
        return len(counted)

    asked(now)
    few = cost()
    for n in range(12):
        asked(now + timedelta(minutes=n), text=f"And parcel {n}?")
    assert cost() == few
    page = client.get("/cases/?q=parcel").content.decode()
    assert "<mark>parcel</mark>" in page
    wrong = client.get("/cases/?q=stauts:open").content.decode()
    assert "Do you mean" in wrong
    assert "A parcel" not in wrong
    asked(now, "<script>alert(1)</script> zebra")
    assert "<script>alert" not in client.get("/cases/?q=zebra").content.decode()


@pytest.mark.django_db
def test_a_keyset_of_found_pages_shows_every_case_once(sari, now):
    made = {asked(now + timedelta(minutes=n), "quagga").id for n in range(7)}
    shown, after = [], None
    while True:
        page = queries.listed(actor=sari, wanted=queries.Wanted(text="quagga"), after=after, limit=3)
        shown += [row.id for row in page.rows]
        if (after := page.next) is None:
            break
    assert sorted(shown) == sorted(made)
    assert queries.count(actor=sari, wanted=queries.Wanted(text="quagga")) == 7


@pytest.mark.real
@pytest.mark.slow
def test_two_who_write_at_once_are_both_found(real_db, now):
    one = asked(now)
    gate = threading.Barrier(4)

    def write(n):
        try:
            gate.wait()
            wrote(one.id, now, text=f"together{n}")
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[n]) for n in range(3)]
    for thread in threads:
        thread.start()
    gate.wait()
    wording.read_older()
    for thread in threads:
        thread.join()
    for n in range(3):
        assert found(SYSTEM, f"together{n}") == {one.number}
    assert case(one.id).messages == 4
