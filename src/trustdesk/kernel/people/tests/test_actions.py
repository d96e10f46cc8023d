from datetime import timedelta

import pytest

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.ledger.queries import of_subject
from trustdesk.kernel.people import actions, queries
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import ApiKey, Market, Role, Skill, Source, Staff

pytestmark = pytest.mark.django_db

GROUND = {
    "markets": [
        {"code": "ID", "name": "Indonesia", "time_zone": "Asia/Jakarta", "currency": "IDR", "languages": ["id", "en"]}
    ],
    "sources": [{"code": "pasar", "name": "Pasar", "kinds": ["ad"]}],
}


@pytest.fixture(autouse=True)
def ground(db, now):
    actions.load_ground(actor=SYSTEM, pack="test", now=now, **GROUND)


def join(now, name="Sari", **given):
    email = given.pop("email", f"{name.lower()}-{uuid7().hex[-8:]}@example.com")
    password = given.pop("password", None)
    return actions.add_staff(actor=SYSTEM, email=email, name=name, password=password, now=now, **given)


def actor(staff_id):
    return queries.actor_by_id(staff_id)


def test_a_person_joins_with_roles_and_skills(now):
    sari = join(now, roles=["reviewer"], languages=["id", "en"], markets=["ID"], email=" Sari@Example.com ")
    view = queries.staff_by_id(sari)
    assert (view.email, view.roles, view.languages, view.markets) == (
        "sari@example.com",
        ("Reviewer",),
        ("en", "id"),
        ("ID",),
    )
    assert not Staff.objects.get(id=sari).has_usable_password()
    assert actor(sari).may("review.decide", market="ID")
    assert not actor(sari).may("people.manage")
    assert [told.kind for told in of_subject(sari)] == ["people.staff_joined", "people.role_given", "people.skills_set"]


def test_names_and_addresses_stay_out_of_the_facts(now):
    sari = join(now, email="sari.wulandari@example.com")
    assert "wulandari" not in str(list(FactRow.objects.filter(subject=str(sari)).values_list("payload", flat=True)))


def test_everything_wrong_is_said_at_once(now):
    with pytest.raises(Invalid) as refused:
        join(now, name=" ", email="nobody", password="short", roles=["king"], time_zone="Mars/Base")
    assert set(refused.value.fields) == {"email", "name", "password", "roles", "time_zone"}
    for name in ("x" * 121, "S\0ri"):
        with pytest.raises(Invalid) as refused:
            join(now, name=name, email="a@example.com")
        assert set(refused.value.fields) == {"name"}


def test_an_address_is_taken_whatever_its_case(now):
    join(now, email="sari@example.com")
    with pytest.raises(actions.EmailTaken):
        join(now, email="SARI@example.com")


def test_a_made_handle_that_is_taken_is_made_again(now, monkeypatch):
    handles = iter(["Amber-1000", "Amber-1000", "Birch-2000"])
    monkeypatch.setattr(actions, "_new_handle", lambda: next(handles))
    join(now, email="a@example.com")
    second = join(now, email="b@example.com")
    assert queries.staff_by_id(second).handle == "Birch-2000"
    with pytest.raises(Invalid) as refused:
        join(now, email="c@example.com", handle="Birch-2000")
    assert set(refused.value.fields) == {"handle"}


def test_a_role_given_again_replaces_its_scope(now):
    sari = join(now)
    actions.give_role(actor=SYSTEM, staff_id=sari, role="reviewer", markets=["ID"], queues=["ads"], now=now)
    assert not actor(sari).may("review.decide", market="DE")
    actions.give_role(actor=SYSTEM, staff_id=sari, role="reviewer", queues=["ads"], now=now)
    assert actor(sari).may("review.decide", market="DE", queue="ads")
    assert not actor(sari).may("review.decide", queue="shops")
    actions.take_role(actor=SYSTEM, staff_id=sari, role="reviewer", now=now)
    assert not actor(sari).may("review.decide")
    with pytest.raises(NotFound):
        actions.take_role(actor=SYSTEM, staff_id=sari, role="reviewer", now=now)
    with pytest.raises(Invalid):
        actions.give_role(actor=SYSTEM, staff_id=sari, role="king", now=now)
    with pytest.raises(NotFound):
        actions.give_role(actor=SYSTEM, staff_id=uuid7(), role="reviewer", now=now)


