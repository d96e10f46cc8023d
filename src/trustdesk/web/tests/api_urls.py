"""An API with a few endpoints of every sort, for the toolbox's own tests."""

import threading
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from django.db import transaction
from django.urls import include, path
from ninja import Status
from pydantic import BaseModel

from trustdesk.config import urls
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.fact import Fact
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.ledger.actions import record
from trustdesk.web import cursors, reading
from trustdesk.web.api import ApiRequest, etag, keep, needs, new_api, required_version, router
from trustdesk.web.reading import Code, Fields, In, Text, bounded


@dataclass(frozen=True, kw_only=True)
class ThingMade(Fact, kind="test.thing_made", subject="thing", says="{actor} made a thing", personal=()):
    thing: UUID
    name: str


class Sold(Refusal):
    """This thing was sold."""

    code, status = "sold", 409


@action(right="items.write")
def make(*, actor, name, now):
    thing = uuid7()
    record(ThingMade(thing=thing, name=name), actor=actor, at=now)
    if name == "sold":
        raise Sold(buyer="Amara")
    if name == "crash":
        raise RuntimeError("planted")
    return thing


class Maker(In):
    external_id: Annotated[Code, bounded(1, 20)]
    name: Text = ""


class ThingIn(In):
    name: Annotated[Text, bounded(1, 50)]
    price: float | None = None
    maker: Maker | None = None
    fields: Fields = {}


class ThingOut(BaseModel):
    id: UUID
    name: str
    warnings: list[str]


things = router("things")
# A test may hold the slow endpoint in the middle of its work.
entered, go = threading.Event(), threading.Event()


@things.post("", response={201: ThingOut})
@needs("items.write")
def add(request: ApiRequest, payload: ThingIn) -> Status:
    if payload.name == "slow":
        entered.set()
        assert go.wait(20)
    made = make(actor=request.actor, name=payload.name, now=now())
    return Status(201, {"id": made, "name": payload.name, "warnings": reading.warnings(request.repairs)})


@things.post("/own", response={201: ThingOut})
@needs("items.write", own_transaction=True)
def add_own(request: ApiRequest, payload: ThingIn) -> Status:
    with transaction.atomic():
        made = make(actor=request.actor, name=payload.name, now=now())
        keep(request, 201, {"id": made, "name": "kept", "warnings": []})
    if payload.name == "dies later":
        raise RuntimeError("planted")
    return Status(201, {"id": made, "name": payload.name, "warnings": []})


@things.post("/batch")
@needs("items.write", limit=10 * reading.MIB)
def batch(request: ApiRequest) -> dict:
    rows = []
    for entry in reading.entries(request.body, most=3):
        try:
            if isinstance(entry, Refusal):
                raise entry
            rows.append(reading.checked(ThingIn, entry).name)
        except Refusal as refusal:
            rows.append({"code": refusal.code, "fields": refusal.fields})
    return {"results": rows}


@things.get("")
@needs("items.read")
def listed(request: ApiRequest, after: Code = "", kind: Code = "") -> dict:
    start = cursors.decode(after, int)
    numbers = [n for n in range(7) if start is None or n > start[0]][:4]
    page = cursors.page_of(numbers, limit=3, key=lambda n: (n,))
    return {"data": page.rows, "next": page.next}


@things.patch("/{uuid:thing}")
@needs("items.write")
def change(request: ApiRequest, thing: UUID) -> dict:
    return {"from": required_version(request), "etag": etag(3)}


@things.get("/anyone")
@needs("-")
def anyone(request: ApiRequest) -> dict:
    return {"ok": True}


made = new_api("test")
made.add_router("/things", things)
urlpatterns = [path("api/test/", made.urls), path("", include(urls))]
handler404 = getattr(urls, "handler404", "django.views.defaults.page_not_found")
handler500 = getattr(urls, "handler500", "django.views.defaults.server_error")
