"""What is due leaves, signed and at least once, over real connections to a real receiver."""

import os
import subprocess
import sys
import textwrap
import threading
import time
from datetime import timedelta

import httpx
import pytest
from django.db import connection
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from trustdesk.kernel.base.timesource import now as present
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.webhooks import actions, dispatching, queries, rules
from trustdesk.webhooks.models import Endpoint, EventDelivery
from trustdesk.webhooks.tests.makers import JONAS, listen, receiver, tell

pytestmark = [pytest.mark.real, pytest.mark.usefixtures("real_db")]


@pytest.fixture(autouse=True)
def alone(real_db, settings):
    """Only this test's endpoints are awake; this machine may be called."""
    settings.PRIVATE_TARGETS = True
    Endpoint.objects.filter(active=True).update(active=False, switched_off_at=present())


@pytest.fixture
def dispatcher():
    made = dispatching.Dispatcher()
    yield made
    made.close()


def only_delivery(made):
    return EventDelivery.objects.get(endpoint_id=made.id)


def test_the_platform_receives_what_was_decided_signed(dispatcher):
    with receiver() as platform:
        made = listen(platform, events=["decision.made"])
        tell(outcome="reject", item="ad-17")
        tell("item.screened", item="ad-18")
        assert dispatcher.settle() == 1
        (message,) = platform.verified()
        assert message["type"] == "decision.made"
        assert message["data"] == {"outcome": "reject", "item": "ad-17"}
        assert message["timestamp"].endswith("Z")
        row = only_delivery(made)
        assert (row.status, row.tries, row.claim) == (204, 1, None)
        assert row.done_at
        assert platform.ids() == [queries.webhook_id(row.event_id)]
        tampered = platform.bodies[0].replace(b"reject", b"approve")
        with pytest.raises(WebhookVerificationError):
            Webhook(platform.secret).verify(tampered, platform.headers[0])


def test_both_secrets_sign_for_a_day_after_rotation(dispatcher):
    with receiver() as platform:
        made = listen(platform)
        old = platform.secret
        new = actions.rotate_secret(actor=JONAS, endpoint_id=made.id, now=present()).secret
        tell()
        dispatcher.settle()
        for secret in (old, new):
            Webhook(secret).verify(platform.bodies[0], platform.headers[0])
        Endpoint.objects.filter(id=made.id).update(old_secret_until=present() - timedelta(seconds=1))
        tell()
        dispatcher.settle()
        Webhook(new).verify(platform.bodies[1], platform.headers[1])
        with pytest.raises(WebhookVerificationError):
            Webhook(old).verify(platform.bodies[1], platform.headers[1])


def test_a_failing_endpoint_is_tried_for_three_days_then_its_letter_is_dead_and_can_be_sent_again(dispatcher):
    with receiver(status=500, body=b"we are on fire") as platform:
        made = listen(platform)
        start = moment = present()
        tell(now=start)
        gaps = []
        for _ in range(rules.MOST_TRIES):
            assert dispatcher.settle(now=moment) == 1
            assert dispatcher.settle(now=moment) == 0, "the back-off is not kept"
            row = only_delivery(made)
            if row.dead_at is None:
                gaps.append((row.next_at - moment).total_seconds())
                moment = row.next_at
        assert row.dead_at
        assert 2.4 < (moment - start).total_seconds() / 86400 < 3.6
        assert len(set(platform.ids())) == 1
        assert len(set(platform.bodies)) == 1
        (dead,) = queries.deliveries(actor=JONAS, endpoint_id=made.id, state="dead")
        assert (dead.error, dead.answer, dead.status) == ("The endpoint answered 500.", "we are on fire", 500)
        assert FactRow.objects.filter(kind="webhooks.delivery_given_up", subject=str(made.id)).count() == 1
        platform.status = 204
        actions.send_again(actor=JONAS, endpoint_id=made.id, delivery_id=dead.id, now=present())
        assert dispatcher.settle() == 1
        assert only_delivery(made).done_at
        assert len(set(platform.ids())) == 1, "sent again under another webhook-id"


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        ({"status": 302, "answer_headers": {"Location": "https://example.com/"}}, "Redirects are not followed"),
        ({"status": 404}, "answered 404"),
    ],
)
def test_everything_but_a_yes_is_tried_again(dispatcher, behaviour, words):
    with receiver(**behaviour) as platform:
        made = listen(platform)
        tell()
        dispatcher.settle()
        row = only_delivery(made)
        assert words in row.error
        assert row.done_at is None
        assert row.next_at > present()


def test_retry_after_is_kept_and_gone_switches_off(dispatcher):
    with receiver(status=429, answer_headers={"Retry-After": "600"}) as busy, receiver(status=410) as left:
        waits, off = listen(busy), listen(left)
        at = present()
        tell(now=at)
        dispatcher.settle(now=at)
        assert only_delivery(waits).next_at == at + timedelta(minutes=10)
        row = Endpoint.objects.get(id=off.id)
        assert not row.active
        assert only_delivery(off).dead_at


def test_no_answer_no_connection_and_a_private_address_are_failed_tries(dispatcher, settings, monkeypatch):
    monkeypatch.setattr(rules, "CALL_SECONDS", 0.3)
    with receiver(delay=1.0) as slow, receiver() as closed:
        sleepy = listen(slow)
        dead_port = actions.add_endpoint(
            actor=JONAS, target=actions.Target("http://127.0.0.1:9/"), events=["*"], now=present()
        )
        tell()
        dispatcher.settle()
        assert only_delivery(sleepy).error == "No answer within 0.3 seconds."
        assert only_delivery(dead_port).error.startswith("No connection")
        Endpoint.objects.exclude(url=closed.url).update(active=False, switched_off_at=present())
        settings.PRIVATE_TARGETS = False
        inside = listen(closed)
        tell()
        dispatcher.settle()
        assert "private address" in only_delivery(inside).error
        assert closed.bodies == [], "a name that moved inside after it was added was called"


