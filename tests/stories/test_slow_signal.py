"""A signal that takes its time, or says nothing: nobody's transaction waits for it, and nothing ends in silence."""

import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.stories.conftest import Desk
from trustdesk.engine import Argument, Signal
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.kernel.work.models import WorkItem
from trustdesk.policy.tests import makers
from trustdesk.review import actions as judging
from trustdesk.review import queries as reviews
from trustdesk.screening import actions as screening
from trustdesk.screening import jobs
from trustdesk.screening.models import Verdict
from trustdesk.signals import registry

pytestmark = pytest.mark.real

MODEL_POLICY = """\
---
code: model
title: What the model finds
labels: [fraud.off_platform_payment]
applies_to: [listing]
reason: Your {kind} was found to be unkind.
rules:
  - name: unkind
    clause: "1"
    when: unkindness(item.text) >= 0.8
    then: reject
    if_unknown: review
examples:
  - text: "A sofa"
    expect: approve
---
## 1 Unkind words

None.
"""


class Model:
    """The planted signal: it tells when it is asked, waits until it may answer, and can be broken."""

    def __init__(self) -> None:
        self.asked, self.go = threading.Event(), threading.Event()
        self.broken = False
        self.questions = 0

    def __call__(self, questions):
        self.asked.set()
        self.questions += len(questions)
        if self.broken:
            raise RuntimeError("the model is gone")
        assert self.go.wait(30)
        return [0.9 if "unkind" in question["value"] else 0.1 for question in questions]


@pytest.fixture
def model():
    planted = Model()
    registry.declare(
        Signal("unkindness", (Argument("value", "text"),), cost="model", version="1", timeout=20.0), planted
    )
    yield planted
    planted.go.set()
    registry.forget("unkindness")


@pytest.fixture
def desk(real_db, model, tmp_path, now) -> Desk:
    made = makers.make_folder(tmp_path / "pack", policies={"model.md": MODEL_POLICY})
    from trustdesk.policy.actions import import_pack

    assert import_pack(actor=SYSTEM, path=made, now=now) is not None
    key = people.make_key(
        actor=SYSTEM, name="Bazaar", scopes=["items:write", "decisions:read"], source="bazaar", now=now
    ).secret
    return Desk(key=key, sari=SYSTEM, client=Client())


def listing(external_id, title="A sofa", **more):
    return {
        "external_id": external_id,
        "kind": "listing",
        "market": "ID",
        "account": {"external_id": "budi"},
        "fields": {"title": f"{title} ({external_id})", "body": "Pick-up in Bandung."},
        **more,
    }


def submit(desk, external_id, title="A sofa"):
    told = desk.post("/items?wait=0", listing(external_id, title))
    assert told.status_code == 201, told.content
    return told.json()


def pending_verdict(item):
    return Verdict.objects.get(item_id=item["id"], state="pending")


@contextmanager
def in_thread(work):
    """Run `work` beside us on a connection of its own; leaving waits for it and raises what it raised."""
    box = {}

    def run():
        try:
            box["result"] = work()
        except BaseException as error:
            box["error"] = error
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield box
    thread.join(40)
    assert not thread.is_alive()
    if "error" in box:
        raise box["error"]


class Watch:
    """Looks at pg_stat_activity from a connection of its own, without pause, and notes who idles in a transaction."""

    def __init__(self, dsn):
        self._dsn, self._stop = dsn, threading.Event()
        self.idle, self.looks = [], 0

    def __enter__(self):
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join(10)

    def _look(self):
        # A backend between two statements of a short transaction shows for a moment too: what counts is how long.
        with psycopg.connect(self._dsn, autocommit=True) as watching:
            while not self._stop.wait(0.02):
                self.looks += 1
                self.idle += watching.execute(
                    "SELECT pid, query FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
                ).fetchall()

    def looked(self, times):
        seen, end = self.looks, time.monotonic() + 20
        while self.looks < seen + times:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_the_watch_sees_a_transaction_that_waits(real_db):
    with Watch(real_db) as watch, transaction.atomic():
        FactRow.objects.exists()
        watch.looked(3)
    assert watch.idle


def test_no_transaction_waits_while_a_signal_computes(desk, real_db, model):
    item = submit(desk, "slow-1", "An unkind sofa")
    assert (item["status"], item["verdict"], item["decision"]) == ("pending", None, None)
    verdict = pending_verdict(item)
    [job] = ProcrastinateJob.objects.filter(task_name="screening.second_pass", status="todo")
    assert job.args == {"verdict": str(verdict.id)}
    with Watch(real_db) as watch, in_thread(lambda: jobs.second_pass(verdict=str(verdict.id))):
        assert model.asked.wait(20)
        watch.looked(1)  # what the moment before the question left is not what we look for
        before = len(watch.idle)
        watch.looked(10)
        assert watch.idle[before:] == []
        assert desk.get(f"/items/{item['id']}").json()["status"] == "pending"
        model.go.set()
    told = desk.get(f"/items/{item['id']}").json()
    assert told["status"] == "rejected"
    assert told["verdict"]["hits"][0]["rule"] == "unkind"
    assert told["decision"]["statement_url"]
    assert jobs.second_pass(verdict=str(verdict.id)) is None, "a job that runs twice finds nothing to do"
    assert Verdict.objects.filter(item_id=item["id"]).count() == 1


