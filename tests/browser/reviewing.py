"""Ads that a person must look at, and people who may: each story in a market of its own, so that none meets another's work."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.test import Client

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger import outbox
from trustdesk.kernel.ledger.reacting import reactor_names
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.people.models import Market, Staff
from trustdesk.web.tests import makers

BODY = "Lightly used, walnut stock. Collect in person."


def settled(check: Callable[[], object], wanted: object, seconds: float = 15) -> None:
    """Wait until the desk behind the page says so."""
    until = time.monotonic() + seconds
    while (found := check()) != wanted and time.monotonic() < until:
        time.sleep(0.05)
    assert found == wanted


def market() -> str:
    """The code of a market nobody else has anything to do with."""
    code = f"T{uuid4().hex[:6].upper()}"
    Market.objects.create(code=code, name=code, time_zone="Asia/Jakarta", currency="IDR", languages=["id", "en"])
    cache.delete("people.markets")
    return code


def reviewer(name: str, where: str, *roles: str) -> Staff:
    """Someone who reviews what is posted in this market."""
    person = makers.staff(*(roles or ("reviewer",)), name=name)
    people.set_skills(actor=SYSTEM, staff_id=person.id, languages=["en"], markets=[where], now=now())
    return person


def ads(*titles: str, where: str, **more: Any) -> list[str]:
    """Ads by Budi that wait for a person; returns their ids."""
    secret = makers.key("items:write")
    found = []
    for title in titles:
        given = {
            "external_id": uuid4().hex[:10],
            "kind": "ad",
            "market": where,
            "language": "en",
            "account": {
                "external_id": f"budi-{where}",
                "name": "Budi",
                "email": "budi@example.com",
                "language": "en",
                "created_at": "2026-01-02T00:00:00Z",
            },
            "fields": {
                "title": f"{title} hunting rifle for sale",
                "body": BODY,
                "price": 1250000,
                "currency": "IDR",
                "category": "sports",
            },
            **more,
        }
        answer = Client().post(
            "/api/v1/items",
            json.dumps(given),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == 201, answer.content
        assert answer.json()["status"] == "in_review", answer.content
        found.append(answer.json()["id"])
    outbox.deliver_all(now=now(), reactors=reactor_names())
    return found
