"""The live counts: what waits in each pool is told once, and each person hears their own."""

from datetime import UTC, datetime, timedelta

import pytest

from trustdesk.kernel.work.tests import makers as works
from trustdesk.web.live import Refresh
from trustdesk.workforce import telling

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def told(monkeypatch):
    said = []
    monkeypatch.setattr(telling.live, "tell", lambda topic, data: said.append(data))
    monkeypatch.setattr(telling, "_told", {"counts": None, "at": 0.0})
    return said


@pytest.mark.django_db
def test_each_person_hears_the_counts_of_their_own_pools(told):
    queue, other = works.queue(AT), works.queue(AT)
    for language in ("id", "id", "de"):
        works.work(queue, AT, language=language, due_at=AT + timedelta(minutes=30) if language == "de" else None)
    works.work(other, AT)
    sari, jonas = works.staff("Sari", AT, languages=("id",)), works.staff("Jonas", AT, in_queues=(queue,))
    telling.tell_counts(now=AT)
    shown = telling.counts_for(telling.pools_of(sari), told[-1])
    assert (shown["queues"][queue], shown["queues"][other]) == (2, 1)
    shown = telling.counts_for(telling.pools_of(jonas), told[-1])
    assert shown == {"waiting": 3, "due": 1, "queues": {queue: 3}}
    telling.tell_counts(now=AT)
    assert len(told) == 1, "nothing changed: nothing is told"


@pytest.mark.django_db
def test_a_pool_nobody_knew_has_the_streams_begin_anew(told):
    queue = works.queue(AT)
    works.work(queue, AT)
    known = telling.pools_of(works.staff("Sari", AT))
    works.work(queue, AT, language="id")
    telling.tell_counts(now=AT)
    with pytest.raises(Refresh):
        telling.counts_for(known, told[-1])


@pytest.mark.django_db
def test_counting_costs_the_same_for_many_pools(django_assert_num_queries, told):
    for languages in (("id",), ("de", "fr", "es", "ms", "th", "vi")):
        queue = works.queue(AT)
        for language in languages:
            works.work(queue, AT, language=language)
        with django_assert_num_queries(2):  # the pools with what waits, the open queues
            telling.tell_counts(now=AT)
