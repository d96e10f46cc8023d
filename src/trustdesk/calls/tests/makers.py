"""Lines, and events signed as an exchange would sign them."""

import json
from datetime import datetime
from uuid import uuid4

import httpx
from django.test import Client
from standardwebhooks.webhooks import Webhook

from trustdesk.calls import actions, queries
from trustdesk.calls.actions import LineSettings
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM

RATNA = "0811-1234-567"


class Exchange:
    """A telephone exchange with one line; it tells of calls over HTTP."""

    def __init__(self, **given) -> None:
        told = {"name": f"Safety {uuid4().hex[:8]}", "number": f"0212{uuid4().int % 10**7:07}", "region": "ID"} | given
        made = actions.add_line(actor=SYSTEM, settings=LineSettings(**told), now=now())
        self.secret, self.id = made.secret, made.id
        self.code = queries.line(made.id).code

    def rings_at(self, extension: str, staff) -> None:
        actions.set_extension(actor=SYSTEM, line_id=self.id, number=extension, staff=staff.id, now=now())

    def signed(self, body: bytes, *, name: str = "", at: datetime | None = None, secret: str = "") -> dict[str, str]:
        at, name = at or now(), name or f"msg_{uuid4().hex}"
        return {
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret or self.secret).sign(name, at, body.decode()),
        }

    @property
    def path(self) -> str:
        return f"/api/v1/calls?line={self.code}"

    def tell(self, type: str, call: str, *, client: Client | None = None, name: str = "", **told):  # noqa: A002
        body = json.dumps({"type": type, "call": call, "number": RATNA} | told).encode()
        return self.send(body, self.signed(body, name=name), client=client)

    def tell_over(self, desk: str, type: str, call: str, **told) -> None:  # noqa: A002
        """Tell a desk that is served, by the wire."""
        body = json.dumps({"type": type, "call": call, "number": RATNA} | told).encode()
        answer = httpx.post(desk + self.path, content=body, headers=self.signed(body), timeout=60)
        assert answer.status_code == 200, answer.text

    def send(self, body: bytes, headers: dict[str, str], *, client: Client | None = None):
        client = client or Client()
        return client.post(self.path, data=body, content_type="application/json", headers=headers)
