"""Signals that answer, fail, hang, lie and return."""

import threading
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from trustdesk.engine import UNKNOWN, Argument, Signal, Type
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.post.models import Letter
from trustdesk.signals import actions, registry
from trustdesk.signals.calling import AT_ONCE, MOST_LATE
from trustdesk.signals.models import Health
from trustdesk.signals.queries import cached, health, question_hash, silent_until

pytestmark = pytest.mark.real
AT = datetime(2026, 3, 10, 9, tzinfo=UTC)


class Model:
    """A signal that can be told to fail, to hang or to answer what it should not."""

    def __init__(self):
        self.mode, self.asked, self.batches = "well", 0, []
        self.go, self._lock = threading.Event(), threading.Lock()

    def __call__(self, questions):
        with self._lock:
            self.asked += 1
            self.batches.append(len(questions))
        if self.mode == "fails":
            raise RuntimeError("it said: Budi's phone number")
        if self.mode == "hangs":
            self.go.wait(60)
        if self.mode == "short":
            return []
        if self.mode == "odd":
            return [float("nan") if n else "a lot" for n, _ in enumerate(questions)]
        if self.mode == "half":
            return [None if n else 0.5 for n, _ in enumerate(questions)]
        return [0.5] * len(questions)


@pytest.fixture
def plant():
    planted = []

    def make(name="", **more):
        model = Model()
        name = name or f"signal_{uuid.uuid4().hex[:8]}"
        registry.declare(Signal(name, (Argument("value", "text"),), cost="model", **{"timeout": 0.2, **more}), model)
        planted.append((name, model))
        return name, model

    yield make
    for name, model in planted:
        model.go.set()
        registry.forget(name)


def questions(*words):
    return [{"value": word} for word in words]


def ask(name, *words, at=AT):
    return actions.ask(name=name, questions=questions(*words), now=at)


def facts(kind, name):
    return FactRow.objects.filter(kind=kind, payload__signal=name).count()


def together(*works):
    errors = []

    def run(work):
        try:
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def test_answers_are_kept_by_content_and_version_and_one_question_is_asked_once(real_db, plant):
    name, model = plant()
    assert ask(name, "a", "b", "a") == [0.5, 0.5, 0.5]
    assert model.batches == [2]
    key = (name, "1", question_hash({"value": "a"}))
    assert cached([key, (name, "2", key[2])]) == {key: 0.5}
    [view] = [view for view in health() if view.signal == name]
    assert (view.state, view.calls, view.questions, view.failures) == ("closed", 1, 2, 0)


def test_a_signal_nobody_declared_says_nothing(real_db):
    assert ask("never_heard_of", "a") == [UNKNOWN]


@pytest.mark.parametrize(
    ("mode", "error"), [("short", "WrongAnswer"), ("odd", "WrongAnswer"), ("fails", "RuntimeError")]
)
def test_wrong_answers_are_no_answers(real_db, plant, mode, error):
    name, model = plant()
    model.mode = mode
    assert ask(name, "a", "b") == [UNKNOWN, UNKNOWN]
    row = Health.objects.get(signal=name)
    assert (row.failures, row.error) == (1, error), "its words might quote an item and are not kept"


def test_that_there_is_nothing_to_say_is_an_answer(real_db, plant):
    name, model = plant()
    model.mode = "half"
    assert ask(name, "a", "b") == [0.5, None]
    assert cached([(name, "1", question_hash({"value": "b"}))]) != {}


def test_a_number_where_a_truth_is_asked_is_none(real_db, plant):
    name, _ = plant(type=Type("bool"))
    assert ask(name, "a") == [UNKNOWN]