def test_a_request_waits_without_a_connection_and_answers_with_the_verdict(desk, real_db, model):
    def post():
        return desk.post("/items?wait=10", listing("slow-2", "An unkind lamp")).json()

    with Watch(real_db) as watch, in_thread(post) as answer:
        end = time.monotonic() + 20
        while not Verdict.objects.filter(state="pending").exists():
            assert time.monotonic() < end
            time.sleep(0.02)
        watch.looked(10)
        idle = list(watch.idle)
        model.go.set()
        jobs.second_pass(verdict=str(Verdict.objects.get(state="pending").id))
    assert len({pid for pid, _ in idle}) <= 1
    assert answer["result"]["status"] == "rejected"
    assert answer["result"]["decision"]["outcome"] == "remove"


def test_silence_ends_with_a_person_and_the_signals_return_closes_what_nobody_saw(desk, model):
    model.broken = True
    items = [submit(desk, f"quiet-{n}", "An unkind chair" if n == 0 else "A chair") for n in range(5)]
    at = datetime.now(UTC)
    for item in items:
        verdict = pending_verdict(item)
        assert screening.settle(verdict_id=verdict.id, now=at) == "pending", "patience is not over"
        assert Verdict.objects.get(id=verdict.id).tries == 1
    assert facts("signal.broke") == 1, "one alert, however many items wait"
    assert model.questions == 3, "three failures are enough to leave it alone"
    later = at + timedelta(minutes=16)
    for item in items:
        assert screening.settle(verdict_id=pending_verdict(item).id, now=later) == "final"
    assert facts("signal.broke") == 1
    desk.deliver(later)
    opened = reviews.of_items([item["id"] for item in items])
    assert [found.because for found in opened.values()] == ["unscreened"] * 5
    work = WorkItem.objects.filter(kind="review", state="open")
    assert {(one.queue.code, one.lane) for one in work.select_related("queue")} == {("unscreened", 5)}
    assert desk.get(f"/items/{items[0]['id']}").json()["status"] == "in_review"

    asked = model.questions
    screening.retry_unscreened(now=later)
    assert model.questions == asked, "a signal that is left alone is not asked by anybody"
    probe = later + timedelta(minutes=1)
    screening.retry_unscreened(now=probe)
    assert model.questions == asked + 1, "then one item tries it for all"
    assert facts("signal.returned") == 0, "it is still silent: nothing changes"
    assert set(Verdict.objects.values_list("state", "unscreened")) == {("final", True)}

    model.broken = False
    model.go.set()
    back = later + timedelta(minutes=5)
    screening.retry_unscreened(now=back)
    assert (facts("signal.broke"), facts("signal.returned")) == (1, 1)
    desk.deliver(back)
    assert {found.state for found in reviews.of_items([item["id"] for item in items]).values()} == {"closed"}
    statuses = [desk.get(f"/items/{item['id']}").json()["status"] for item in items]
    assert statuses == ["rejected", "live", "live", "live", "live"]
    assert not WorkItem.objects.filter(kind="review", state="open").exists()
    assert not Verdict.objects.filter(unscreened=True, state="final").exists()


def test_a_return_gives_all_who_wait_their_turn_at_once(desk, model):
    model.broken = True
    items = [submit(desk, f"turn-{n}") for n in range(4)]
    at = datetime.now(UTC)
    for item in items:
        screening.settle(verdict_id=pending_verdict(item).id, now=at)
    waits = ProcrastinateJob.objects.filter(task_name="screening.second_pass", scheduled_at__isnull=False)
    assert waits.order_by("-id")[0].scheduled_at - datetime.now(UTC) > timedelta(seconds=10), "not before the probe"
    model.broken = False
    model.go.set()
    back = at + timedelta(seconds=30)
    assert screening.settle(verdict_id=pending_verdict(items[0]).id, now=back) == "final"
    assert facts("signal.returned") == 1
    desk.deliver(back + timedelta(minutes=1))
    [job] = ProcrastinateJob.objects.filter(task_name="screening.wake_waiting", status="todo")
    before = ProcrastinateJob.objects.latest("id").id
    jobs.wake_waiting(**job.args)
    woken = ProcrastinateJob.objects.filter(id__gt=before, task_name="screening.second_pass", scheduled_at=None)
    assert {one.args["verdict"] for one in woken} == {str(pending_verdict(item).id) for item in items[1:]}


