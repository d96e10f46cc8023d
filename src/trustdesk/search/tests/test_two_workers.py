"""Two workers at one run; what the loop finds by itself."""

import threading

import pytest
from django.db import connection

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import sequencer
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people.queries import actor_for
from trustdesk.review.models import Review
from trustdesk.search import actions, indexing, running
from trustdesk.search.asking import Asked
from trustdesk.search.models import ItemEntry, Run
from trustdesk.search.tests.makers import screened
from trustdesk.web.tests import makers


@pytest.mark.real
def test_two_workers_at_one_run_open_each_review_once(real_db):
    word = f"zet{makers.uuid4().hex[:8]}"
    items = screened(*((f"Kettle {word} {n}", "Polished.") for n in range(6)))
    # The loop finds them by itself, from the ledger.
    ItemEntry.objects.filter(id__in=items).delete()
    sequencer.sequence()
    while indexing.follow(now=now()):
        pass
    assert ItemEntry.objects.filter(id__in=items).count() == 6
    assert indexing.behind() == 0
    lead = actor_for(makers.staff("lead"))
    begun = actions.begin_sweep(
        actor=lead, asked=Asked("items", words=word), wanted=6, share=0.0, queue="listings", reason="A look", now=now()
    )
    run = Run.objects.get(id=begun)
    running._choose(run, actor=lead, now=now())
    start = threading.Barrier(2)

    def work():
        start.wait()
        try:
            running.run(run_id=run.id, clock=now)
        finally:
            connection.close()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert running.view_of(run.id, now=now()).counts == {"done": 6}
    assert Review.objects.filter(item_id__in=items, because="sweep").count() == 6
    assert FactRow.objects.filter(kind="search.run_ended", subject=str(run.id)).count() == 1
