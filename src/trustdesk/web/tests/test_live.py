"""Live: 200 browsers listen, a pool of four serves every page; who signed out hears nothing more."""

import asyncio
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.queries import actor_for, standing_of
from trustdesk.web import live
from trustdesk.web.live import hub as hubs
from trustdesk.web.live.hub import Hub, Stream
from trustdesk.web.models import Seen
from trustdesk.web.tests import makers

STREAMS = 200
TOPIC = "workforce.state"
ENDS = 120  # seconds after which the test gives up on anything it waits for


def stream(person, *, session="s", **known) -> Stream:
    return Stream(actor=actor_for(person), session=session, standing=standing_of(person.id), known=known)


def heard(one: Stream) -> list:
    return [json.loads(data) for data in one.waiting.values()]


def payloads(topic, data, key="", to=None):
    text = json.dumps({"topic": topic, "key": key, "to": to, "data": data})
    parts = live._cut(text)
    return [f"a {n} {len(parts)} {part}" for n, part in enumerate(parts)]


@pytest.fixture
def topic():
    """A topic that shows each person their own number, and grows old at 99."""

    def shape(known, data):
        if data == 99:
            raise live.Refresh
        return data + known if data >= 0 else None

    live.register([live.Topic("test.number", right="-", prepare=lambda actor: 1, shape=shape)])
    yield "test.number"
    del live.topics()["test.number"]


@pytest.mark.django_db
def test_each_hears_what_is_for_them_and_only_the_newest_waits(topic):
    hub, sari, budi = Hub(), makers.staff("reviewer"), makers.staff("auditor")
    one, other = stream(sari, **{topic: 10, "board": None}), stream(budi, **{topic: 20})
    hub.streams = {one, other}
    for number in (1, 2, -1):
        for payload in payloads(topic, number):
            hub._hear(payload)
    hub._hear(payloads(topic, 5, key="a")[0])
    hub._hear(payloads("board", {"x": "y"})[0])
    hub._hear(payloads(topic, 7, to=str(budi.id))[0])
    assert [(m["key"], m["data"]) for m in heard(one)] == [("", 12), ("a", 15), ("", {"x": "y"})]
    assert [(m["key"], m["data"]) for m in heard(other)] == [("", 27), ("a", 25)]
    hub._hear(payloads(topic, 99)[0])
    assert one.ended
    assert other.ended


@pytest.mark.django_db
def test_a_long_message_comes_in_parts_and_a_torn_one_is_dropped(topic):
    hub, one = Hub(), stream(makers.staff("reviewer"), board=None)
    hub.streams = {one}
    long = payloads("board", "día 日本 " * 3000)
    assert len(long) > 2
    assert all(len(payload.encode()) < 8000 for payload in long)
    for payload in long[1:]:
        hub._hear(payload)
    assert heard(one) == []
    for payload in long:
        hub._hear(payload)
    assert heard(one)[0]["data"] == "día 日本 " * 3000


