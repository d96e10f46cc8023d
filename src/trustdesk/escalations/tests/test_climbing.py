"""Nobody of the first line accepts in time: the second has it by itself, and everybody concerned is told."""

from datetime import timedelta

import pytest

from trustdesk.escalations import actions, queries
from trustdesk.escalations.actions import AlreadyAccepted, NotNow
from trustdesk.escalations.models import Climb, Escalation
from trustdesk.escalations.tests.test_asking_back import together
from trustdesk.escalations.tests.test_escalations import Cast, client
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Team
from trustdesk.kernel.work.models import Clock, WorkItem
from trustdesk.kernel.work.tests import makers
from trustdesk.post.models import Letter


class Levels(Cast):
    """Legal (Lena), Senior (Omar) and Board (Ines)."""

    def __init__(self, now):
        super().__init__(now)
        self.omar = makers.staff("Omar", now, role="specialist")
        self.ines = makers.staff("Ines", now, role="specialist")
        self.senior, self.board = makers.fresh("senior"), makers.fresh("board")
        self.join(self.omar, self.senior, "Senior")
        self.join(self.ines, self.board, "Board")

    def level(self, team, above, accept=30, answer=120):
        actions.set_level(actor=SYSTEM, team=team, above=above, accept_after=accept, answer_after=answer, now=self.now)


@pytest.fixture
def cast(db, now):
    return Levels(now)


def at(one):
    row = Escalation.objects.select_related("team").get(id=one)
    return row.team.name, row.state


def test_unaccepted_it_climbs_level_by_level_and_stops_at_the_top(cast, now):
    cast.level(cast.legal, cast.senior)
    cast.level(cast.senior, cast.board)
    one = cast.ask(cast.held())  # accepted within 60, answered within 480
    actions.climb_due(now=now + timedelta(minutes=89))
    assert at(one) == ("Legal", "waiting")
    first = now + timedelta(minutes=90)
    actions.climb_due(now=first)
    actions.climb_due(now=first)
    assert at(one) == ("Senior", "waiting")
    row = Escalation.objects.get(id=one)
    assert WorkItem.objects.get(id=row.work_id).team_id == row.team_id
    due = {clock.name: clock.due_at for clock in Clock.objects.filter(work_id=row.work_id, phase="running")}
    assert due == {"accept": first + timedelta(minutes=60), "answer": now + timedelta(minutes=480)}
    said = queries.whole(one, actor=cast.omar).said[-1]
    assert said.kind == "climbed"
    assert "because nobody accepted it in 90 min" in said.text
    told = set(Letter.objects.filter(about=f"escalation:{one}").values_list("to", flat=True))
    assert len(told) == 2  # Omar, who can take it, and Sari, who asked
    with pytest.raises(NotFound):
        actions.accept(actor=cast.lena, escalation_id=one, now=first)
    assert queries.whole(one, actor=cast.lena) is not None, "Legal sees where it went"
    assert queries.whole(one, actor=cast.kofi) is None
    actions.climb_due(now=first + timedelta(minutes=90))
    assert at(one) == ("Board", "waiting")
    actions.climb_due(now=first + timedelta(days=9))
    assert at(one) == ("Board", "waiting")
    assert FactRow.objects.filter(subject=str(one), kind="escalation.unaccepted").count() == 2


def test_accepted_and_not_answered_it_is_taken_from_its_holder(cast, now):
    cast.level(cast.legal, cast.senior)
    one = cast.ask(cast.held())
    actions.accept(actor=cast.lena, escalation_id=one, now=now)
    actions.climb_due(now=now + timedelta(minutes=599))
    assert at(one) == ("Legal", "accepted")
    late = now + timedelta(minutes=600)
    actions.climb_due(now=late)
    assert at(one) == ("Senior", "waiting")
    with pytest.raises(NotFound):
        actions.answer(actor=cast.lena, escalation_id=one, text="Yes", now=late)
    assert Letter.objects.filter(about=f"escalation:{one}").count() == 3  # the holder, too
    row = Escalation.objects.get(id=one)
    due = {clock.name: clock.due_at for clock in Clock.objects.filter(work_id=row.work_id, phase="running")}
    assert due == {"accept": late + timedelta(minutes=60), "answer": late + timedelta(minutes=480)}
    actions.accept(actor=cast.omar, escalation_id=one, now=late)
    actions.answer(actor=cast.omar, escalation_id=one, text="No", now=late)
    assert at(one) == ("Senior", "answered")