def test_a_slow_endpoint_delays_nobody_else(dispatcher, monkeypatch):
    monkeypatch.setattr(rules, "CALL_SECONDS", 60)
    gate = threading.Event()
    with receiver(gate=gate) as slow, receiver() as quick:
        made, other = listen(slow), listen(quick)
        for _ in range(30):
            tell()
        deadline = time.monotonic() + 40
        while EventDelivery.objects.filter(endpoint_id=other.id, done_at=None).exists():
            dispatcher.turn(now=present())
            assert time.monotonic() < deadline, "the quick endpoint waits for the slow one"
            time.sleep(0.01)
        assert not EventDelivery.objects.filter(endpoint_id=made.id, done_at__isnull=False).exists()
        assert slow.most_at_once <= rules.AT_ONCE, "the slow endpoint took more places than its own"
        assert quick.most_at_once <= rules.AT_ONCE
        gate.set()
        dispatcher.settle()


def test_no_transaction_is_open_while_a_call_is_under_way(dispatcher, real_db):
    import psycopg

    with receiver(delay=1.5) as platform, psycopg.connect(real_db, autocommit=True) as watcher:
        listen(platform)
        tell()
        dispatcher.turn(now=present())
        deadline = time.monotonic() + 60
        while not platform.at_once and time.monotonic() < deadline:
            time.sleep(0.01)
        assert platform.at_once == 1
        open_ones = watcher.execute(
            "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'"
        ).fetchall()
        assert open_ones == []
        dispatcher.settle()


def test_parallel_dispatchers_send_each_once_and_never_the_same_twice_at_a_time():
    with receiver(delay=0.01) as platform:
        made = listen(platform)
        count = 60
        for number in range(count):
            tell(number=number)
        failures = []

        def work():
            own = dispatching.Dispatcher()
            try:
                deadline = time.monotonic() + 120
                while EventDelivery.objects.filter(endpoint_id=made.id, done_at=None).exists():
                    own.turn(now=present())
                    assert time.monotonic() < deadline
                    time.sleep(0.005)
            except BaseException as error:
                failures.append(error)
            finally:
                own.close()
                connection.close()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert not failures
        assert len(platform.bodies) == count
        assert len(set(platform.ids())) == count
        assert platform.twice_at_once == []
        assert sorted(message["data"]["number"] for message in platform.verified()) == list(range(count))


KILLED = """
    import os, signal, sys
    import django
    django.setup()
    from django.conf import settings
    settings.PRIVATE_TARGETS = True
    from trustdesk.kernel.base.timesource import now
    from trustdesk.webhooks import dispatching

    class Dying(dispatching.GuardedTransport):
        async def handle_async_request(self, request):
            if sys.argv[1] == "after":
                await (await super().handle_async_request(request)).aread()
            os.kill(os.getpid(), signal.SIGKILL)

    dispatching.Dispatcher(transport=Dying).settle()
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_between_decision_and_delivery_loses_nothing(dispatcher, real_db, moment):
    with receiver() as platform:
        made = listen(platform)
        tell(outcome="reject")
        environment = {
            **os.environ,
            "TRUSTDESK_DATABASE_URL": real_db,
            "DJANGO_SETTINGS_MODULE": "trustdesk.config.settings",
            "TRUSTDESK_SECRET_KEY": _secret_key(),
        }
        ended = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(KILLED), moment],
            check=False,
            env=environment,
            timeout=60,
            capture_output=True,
        )
        assert ended.returncode == -9, ended.stderr.decode()
        assert len(platform.bodies) == (1 if moment == "after" else 0)
        row = only_delivery(made)
        assert row.claim, "the killed worker had taken it"
        assert row.done_at is None
        assert dispatcher.settle(now=present()) == 0, "sent while the killed worker might still be sending"
        assert dispatcher.settle(now=present() + rules.LEASE) == 1
        assert only_delivery(made).done_at
        assert len(set(platform.ids())) == 1, "the platform cannot know that it is the same message"
        assert platform.verified()[-1]["data"] == {"outcome": "reject"}


def _secret_key():
    from django.conf import settings

    return settings.SECRET_KEY


def test_a_late_answer_of_a_lost_claim_changes_nothing(dispatcher):
    with receiver() as platform:
        made = listen(platform)
        tell()
        (call,) = dispatching.claim(now=present())
        assert dispatching.claim(now=present()) == []
        (again,) = dispatching.claim(now=present() + rules.LEASE)
        finish = dispatching.finish
        assert not finish(
            delivery_id=call.delivery, mine=call.claim, outcome=dispatching.Outcome(500, "x"), now=present()
        )
        assert finish(delivery_id=again.delivery, mine=again.claim, outcome=dispatching.Outcome(200), now=present())
        row = only_delivery(made)
        assert (row.tries, row.status) == (1, 200)


def test_whatever_a_stranger_answers_is_only_a_failed_try():
    import asyncio

    class Strange(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request):
            raise ValueError("half a header")

    call = dispatching.Call(None, None, "http://x.example/", {}, b"{}")
    outcome = asyncio.run(dispatching.send(call, transport=Strange))
    assert (outcome.status, outcome.error) == (None, "The call failed (ValueError).")


def test_answers_of_any_bytes_are_kept_short_and_storable(dispatcher):
    with receiver(status=500, body=b"\xff\0" * 100_000) as platform:
        made = listen(platform)
        tell()
        dispatcher.settle()
        assert 0 < len(only_delivery(made).answer) <= dispatching.EXCERPT
