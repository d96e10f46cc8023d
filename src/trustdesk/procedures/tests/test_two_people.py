"""Two who meet, in threads of their own."""

from trustdesk.procedures import actions, queries
from trustdesk.procedures.models import Tick
from trustdesk.procedures.tests.makers import person, started
from trustdesk.support.tests.makers import asked
from trustdesk.support.tests.test_two_people import both


def test_two_tick_the_same_step_and_one_goes_on(real_db, now):
    sari, rina = person(), person(name="Rina")
    for _ in range(3):
        _case, run = started(sari, now)
        became = both(
            *[
                lambda by=by, run=run: actions.tick(actor=by, run_id=run, step="look", answer="done", seen=1, now=now)
                for by in (sari, rina)
            ]
        )
        assert sorted(became) == ["done", "stale"]
        assert Tick.objects.filter(run_id=run).count() == 1
        assert queries.run(run).step.code == "more"


def test_two_start_it_and_it_runs_once(real_db, now):
    sari, rina = person(), person(name="Rina")
    started(sari, now)
    case = asked(now).id
    became = both(
        *[lambda by=by: actions.start(actor=by, case_id=case, code="short", now=now) for by in (sari, rina)],
        lambda: actions.load_shipped(now=now),
        lambda: actions.load_shipped(now=now),
    )
    assert sorted(became) == ["done", "done", "done", "running_already"]
    assert len(queries.of_case(case)) == 1
    assert len(queries.listed()) == 5