@pytest.mark.django_db
def test_only_a_named_topic_can_be_told():
    with pytest.raises(live.UnknownTopic):
        live.tell("nobody.named.this", {})


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in_and_plain_django_has_no_streams():
    assert Client().get("/live").status_code == 302
    client = Client()
    client.force_login(makers.staff("reviewer"), settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/live").status_code == 204


@pytest.mark.real
def test_who_signed_out_was_closed_or_has_other_rights_is_cut_off(real_db):
    """What the hub asks every 20 seconds, by its own connection: no pooled one is taken."""
    stays, out, closed, changed = (makers.staff("reviewer") for _ in range(4))
    clients = {}
    for person in (stays, out, closed, changed):
        clients[person.id] = Client()
        clients[person.id].force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    streams = {
        person.id: stream(person, session=clients[person.id].session.session_key)
        for person in (stays, out, closed, changed)
    }
    clients[out.id].post("/account/logout/")
    people.close_sign_in(actor=SYSTEM, staff_id=closed.id, now=makers.AT)
    people.give_role(actor=SYSTEM, staff_id=changed.id, role="lead", now=makers.AT)

    async def check() -> None:
        hub = Hub()
        hub.streams = set(streams.values())
        async with await psycopg.AsyncConnection.connect(real_db, autocommit=True) as database:
            await hub._check(database)

    asyncio.run(check())
    assert {key for key, one in streams.items() if one.ended} == {out.id, closed.id, changed.id}
    assert set(Seen.objects.values_list("staff_id", flat=True)) == {stays.id}


class Web:
    """A web process with a pool of four on this database."""

    def __init__(self, dsn: str) -> None:
        from tests.product import free_port

        self.port = free_port()
        home = tempfile.mkdtemp(prefix="trustdesk-live-")
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "TRUSTDESK_HOME": home,
            "TRUSTDESK_DATABASE_URL": dsn,
            "TRUSTDESK_DATABASE_POOL": "4",
            "TRUSTDESK_SECRET_KEY": settings.SECRET_KEY,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "trustdesk", "web", "--port", str(self.port)], env=environment
        )
        self.wait(self.answers)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5):
                return True
        except OSError:
            return False

    def wait(self, true) -> None:
        until = time.monotonic() + ENDS
        while not true():
            assert self.process.poll() is None, "the web process ended"
            assert time.monotonic() < until, "waited in vain"
            time.sleep(0.1)

    def page(self, path: str, cookie: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=ENDS)) as asked:
            asked.request("GET", path, headers={"Cookie": cookie})
            answer = asked.getresponse()
            answer.read()
            return answer.status


def backends(name: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE application_name = %s AND datname = current_database()", [name]
        )
        return [pid for (pid,) in cursor.fetchall()]


@pytest.mark.real
@pytest.mark.slow
def test_two_hundred_streams_and_a_pool_of_four_and_every_page_answers(real_db, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the test looks into the database beside its own loop
    person = makers.staff("admin")
    client = Client()
    client.force_login(person, settings.AUTHENTICATION_BACKENDS[0])
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}"
    before = backends("trustdesk")
    web = Web(real_db)
    try:
        asyncio.run(asyncio.wait_for(_listen_and_ask(web, cookie, person.id, before), ENDS))
    finally:
        web.process.terminate()
        web.process.wait(20)  # streams do not keep it


async def _listen_and_ask(web: Web, cookie: str, staff: UUID, before: list[int]) -> None:
    writers: list[asyncio.StreamWriter] = []
    try:
        await _with_streams(web, cookie, staff, before, writers)
    finally:
        for writer in writers:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _with_streams(
    web: Web, cookie: str, staff: UUID, before: list[int], writers: list[asyncio.StreamWriter]
) -> None:
    async def listen() -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
        writers.append(writer)
        writer.write(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        assert b"text/event-stream" in head
        await reader.readuntil(b"live.hello")
        return reader

    async def all_hear() -> None:
        word = uuid4().hex
        hearing = [asyncio.create_task(reader.readuntil(word.encode())) for reader in readers]
        while any(not task.done() for task in hearing):  # told again: the hub may just be reaching its database
            live.tell(TOPIC, {"word": word}, to=staff)
            await asyncio.wait(hearing, timeout=0.5)
        await asyncio.gather(*hearing)

    ours = {*before, _own()}
    readers = await asyncio.gather(*(listen() for _ in range(STREAMS)))
    await all_hear()
    places = ["/me", "/work", "/search/", "/people", "/ledger", "/policies/", "/keys", "/state"]
    with ThreadPoolExecutor(8) as threads:
        loop = asyncio.get_running_loop()
        asked = [loop.run_in_executor(threads, web.page, path, cookie) for path in places * 5]
        assert set(await asyncio.gather(*asked)) == {200}
    assert len(backends("trustdesk live")) == 1, "one connection listens, for all streams"
    assert len(set(backends("trustdesk")) - ours - {_own()}) <= 4

    with connection.cursor() as cursor:  # the database goes away under the hub: it comes back by itself
        cursor.execute("SELECT pg_terminate_backend(%s)", backends("trustdesk live"))
    await all_hear()

    Session.objects.all().delete()
    assert await asyncio.to_thread(web.page, "/me", cookie) == 302


def _own() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_the_checks_come_often_enough():
    assert hubs.CHECK_SECONDS <= 30, "signed-out people lose the stream within a minute"
