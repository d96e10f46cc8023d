"""Keeping, sharing, finding and using macros."""

from datetime import timedelta
from uuid import UUID

import pytest

from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Stale
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.macros import actions, queries
from trustdesk.macros.models import Use
from trustdesk.macros.tests.makers import kept, macro, person

pytestmark = pytest.mark.django_db


def test_ones_own_are_ones_own_and_shared_ones_need_the_right(now):
    sari, rina, jonas = person("Sari"), person("Rina"), person("Jonas", "lead")
    mine = kept(sari, now)
    assert [one.id for one in queries.find(sari, "", now=now)] == [mine]
    assert queries.find(rina, "", now=now) == queries.find(jonas, "", now=now) == []
    for other in (rina, jonas):
        with pytest.raises(NotFound):
            queries.one(other, mine)
        with pytest.raises(actions.MacroOfAnother):
            actions.change(actor=other, macro_id=mine, macro=macro(), number=1, now=now)
    with pytest.raises(Forbidden):
        actions.share(actor=sari, macro_id=mine, now=now)
    with pytest.raises(Forbidden):
        kept(sari, now, "For all", shared=True)
    all_have = kept(jonas, now, "For all", shared=True)
    with pytest.raises(Forbidden):
        actions.change(actor=sari, macro_id=all_have, macro=macro(), number=1, now=now)
    with pytest.raises(Forbidden):
        actions.archive(actor=sari, macro_id=all_have, now=now)
    assert [one.name for one in queries.listed(sari, which="shared").rows] == ["For all"]
    own = kept(jonas, now, "Of Jonas")
    actions.share(actor=jonas, macro_id=own, now=now)
    assert queries.one(rina, own).owner is None


def test_versions_stay_and_two_at_once_are_told(now):
    sari = person("Sari")
    one = kept(sari, now)
    assert actions.change(actor=sari, macro_id=one, macro=macro(text="Sorry."), number=1, now=now) == 2
    with pytest.raises(Stale):
        actions.change(actor=sari, macro_id=one, macro=macro(text="Oh."), number=1, now=now)
    assert [(v.number, v.texts["en"][:5]) for v in queries.versions(sari, one)] == [(2, "Sorry"), (1, "Hello")]
    assert [fact.kind for fact in ledger.of_subject(str(one))] == ["macro.kept", "macro.kept"]
    with pytest.raises(Invalid) as refused:
        actions.change(actor=sari, macro_id=one, macro=macro(text="{{nobody}}"), number=2, now=now)
    assert set(refused.value.fields) == {"texts.en"}
    assert queries.one(sari, one).number == 2


def test_a_name_is_taken_once_until_it_is_put_away(now):
    sari, jonas = person("Sari"), person("Jonas", "lead")
    first = kept(sari, now)
    kept(jonas, now, shared=True)  # another shelf
    with pytest.raises(Invalid) as refused:
        kept(sari, now)
    assert set(refused.value.fields) == {"name"}
    actions.archive(actor=sari, macro_id=first, now=now)
    with pytest.raises(Stale):
        actions.archive(actor=sari, macro_id=first, now=now)
    kept(sari, now)
    with pytest.raises(Invalid):
        actions.put_back(actor=sari, macro_id=first, now=now)
    assert [one.id for one in queries.listed(sari, which="archived").rows] == [first]


def test_found_by_words_of_name_and_text_what_one_uses_first(now):
    sari, jonas = person("Sari"), person("Jonas", "lead")
    kept(jonas, now, "Refund takes days", "Your money comes back within five days.", shared=True)
    late = kept(jonas, now, "Parcel is late", "Five days more, and your money comes back.", shared=True)
    kept(sari, now, "Closing", "", ("set_status", "resolved"), ("add_tag", "refund"))

    def names(words):
        return [one.name for one in queries.find(sari, words, now=now)]

    assert names("MONEY five") == ["Parcel is late", "Refund takes days"]
    for _n in range(2):
        actions.note_used(macro_id=late, staff_id=UUID(sari.id), now=now)
    assert names("refund") == ["Refund takes days", "Closing"]
    assert names("")[0] == "Parcel is late"
    assert queries.one(sari, late).uses == queries.used_lately(late, now=now) == 2
    assert names("zebra") == []
    actions.forget_old(now=now + timedelta(days=400))
    assert not Use.objects.exists()


def test_a_list_costs_the_same_however_long(now, django_assert_num_queries):
    jonas = person("Jonas", "lead")
    for n in range(60):
        kept(jonas, now, f"Macro {n:02}", shared=True)
    with django_assert_num_queries(2):
        first = queries.listed(jonas, which="shared")
    assert len(first.rows) == 50
    rest = queries.listed(jonas, which="shared", after=first.next)
    assert [one.name for one in rest.rows] == [f"Macro {n}" for n in range(50, 60)]
    assert rest.next is None
    with django_assert_num_queries(3):
        assert len(queries.find(jonas, "macro", now=now)) == 12
