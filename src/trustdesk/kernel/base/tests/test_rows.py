"""Rows that travel as JSON arrive as they were."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import uuid4

import pytest

from trustdesk.kernel.base.rows import as_json, insert_objects, insert_rows
from trustdesk.kernel.ledger.models import FactRow, PersonalValue
from trustdesk.signals.models import SeenText, SignalResult

AT = datetime(2026, 3, 10, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=7)))
ODD = "quote ' double \" back \\ brace {1,NULL} \u2028 \U0001f600 tab\t line\n percent %s"


@pytest.mark.django_db
def test_odd_values_arrive_as_they_were():
    values = [ODD, "", 0, -1.5, 2**80, True, None, [1, [2]], {"a": {"b": ODD}}]
    rows = [
        SignalResult(signal=ODD[:60], version="1", content_hash=str(n), value=[value], took_ms=0.1, at=AT)
        for n, value in enumerate(values)
    ]
    insert_objects(SignalResult, rows)
    for row, value in zip(SignalResult.objects.order_by("id"), values, strict=True):
        assert (row.signal, row.value, row.took_ms, row.at) == (ODD[:60], [value], 0.1, AT)
    insert_rows(SeenText, [{"digest": bytes(range(16)), "owner": ODD, "at": AT}])
    seen = SeenText.objects.get()
    assert (bytes(seen.digest), seen.owner) == (bytes(range(16)), ODD)


@pytest.mark.django_db
def test_null_and_the_databases_own_values():
    insert_objects(PersonalValue, [PersonalValue(owner="a", value=ODD, salt="00")])
    assert PersonalValue.objects.get().erased_at is None
    fact = {"id": uuid4(), "kind": "a.b", "version": 1, "subject": "s", "actor": "x", "at": AT, "cause": None}
    insert_rows(FactRow, [{**fact, "payload": {"money": Decimal("1.10"), "set": {3}}}])
    row = FactRow.objects.get()
    assert (row.cause, row.payload) == (None, {"money": "1.10", "set": [3]})
    assert row.xid is not None


def test_nothing_to_insert_asks_nothing():
    insert_rows(SeenText, [])


def test_what_json_cannot_hold_is_refused():
    assert as_json({"at": datetime(2026, 3, 10, tzinfo=UTC)}) == '{"at":"2026-03-10T00:00:00+00:00"}'
    with pytest.raises(TypeError):
        as_json([object()])