def test_only_those_who_may_manage_people_do(now):
    sari = join(now, roles=["reviewer"])
    for attempt in (
        lambda: actions.give_role(actor=actor(sari), staff_id=sari, role="admin", now=now),
        lambda: actions.set_skills(actor=actor(sari), staff_id=sari, now=now),
        lambda: actions.close_sign_in(actor=actor(sari), staff_id=sari, now=now),
        lambda: actions.make_key(actor=actor(sari), name="mine", scopes=["admin"], now=now),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_the_last_administrator_stays(now):
    jonas, dewi = join(now, "Jonas", roles=["admin"]), join(now, "Dewi", roles=["admin"])
    actions.close_sign_in(actor=SYSTEM, staff_id=dewi, now=now)
    for leave in (
        lambda: actions.close_sign_in(actor=SYSTEM, staff_id=jonas, now=now),
        lambda: actions.take_role(actor=SYSTEM, staff_id=jonas, role="admin", now=now),
    ):
        with pytest.raises(actions.LastAdministrator):
            leave()
    assert actor(jonas).may("people.manage")


def test_a_closed_sign_in_is_nobody(now):
    join(now, "Jonas", roles=["admin"])
    sari = join(now)
    actions.close_sign_in(actor=SYSTEM, staff_id=sari, now=now)
    assert actor(sari) is None
    with pytest.raises(NotFound):
        actions.close_sign_in(actor=SYSTEM, staff_id=sari, now=now)


def test_skills_are_replaced_and_must_be_codes(now):
    sari = join(now, languages=["id"])
    actions.set_skills(actor=SYSTEM, staff_id=sari, languages=["en"], certificates=["child_safety"], now=now)
    assert set(Skill.objects.filter(staff_id=sari).values_list("kind", "value")) == {
        ("language", "en"),
        ("certificate", "child_safety"),
    }
    with pytest.raises(Invalid):
        actions.set_skills(actor=SYSTEM, staff_id=sari, languages=["x" * 41], now=now)


def test_everyone_chooses_their_own_language(now):
    sari, budi = join(now), join(now, "Jonas")
    actions.set_language(actor=actor(sari), staff_id=sari, language="id", now=now)
    assert actor(sari).language == "id"
    with pytest.raises(Forbidden):
        actions.set_language(actor=actor(sari), staff_id=budi, language="id", now=now)
    with pytest.raises(Invalid):
        actions.set_language(actor=actor(sari), staff_id=sari, language="tlh", now=now)


def test_a_key_opens_what_its_scopes_say_and_is_kept_as_a_hash(now):
    made = actions.make_key(actor=SYSTEM, name="platform", scopes=["items:write"], source="pasar", now=now)
    holder = queries.holder_of(made.secret, now=now)
    assert holder.actor.kind == "key"
    assert holder.actor.may("items.write")
    assert not holder.actor.may("people.manage")
    assert holder.actor.source == Source.objects.get(code="pasar").id
    assert made.secret not in str(list(ApiKey.objects.values()))
    assert made.secret not in str(list(FactRow.objects.values_list("payload", flat=True)))
    for wrong in ("", "tdk_", made.secret + "x", made.secret[:-1], "\ud800", "tdk_\0"):
        assert queries.holder_of(wrong, now=now) is None


def test_a_key_ends_at_its_time_and_when_revoked(now):
    made = actions.make_key(
        actor=SYSTEM, name="trial", scopes=["items:read"], expires_at=now + timedelta(hours=1), now=now
    )
    assert queries.holder_of(made.secret, now=now + timedelta(minutes=59))
    assert queries.holder_of(made.secret, now=now + timedelta(hours=1)) is None
    actions.revoke_key(actor=SYSTEM, key_id=made.id, now=now)
    assert queries.holder_of(made.secret, now=now) is None
    with pytest.raises(NotFound):
        actions.revoke_key(actor=SYSTEM, key_id=made.id, now=now)
    actions.make_key(actor=SYSTEM, name="trial", scopes=["items:read"], now=now)  # the name is free again


def test_the_last_use_of_a_key_is_written_once_a_minute(now, django_assert_num_queries):
    made = actions.make_key(actor=SYSTEM, name="platform", scopes=["items:read"], now=now)
    with django_assert_num_queries(2):
        queries.holder_of(made.secret, now=now)
    with django_assert_num_queries(1):
        queries.holder_of(made.secret, now=now + timedelta(seconds=59))
    queries.holder_of(made.secret, now=now + timedelta(seconds=61))
    assert queries.keys()[0].last_used_at == now + timedelta(seconds=61)


def test_bad_keys_are_refused_with_their_fields(now):
    with pytest.raises(Invalid) as refused:
        actions.make_key(actor=SYSTEM, name="", scopes=["items:steal"], source="nowhere", expires_at=now, now=now)
    assert set(refused.value.fields) == {"name", "scopes", "source", "expires_at"}
    with pytest.raises(Invalid):
        actions.make_key(actor=SYSTEM, name="no scopes", scopes=[], now=now)
    actions.make_key(actor=SYSTEM, name="platform", scopes=["items:read"], now=now)
    with pytest.raises(actions.NameTaken):
        actions.make_key(actor=SYSTEM, name="platform", scopes=["items:read"], now=now)


def test_the_ground_can_be_loaded_again_and_keeps_changed_roles(now):
    Role.objects.filter(code="reviewer").update(rights=["work.read"])
    actions.load_ground(actor=SYSTEM, pack="test", now=now, **GROUND)
    assert Role.objects.get(code="reviewer").rights == ["work.read"]
    assert Market.objects.count() == Source.objects.count() == 1


def test_actors_are_told_by_name(now):
    sari = join(now)
    key = actions.make_key(actor=SYSTEM, name="platform", scopes=["items:read"], now=now)
    labels = [f"staff:{sari}", f"key:{key.id}", "rule:weapons/guns", "system:desk", "user:88", "staff:jonas"]
    assert [queries.names_of(labels)[label] for label in labels] == [
        "Sari",
        "key platform",
        "rule weapons/guns",
        "TrustDesk",
        "user 88",
        "staff:jonas",
    ]


def test_the_people_page_costs_the_same_for_two_and_for_twenty(now, django_assert_num_queries):
    for count in (2, 18):
        for _ in range(count):
            join(now, roles=["reviewer"], languages=["id"])
        with django_assert_num_queries(3):  # people, roles, skills
            queries.staff_list()
