"""A backtest as the started product runs it: by the worker's processes, and on after the worker was killed."""

import json
import time
import urllib.request

import psycopg
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.real]


def call(product, key, path, body=None):
    request = urllib.request.Request(
        f"{product.url}/api/v1{path}",
        json.dumps(body).encode() if body is not None else None,
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def until(product, key, made, *states):
    end = time.monotonic() + 120
    while time.monotonic() < end:
        told = call(product, key, f"/backtests/{made['id']}")
        if told["state"] in states:
            return told
        time.sleep(0.3)
    pytest.fail(f"still {told['state']} after two minutes: {told}\n{product.log()[-3000:]}")


def items(product, key, number, mark):
    """Listings as a platform sends them."""
    sent = [
        {
            "external_id": f"{mark}-{at}",
            "kind": "listing",
            "market": "ID",
            "account": {"external_id": f"{mark}-{at}"},
            "fields": {"title": f"Kursi {mark} {at}", "body": "Masih bagus."},
        }
        for at in range(number)
    ]
    call(product, key, "/items/batch", sent)


def test_the_worker_runs_it_in_processes_and_goes_on_after_it_was_killed(product):
    submit = product.key("rehearsal, items", "items:write")
    key = product.key("rehearsal", "policies:write")
    items(product, submit, 60, "first")
    made = call(product, key, "/backtests", {"version": "spam", "since": "365d"})
    assert made["state"] == "waiting"
    told = until(product, key, made, "done", "failed")
    assert (told["state"], told["done"] >= 60, told["changed"]) == ("done", True, 0), told

    # One whose worker dies: a part is left "taken" by a process that is no more.
    product.worker.ask_to_stop()
    product.worker._process.wait(20)
    made = call(product, key, "/backtests", {"version": "spam", "since": "365d"})
    with psycopg.connect(product.dsn, autocommit=True) as connection:
        connection.execute(
            "UPDATE rehearsal_rehearsal SET state = 'running', started_at = now() WHERE id = %s", [made["id"]]
        )
        connection.execute(
            "UPDATE rehearsal_part SET state = 'taken', taken_by = 'gone' WHERE rehearsal_id = %s AND number = 0",
            [made["id"]],
        )
    product.worker.start()
    product.wait_ready()
    told = until(product, key, made, "done", "failed")
    assert (told["state"], told["restarts"]) == ("done", 1), told
