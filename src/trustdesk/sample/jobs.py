"""The sample's work with duration: what the first start leaves to the worker, so that nobody waits for pictures."""

from procrastinate.contrib.django import app

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM

AT_ONCE = 8  # items: a few seconds, so that a worker told to stop does not have to cut one short
LATER = 15  # seconds until reviews of what was just posted are open
TRIES = 8


@app.task(name="sample.fill", queue="sample", lock="sample")
def fill() -> None:
    """Post the next few sample items, and ask to be called again while some are missing."""
    from trustdesk.sample import loader, morning

    if loader.load(actor=SYSTEM, now=now(), most=AT_ONCE):
        morning.pin_notes(now=now())
        fill.defer()
    else:
        begin_the_day.configure(schedule_in={"seconds": LATER}).defer(tries=TRIES)


@app.task(name="sample.begin_the_day", queue="sample", lock="sample")
def begin_the_day(*, tries: int) -> None:
    """Let the cast decide; again a little later while reviews they have decided are not open yet."""
    from trustdesk.sample import catalog, help_desk, morning

    decided = morning.decide_some(now=now())
    morning.ask_teams(now=now())
    morning.open_cases(now=now())
    help_desk.know(now=now())
    if help_desk.find_problem(now=now()):
        judge.configure(schedule_in={"seconds": LATER}).defer(tries=TRIES)
    if not decided and tries > 1 and catalog.decisions():
        begin_the_day.configure(schedule_in={"seconds": LATER}).defer(tries=tries - 1)


@app.task(name="sample.judge", queue="sample", lock="sample")
def judge(*, tries: int) -> None:
    """Let people say how they were helped; again a little later while some have not been asked yet."""
    from trustdesk.sample import help_desk

    if help_desk.judge(now=now()) and tries > 1:
        judge.configure(schedule_in={"seconds": LATER}).defer(tries=tries - 1)