def test_asked_back_it_waits_and_what_was_answered_stays(cast, now):
    cast.level(cast.legal, cast.senior, accept=0, answer=0)
    one = cast.ask(cast.held())
    actions.accept(actor=cast.lena, escalation_id=one, now=now)
    actions.ask_back(actor=cast.lena, escalation_id=one, text="Which?", now=now)
    actions.climb_due(now=now + timedelta(days=30))
    assert at(one) == ("Legal", "asked_back"), "it is not the team that is late"


def test_levels_never_lead_in_circles(cast, now):
    cast.level(cast.legal, cast.senior, accept=0)
    cast.level(cast.senior, cast.board, accept=0)
    for team, above in ((cast.board, cast.legal), (cast.legal, cast.legal), (cast.legal, "nobody"), ("nobody", "")):
        with pytest.raises(Invalid):
            cast.level(team, above)
    for wrong in ({"accept": -1}, {"answer": 525_601}):
        with pytest.raises(Invalid):
            cast.level(cast.legal, cast.senior, **wrong)
    # Turned round meanwhile, what came from there does not go back.
    one = cast.ask(cast.held())
    actions.climb_due(now=now + timedelta(hours=1))
    cast.level(cast.legal, "")
    cast.level(cast.senior, cast.legal, accept=0)
    actions.climb_due(now=now + timedelta(days=2))
    assert at(one) == ("Senior", "waiting")
    assert Climb.objects.filter(escalation_id=one).count() == 1


def test_nobody_there_is_no_level(cast, now):
    Team.objects.create(code="empty", name="Empty")
    cast.level(cast.legal, "empty", accept=0)
    one = cast.ask(cast.held())
    actions.climb_due(now=now + timedelta(hours=5))
    assert at(one) == ("Legal", "waiting")


def test_the_page_sets_levels(cast, now):
    jonas = makers.staff("Jonas", now, role="lead")
    given = {"team": cast.legal, "above": cast.senior, "accept_after": "10", "answer_after": "20"}
    assert client(cast.lena).post("/escalations/levels", given).status_code == 403
    assert client(jonas).post("/escalations/levels", given | {"accept_after": "-1"}).status_code == 422
    assert client(jonas).post("/escalations/levels", given).status_code == 303
    level = next(one for one in queries.levels() if one.code == cast.legal)
    assert (level.above, level.accept_after, level.answer_after) == (cast.senior, 10, 20)
    assert 'value="10"' in client(jonas).get("/escalations/deadlines").content.decode()


def test_accepted_or_handed_on_in_the_same_moment_never_both(real_db, now):
    cast = Levels(now)
    cast.level(cast.legal, cast.senior, accept=0)
    late = now + timedelta(hours=2)
    for _ in range(5):
        one = cast.ask(cast.held())
        told = together(
            lambda one=one: actions.accept(actor=cast.lena, escalation_id=one, now=late) or "mine",
            lambda: actions.climb_due(now=late),
            lambda: actions.climb_due(now=late),
        )
        refused = [said for said in told if isinstance(said, Refusal)]
        accepted = "mine" in told
        row = Escalation.objects.get(id=one)
        assert at(one) == (("Legal", "accepted") if accepted else ("Senior", "waiting"))
        assert (row.holder_id is not None) is accepted
        assert Climb.objects.filter(escalation_id=one).count() == (0 if accepted else 1)
        assert accepted is not bool(refused)
        assert all(isinstance(said, NotNow | NotFound | AlreadyAccepted) for said in refused), refused
        assert Clock.objects.filter(work_id=row.work_id, name="accept", phase="running").count() == (not accepted)