def test_who_waits_for_one_signal_does_not_stand_in_the_way_of_others(desk, model):
    """The rounds of the unscreened pass over those whose signal is left alone, and begin with the least tried."""
    model.broken = True
    ids = [pending_verdict(submit(desk, f"queue-{n}")).id for n in range(4)]
    at = datetime.now(UTC)
    later = at + timedelta(minutes=16)
    for verdict in ids:
        screening.settle(verdict_id=verdict, now=later)
    waiting = Verdict.objects.filter(id__in=ids, unscreened=True)
    assert waiting.count() == 4
    asked = model.questions
    assert (screening.retry_unscreened(now=later), model.questions) == (0, asked)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # a final verdict does not change
        waiting.filter(id=ids[3]).update(undecided=[{"signal": "another"}])
    screening.retry_unscreened(now=later, limit=1)
    assert waiting.get(id=ids[3]).tries > waiting.get(id=ids[0]).tries, "the one that waits for another had its turn"


def test_a_persons_word_stands_when_the_signal_returns(desk, model, now):
    model.broken = True
    item = submit(desk, "judged-1", "An unkind vase")
    at = datetime.now(UTC)
    at += timedelta(minutes=16)
    assert screening.settle(verdict_id=pending_verdict(item).id, now=at) == "final"
    desk.deliver(at)
    sari = actor_by_id(
        people.add_staff(
            actor=SYSTEM,
            email="sari@example.com",
            name="Sari",
            password="correct horse battery",
            roles=["reviewer"],
            languages=["en", "id"],
            markets=["ID"],
            now=now,
        )
    )
    review = reviews.of_items([UUID(item["id"])])[UUID(item["id"])]
    judging.claim_this(actor=sari, review_id=review.id, now=at)
    judging.decide(actor=sari, review_id=review.id, version=1, outcome="approve", now=at)
    model.broken = False
    model.go.set()
    for minutes in (1, 2):
        screening.retry_unscreened(now=at + timedelta(minutes=minutes))
    desk.deliver(at + timedelta(minutes=2))
    assert desk.get(f"/items/{item['id']}").json()["status"] == "live", "the model would have rejected it"
    assert not Verdict.objects.filter(unscreened=True, state="final").exists()


def test_a_lost_job_is_found_and_one_that_waits_its_turn_is_left_alone(desk, model):
    model.broken = True
    verdict = pending_verdict(submit(desk, "lost-1"))
    at = datetime.now(UTC)

    def jobs_of_it():
        return ProcrastinateJob.objects.filter(args={"verdict": str(verdict.id)}, status="todo").count()

    assert (screening.wake_pending(now=at), model.questions) == (0, 0), "its job may still come"
    assert (screening.wake_pending(now=at + timedelta(minutes=6)), model.questions) == (0, 1)
    waiting = jobs_of_it()
    assert (screening.wake_pending(now=at + timedelta(minutes=7)), model.questions) == (0, 1)
    assert jobs_of_it() == waiting, "rounds do not multiply jobs"
    assert screening.wake_pending(now=at + timedelta(minutes=17)) == 1
    assert Verdict.objects.get(id=verdict.id).unscreened


def test_a_late_answer_counts_as_none(desk, model, monkeypatch):
    registry.forget("unkindness")
    registry.declare(Signal("unkindness", (Argument("value", "text"),), cost="model", version="1", timeout=0.05), model)
    item = submit(desk, "late-1")
    verdict, at = pending_verdict(item), datetime.now(UTC)
    for second in range(5):
        assert screening.settle(verdict_id=verdict.id, now=at + timedelta(seconds=second)) == "pending"
    assert facts("signal.broke") == 0, "one item does not speak for all"
    assert screening.settle(verdict_id=verdict.id, now=at + timedelta(minutes=16)) == "final"
    assert facts("signal.broke") == 1, "but nobody's patience ends unheard"


def test_a_newer_version_overtakes_a_pending_verdict(desk, model):
    first = submit(desk, "edit-1", "An unkind table")
    old = pending_verdict(first)
    with in_thread(lambda: jobs.second_pass(verdict=str(old.id))):
        assert model.asked.wait(20)
        second = submit(desk, "edit-1", "A table")
        assert (second["id"], second["version"], second["status"]) == (first["id"], 2, "pending")
        model.go.set()
    assert Verdict.objects.get(id=old.id).state == "overtaken"
    assert desk.get(f"/items/{first['id']}").json()["status"] == "pending", "the old answer decides nothing"
    assert screening.settle(verdict_id=pending_verdict(second).id, now=datetime.now(UTC)) == "final"
    told = desk.get(f"/items/{first['id']}").json()
    assert (told["status"], told["version"], told["decision"]) == ("live", 2, None)
    history = desk.get(f"/items/{first['id']}/history").json()
    assert [(v["version"], v["state"]) for v in history["verdicts"]] == [(2, "final"), (1, "overtaken")]


def facts(kind):
    return FactRow.objects.filter(kind=kind).count()
