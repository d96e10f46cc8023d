"""The cast and the ground of the stories: a desk with the pack, a key, Sari who reviews."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.test import Client

from tests.dovecot import Dovecot
from tests.stories.mailing import Post, Sink
from trustdesk.kernel.base.timesource import source as time_source
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import actor_by_id


@dataclass
class Desk:
    """A set-up desk and the hands to work it."""

    key: str
    sari: Actor
    client: Client

    def post(self, path: str, data: Any, *, key: str | None = None, **headers: str) -> Any:
        body = data if isinstance(data, bytes | str) else json.dumps(data)
        return self.client.post(
            f"/api/v1{path}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {key or self.key}", **headers},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.key}", **headers})

    def deliver(self, now: datetime) -> int:
        return outbox.deliver_all(now=now, reactors=reactor_names())


@pytest.fixture
def moment(now):
    """Time stands still at nine; stories move it on."""
    with time_source.fixed(now) as clock:
        yield clock


def set_up(now) -> tuple[str, Actor]:
    """Publish the pack; make a key and Sari. Returns the key's secret and Sari as an actor."""
    from trustdesk.policy.actions import import_pack

    import_pack(actor=SYSTEM, path=settings.PACK, now=now)
    key = people.make_key(
        actor=SYSTEM, name="Pasar", scopes=["items:write", "decisions:read"], source="pasar", now=now
    ).secret
    sari = people.add_staff(
        actor=SYSTEM,
        email="sari@example.com",
        name="Sari",
        password="correct horse battery",
        roles=["reviewer"],
        languages=["id", "en"],
        markets=["ID", "SG", "DE"],
        now=now,
    )
    actor = actor_by_id(sari)
    assert actor is not None
    return key, actor


@pytest.fixture(scope="session")
def published(django_db_setup, django_db_blocker, cluster) -> tuple[str, Actor]:
    """A database of its own with the pack published once: stories run in transactions on it."""
    import psycopg

    with psycopg.connect(cluster.url("postgres"), autocommit=True) as admin:
        admin.execute("CREATE DATABASE trustdesk_stories TEMPLATE trustdesk_template")
    with django_db_blocker.unblock(), on_database("trustdesk_stories"):
        return set_up(datetime(2026, 3, 10, 9, tzinfo=UTC))


@contextmanager
def on_database(name: str) -> Iterator[None]:
    """This thread and all others talk to another database of the cluster inside the block."""
    settings_dict = connections.settings["default"]
    before = settings_dict["NAME"]
    connections.close_all()
    settings_dict["NAME"] = connections["default"].settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        settings_dict["NAME"] = connections["default"].settings_dict["NAME"] = before


@pytest.fixture
def desk(published, django_db_blocker, now, moment) -> Iterator[Desk]:
    key, sari = published
    with django_db_blocker.unblock(), on_database("trustdesk_stories"), transaction.atomic():
        yield Desk(key=key, sari=sari, client=Client())
        transaction.set_rollback(True)


def ad(external_id: str, title: str, body: str, **more: Any) -> dict[str, Any]:
    """An ad by Budi, who joined four days ago, as the platform posts it."""
    fields = {"title": title, "body": body, **more.pop("fields", {})}
    return {
        "external_id": external_id,
        "kind": "ad",
        "market": "ID",
        "account": {
            "external_id": "budi",
            "name": "Budi",
            "email": "budi@example.com",
            "language": "en",
            "created_at": "2026-03-06T09:00:00Z",
        },
        "fields": fields,
        **more,
    }


@pytest.fixture(scope="module")
def dovecot():
    server = Dovecot()
    server.start()
    yield server
    server.close()


@pytest.fixture
def sink():
    found = Sink()
    found.controller.start()
    yield found
    found.controller.stop()


@pytest.fixture
def post(real_db, dovecot, sink):
    return Post(dovecot, sink)
