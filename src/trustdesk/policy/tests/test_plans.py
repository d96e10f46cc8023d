"""The change from one ruleset to the next in a process that did not publish it: nobody waits, but not for long."""

import threading
import time

import pytest

from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.policy import actions, queries
from trustdesk.policy.folders import read_folder
from trustdesk.policy.queries import plans as module
from trustdesk.policy.queries import rulesets
from trustdesk.policy.queries.plans import Plans, Serving
from trustdesk.policy.rulesets import compile_content
from trustdesk.policy.tests.makers import CONTACT, make_folder


class Compiler:
    """Compiles when it is let."""

    def __init__(self, monkeypatch):
        self.let, self.runs = threading.Event(), []
        monkeypatch.setattr(module, "compile_content", self)

    def __call__(self, content, measured=None):
        self.runs.append(threading.current_thread())
        assert self.let.wait(20)
        return compile_content(content)


@pytest.fixture
def compiler(monkeypatch):
    return Compiler(monkeypatch)


@pytest.fixture
def old(tmp_path):
    return read_folder(make_folder(tmp_path / "old")).content


@pytest.fixture
def new(tmp_path):
    return read_folder(make_folder(tmp_path / "new", policies={"contact.md": CONTACT.replace("30", "31")})).content


@pytest.fixture
def serving(compiler, old):
    """A process that serves ruleset 1."""
    compiler.let.set()
    made = Serving(Plans())
    assert made.plan(1, old.hash, content=lambda: old, follows=lambda _: 0.0).number == 1
    compiler.let.clear()
    compiler.runs.clear()
    return made


def ask(serving, number, content, patience):
    return serving.plan(number, content.hash, content=lambda: content, follows=lambda _: patience).number


def test_the_old_plan_serves_while_another_thread_compiles(serving, compiler, new):
    assert [ask(serving, 2, new, 600.0) for _ in range(50)] == [1] * 50
    assert [thread is threading.current_thread() for thread in compiler.runs] == [False], "once, and not by who asks"
    compiler.let.set()
    until = time.monotonic() + 60
    while ask(serving, 2, new, 600.0) == 1:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert len(compiler.runs) == 1


def test_not_for_longer_than_its_patience(serving, compiler, new):
    assert ask(serving, 2, new, 0.5) == 1
    time.sleep(0.6)
    told = []
    asking = threading.Thread(target=lambda: told.append(ask(serving, 2, new, 0.5)))
    asking.start()
    asking.join(0.1)
    assert told == [], "patience is over: who asks waits"
    compiler.let.set()
    asking.join(60)
    assert told == [2]


def test_a_plan_that_is_compiled_serves_at_once(serving, compiler, old, new):
    compiler.let.set()
    plans = serving._plans
    plans.made(new)
    compiler.let.clear()
    assert ask(serving, 2, new, 30.0) == 2
    assert ask(serving, 3, old, 30.0) == 3, "back again: it is kept"


def test_many_who_need_the_first_plan_compile_it_once(compiler, old):
    plans, numbers = Plans(), []
    serving = Serving(plans)
    threads = [threading.Thread(target=lambda: numbers.append(ask(serving, 1, old, 0.0))) for _ in range(6)]
    for thread in threads:
        thread.start()
    compiler.let.set()
    for thread in threads:
        thread.join(20)
    assert (numbers, len(compiler.runs)) == ([1] * 6, 1)


def test_what_does_not_compile_is_told_to_all(monkeypatch, serving, new):
    def broken(content, measured=None):
        raise RuntimeError("no")

    monkeypatch.setattr(module, "compile_content", broken)
    with pytest.raises(RuntimeError):
        ask(serving, 2, new, 0.0)


def test_few_are_kept(compiler, tmp_path):
    compiler.let.set()
    plans = Plans(kept=2)
    contents = [
        read_folder(make_folder(tmp_path / str(n), policies={"contact.md": CONTACT.replace("30", str(n))})).content
        for n in (10, 20, 30)
    ]
    for content in contents:
        plans.made(content)
    assert [plans.get(content.hash) is not None for content in contents] == [False, True, True]


def test_who_publishes_has_compiled_it_before_it_is_live(dewi, jonas, now, monkeypatch):
    _, text, translations = queries.source_of("contact")
    made = actions.draft(actor=dewi, text=text.replace("30", "31"), translations=translations, now=now)
    actions.check(actor=dewi, version_id=made.id, now=now)
    actions.approve(actor=jonas, version_id=made.id, now=now)
    actions.publish(actor=jonas, versions=[made.id], now=now)

    def too_late(content, measured=None):
        raise AssertionError("compiled after it was live")

    monkeypatch.setattr(module, "compile_content", too_late)
    assert queries.live_plan().number == 2
    monkeypatch.undo()
    actions.roll_back(actor=jonas, code="contact", reason="Too wide", now=now)
    monkeypatch.setattr(module, "compile_content", too_late)
    assert queries.live_plan().number == 3


def test_how_long_another_process_may_go_on(dewi, jonas, now):
    first = queries.live_plan()
    _, text, translations = queries.source_of("contact")
    made = actions.draft(actor=dewi, text=text.replace("30", "31"), translations=translations, now=now)
    actions.check(actor=dewi, version_id=made.id, now=now)
    actions.approve(actor=jonas, version_id=made.id, now=now)
    actions.publish(actor=jonas, versions=[made.id], now=now)
    second = queries.live_plan()
    assert rulesets._patience_with(first) == 10.0
    actions.roll_back(actor=jonas, code="contact", reason="Too wide", now=now)
    assert rulesets._patience_with(second) == 1.0
    assert rulesets._patience_with(first) == 1.0, "somewhere in between lies a roll-back"


@pytest.mark.real
def test_a_ruleset_of_another_desk_never_serves(real_db, tmp_path, now):
    """The same process, another database: what was served before is no earlier ruleset of this one."""
    folder = make_folder(tmp_path / "pack", policies={"contact.md": CONTACT.replace("30", "29")})
    actions.import_pack(actor=SYSTEM, path=folder, now=now)
    assert queries.live_plan().hash == queries.newest().hash