def test_a_hanging_signal_holds_nobody_else_up(real_db, plant):
    hanging, stuck = plant()
    lively, well = plant(timeout=60.0)
    stuck.mode = "hangs"
    began = time.monotonic()
    together(
        *[lambda n=n: ask(hanging, f"word {n}") for n in range(AT_ONCE)],
        *[lambda n=n: ask(lively, f"{n}") for n in range(8)],
    )
    assert time.monotonic() - began < 40
    assert well.asked == 8
    assert Health.objects.get(signal=lively).failures == 0
    row = Health.objects.get(signal=hanging)
    assert (row.state, row.late) == ("open", AT_ONCE)
    assert ask(hanging, "more") == [UNKNOWN]
    assert stuck.asked == AT_ONCE, "while it is open it is not called"
    for turn in range(1, 30):  # probe after probe hangs; the threads that pile up have a most
        ask(hanging, f"probe {turn}", at=AT + timedelta(hours=turn))
        if turn == MOST_LATE:
            break
    line = registry.declared()[hanging].line
    assert (line.late, stuck.asked) == (MOST_LATE, MOST_LATE)
    ask(hanging, "beyond", at=AT + timedelta(days=3))
    assert stuck.asked == MOST_LATE
    stuck.mode = "well"
    stuck.go.set()
    end = time.monotonic() + 60
    while line.late and time.monotonic() < end:
        time.sleep(0.01)
    assert line.late == 0, "late threads end and are forgotten"
    assert ask(hanging, "at last", at=AT + timedelta(days=4)) == [0.5]
    assert Health.objects.get(signal=hanging).state == "closed"


def test_many_workers_find_out_together_and_one_alert_is_written(real_db, plant):
    people.load_ground(actor=SYSTEM, pack="p", markets=[], sources=[], now=AT)
    for name, role in (("Jonas", "lead"), ("Sari", "reviewer")):
        people.add_staff(
            actor=SYSTEM,
            email=f"{name.lower()}@example.com",
            name=name,
            password="correct horse battery",
            roles=[role],
            languages=[],
            markets=[],
            now=AT,
        )
    name, model = plant()
    model.mode = "fails"
    together(*[lambda n=n: [ask(name, f"word {n} {m}") for m in range(5)] for n in range(6)])
    assert 3 <= model.asked <= 8, "three that count, and those under way"
    assert facts("signal.broke", name) == 1
    [letter] = Letter.objects.filter(kind="alert")
    assert (letter.to, name in letter.subject) == ("jonas@example.com", True)
    assert "phone" not in letter.text
    assert set(silent_until(AT)) == {name}

    later, asked = AT + timedelta(minutes=1), model.asked
    together(*[lambda n=n: ask(name, f"later {n}", at=later) for n in range(6)])
    assert model.asked == asked + 1, "one probes for all"
    assert facts("signal.broke", name) == 1

    model.mode = "well"
    together(*[lambda n=n: ask(name, f"well {n}", at=later + timedelta(minutes=1)) for n in range(6)])
    assert facts("signal.returned", name) == 1
    assert ask(name, "and on") == [0.5]
    assert Letter.objects.filter(kind="alert").count() == 1


def test_patience_that_ends_alerts_once_unless_the_signal_answers_others(real_db, plant):
    name, model = plant()
    model.mode = "fails"
    ask(name, "the only one")
    together(*[lambda: actions.alert(signals=[name, name], silent_since=AT, now=AT) for _ in range(4)])
    assert (facts("signal.broke", name), Health.objects.get(signal=name).state) == (1, "closed")
    model.mode = "well"
    ask(name, "another", at=AT + timedelta(minutes=1))
    assert facts("signal.returned", name) == 1
    actions.alert(signals=[name], silent_since=AT, now=AT + timedelta(minutes=2))
    assert facts("signal.broke", name) == 1, "it works: one question's fault"


def test_who_may_can_have_it_tried_at_once(real_db, plant):
    name, model = plant()
    model.mode = "fails"
    for word in "abc":
        ask(name, word)
    model.mode = "well"
    assert ask(name, "d", at=AT + timedelta(seconds=1)) == [UNKNOWN]
    actions.try_now(actor=SYSTEM, signal=name, now=AT + timedelta(seconds=2))
    assert ask(name, "d", at=AT + timedelta(seconds=2)) == [0.5]
