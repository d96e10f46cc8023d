"""Sending batches to the register by its API, so that each statement arrives once whatever is lost on the way.

That a batch leaves is stored before it does. Where no answer was heard, the register is asked for each identifier before
anything is sent again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from django.utils.translation import gettext

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import Actor
from trustdesk.register import actions, queries
from trustdesk.register.rules import Errors

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SECONDS = 30.0  # for one call


class RegisterAway(Refusal):
    """The register gave no answer that counts. What it has is asked for in the next run, which goes on here."""

    code, status = "register_away", 502


class TokenRefused(Refusal):
    """The register does not take this token (TRUSTDESK_DSA_TOKEN)."""

    code, status = "register_token", 502


class NotSafe(Refusal):
    """The register's address must be https: the token would be read on the way (TRUSTDESK_DSA_URL)."""

    code, status = "register_address", 422


@dataclass
class Sent:
    batches: int = 0
    taken: int = 0
    refused: int = 0


def send(*, actor: Actor, source: UUID, url: str, token: str, now: datetime) -> Sent:
    """Send what was written and not answered for, batch by batch. Raises RegisterAway, TokenRefused, NotSafe; what was
    answered until then stays."""
    told = urlsplit(url)
    if told.scheme != "https" and told.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise NotSafe
    done = Sent()
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    with httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=_SECONDS) as client:
        for batch in queries.unsent(source):
            unsure = batch.offered_at is not None
            while left := [entry for entry in queries.entries_of(batch.id) if entry.taken_at is None]:
                taken, refused = _round(client, left, unsure=unsure, actor=actor, batch=batch.id, now=now)
                actions.answered(actor=actor, batch=batch.id, taken=taken, refused=refused, now=now)
                done.taken += len(taken)
                done.refused += len(refused)
                unsure = False
            done.batches += 1
    return done


def _round(
    client: httpx.Client,
    left: Sequence[queries.EntryView],
    *,
    unsure: bool,
    actor: Actor,
    batch: UUID,
    now: datetime,
) -> tuple[dict[str, str], dict[str, Errors]]:
    """One question to the register: what it has already where that is not known, else the batch itself."""
    if unsure:
        known = _known(client, left)
        if known:
            return known, {}
    actions.offer(actor=actor, batch=batch, count=len(left), now=now)
    answer = _call(client, "POST", "/api/v1/statements", json={"statements": [entry.payload for entry in left]})
    body = _json(answer)
    if answer.status_code == httpx.codes.CREATED:
        made = body.get("statements")
        ids = {str(one.get("puid")): str(one.get("uuid", "")) for one in made} if isinstance(made, list) else {}
        if ids.keys() != {entry.puid for entry in left}:
            raise RegisterAway("The register did not name every statement that it took.")
        return ids, {}
    if answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY:
        raise RegisterAway(gettext("The register answered %(status_code)s.") % {"status_code": answer.status_code})
    refused = {
        left[at].puid: {str(name): [str(one) for one in found] for name, found in errors.items()}
        for name, errors in (body.get("errors") or {}).items()
        if (at := _index(name)) is not None and at < len(left) and isinstance(errors, Mapping)
    }
    if refused:
        return {}, refused
    known = _known(client, left)  # it refuses a batch as a whole that holds what it has
    if not known:
        raise RegisterAway(
            gettext("The register refused a batch without saying why: %(body)s") % {"body": str(body)[:200]}
        )
    return known, {}


def _known(client: httpx.Client, left: Sequence[queries.EntryView]) -> dict[str, str]:
    """Which of these identifiers the register has, with its own ids."""
    found = {}
    for entry in left:
        answer = _call(client, "GET", f"/api/v1/statement/existing-puid/{entry.puid}")
        if answer.status_code in {httpx.codes.FOUND, httpx.codes.OK}:
            uuid = _UUID.search(answer.headers.get("Location", "")) or _UUID.search(str(_json(answer).get("uuid", "")))
            found[entry.puid] = uuid.group() if uuid else ""
        elif answer.status_code != httpx.codes.NOT_FOUND:
            raise RegisterAway(gettext("The register answered %(status_code)s.") % {"status_code": answer.status_code})
    return found


def _call(client: httpx.Client, method: str, path: str, **given: Any) -> httpx.Response:
    try:
        answer = client.request(method, path, **given)
    except httpx.HTTPError as error:
        raise RegisterAway(gettext("The register gave no answer (%(why)s).") % {"why": type(error).__name__}) from error
    if answer.status_code in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise TokenRefused
    return answer


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _index(name: str) -> int | None:
    found = re.fullmatch(r"statement_(\d{1,3})", str(name))
    return int(found[1]) if found else None
