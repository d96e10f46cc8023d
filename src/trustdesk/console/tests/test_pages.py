"""The console's pages, through the front door."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from trustdesk.kernel.base import timesource
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.models import Delivery, FactRow, Position
from trustdesk.kernel.people.models import ApiKey, Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.kernel.work.tests import makers as desk
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def dewi(client):
    client.force_login(makers.staff("admin", name="Dewi"))
    return client


def place_all():
    """Give every fact its position: the sequencer itself waits for the commit, which a test never sees."""
    last = ledger.last_position()
    rows = FactRow.objects.filter(place=None).order_by("id")
    Position.objects.bulk_create(Position(position=last + n, fact=row) for n, row in enumerate(rows, 1))


def test_one_lands_at_the_first_place_one_may_go_to(client):
    client.force_login(makers.staff("reviewer"))
    assert client.get("/")["Location"] == "/work"
    client.force_login(makers.staff())
    assert client.get("/")["Location"] == "/me"


def test_adding_a_person_shows_the_first_password_once(dewi):
    answer = dewi.post(
        "/people/add",
        {
            "name": "Jonas",
            "email": "jonas@desk.example",
            "roles": ["lead"],
            "languages": "id, en",
            "language": "id",
            "time_zone": "Asia/Jakarta",
        },
    )
    assert answer.status_code == 200
    jonas = Staff.objects.get(email="jonas@desk.example")
    assert jonas.check_password(answer.context["password"])
    assert actor_for(jonas).may("work.manage")
    again = dewi.post(
        "/people/add",
        {"name": "J", "email": "Jonas@desk.example", "language": "en", "time_zone": "UTC", "roles": [], "markets": []},
    )
    assert again.status_code == 422
    assert "already on the desk" in again.content.decode()


def test_roles_and_skills_change_and_the_last_administrator_stays(dewi):
    jonas = makers.staff(name="Jonas")
    dewi.post(f"/people/{jonas.id}/roles", {"role": "reviewer", "queues": "ads jobs"})
    page = dewi.get(f"/people/{jonas.id}").content.decode()
    assert "ads, jobs" in page
    assert "Dewi gave the role reviewer" in page
    dewi.post(f"/people/{jonas.id}/skills", {"languages": "id", "certificates": "child-safety"})
    assert jonas.skills.count() == 2
    dewi.post(f"/people/{jonas.id}/roles/take", {"role": "reviewer"})
    assert not jonas.grants.exists()
    me = Staff.objects.get(name="Dewi")
    refused = dewi.post(f"/people/{me.id}/close")
    assert refused.status_code == 409
    assert "at least one administrator" in refused.content.decode()
    dewi.post(f"/people/{jonas.id}/close")
    assert not Staff.objects.get(id=jonas.id).is_active
    assert dewi.get("/people/01900000-0000-7000-8000-000000000000").status_code == 404


def test_a_key_is_shown_once_and_revoked(dewi):
    made = dewi.post("/keys/make", {"name": "shop", "scopes": ["items:write"], "per_minute": 60})
    secret = made.context["key"].secret
    assert secret in made.content.decode()
    assert made["Cache-Control"] == "private, no-store"
    listed = dewi.get("/keys").content.decode()
    assert secret not in listed
    assert "shop" in listed
    key = ApiKey.objects.get()
    dewi.post(f"/keys/{key.id}/revoke")
    assert ApiKey.objects.get().revoked_at is not None
    wrong = dewi.post("/keys/make", {"name": "", "per_minute": 0})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors.keys() == {"name", "scopes", "per_minute"}


def test_the_ledger_tells_sentences_newest_first_and_pages(dewi):
    for n in range(60):
        makers.staff(name=f"Person {n}")
    place_all()
    first = dewi.get("/ledger")
    lines = first.context["lines"]
    assert len(lines) == 50
    assert lines[0].sentence.startswith("TrustDesk added Person 59")
    second = dewi.get("/ledger", {"after": first.context["next"]})
    assert second.context["lines"][0].position == lines[-1].position - 1
    only = dewi.get("/ledger", {"subject": lines[0].subject})
    assert {line.subject for line in only.context["lines"]} == {lines[0].subject}
    assert dewi.get("/ledger", {"kind": "work."}).context["lines"] == []
    assert dewi.get("/ledger", {"after": "nonsense"}).status_code == 400


def test_the_ledger_page_costs_the_same_for_many_facts(dewi):
    def cost():
        place_all()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            dewi.get("/ledger")
        return len(asked)

    few = cost()
    for n in range(20):
        makers.staff(name=f"Person {n}")
    assert cost() == few  # session, person, grants, positions, personal values, two kinds of names, seal, last


def test_what_was_given_up_can_be_tried_again(dewi):
    fact = FactRow.objects.order_by("id").last()
    dead = Delivery.objects.create(
        fact=fact, reactor="review.open", next_at=makers.AT, dead_at=makers.AT, tries=8, last_error="boom"
    )
    from procrastinate.contrib.django.models import ProcrastinateJob

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, args, status, attempts) "
            "VALUES ('default', 'post.send', NULL, '{\"letter\": \"1\"}', 'failed', 3) RETURNING id"
        )
        job = cursor.fetchone()[0]
    page = dewi.get("/stuck").content.decode()
    assert "review.open" in page
    assert "boom" in page
    assert "post.send" in page
    assert dewi.post(f"/stuck/delivery/{dead.id}").status_code == 303
    assert ledger.dead_deliveries() == []
    assert dewi.post(f"/stuck/job/{job}").status_code == 303
    assert ProcrastinateJob.objects.get(id=job).status == "todo"
    assert dewi.post(f"/stuck/job/{job}").status_code == 404
    assert dewi.post("/stuck/letter/nonsense").status_code == 404
    assert dewi.post("/stuck/other/1").status_code == 404
    assert "Nothing is stuck" in dewi.get("/stuck").content.decode()


def test_my_work_shows_queues_and_what_i_hold(client):
    from trustdesk.kernel.work import actions as work

    with timesource.source.fixed(makers.AT):
        sari = makers.staff("reviewer")
        client.force_login(sari)
        code = desk.queue(makers.AT)
        desk.work(
            code, makers.AT, minutes_ago=30, subject_line="Sepeda lipat", due_at=makers.AT + timedelta(minutes=20)
        )
        desk.work(code, makers.AT, minutes_ago=10)
        before = client.get("/work")
        row = next(count for count in before.context["counts"] if count.queue == code)
        assert (row.waiting, row.mine, row.due_soon) == (2, 2, 1)
        work.claim_next(actor=actor_for(sari), now=makers.AT, queues=[code])
        part = client.get("/work", headers={"HX-Request": "true"})
        assert "<html" not in part.content.decode()
        assert [one.subject_line for one in part.context["held"]] == ["Sepeda lipat"]


def test_language_and_look_are_ones_own(client):
    sari = makers.staff("reviewer")
    client.force_login(sari)
    answer = client.post("/me", {"language": "id", "theme": "dark", "contrast": "more"})
    assert (answer.cookies["theme"].value, answer.cookies["contrast"].value) == ("dark", "more")
    assert Staff.objects.get(id=sari.id).language == "id"
    page = client.get("/me").content.decode()
    assert 'lang="id"' in page
    assert 'data-theme="dark"' in page
    client.cookies["theme"] = '"><script>'
    assert "<script>" not in client.get("/me").content.decode().replace("<script src", "")
    assert client.post("/me", {"language": "xx"}).status_code == 422
