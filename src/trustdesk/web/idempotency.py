"""Idempotency-Key: a write that is sent twice happens once and is answered alike.

A call first *claims* its key (a committed row with a token), then works, and its answer is stored in the transaction of
its effect: either both exist or neither. A twin waits for the answer, without a transaction or connection, then gets
409 `in_progress`. A claim whose process died may be taken over after LEASE; the first one, should it still live, then
finds its token gone and rolls back.
"""

import hashlib
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.http import HttpResponse

from trustdesk.kernel.base import timesource
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.web import sealing
from trustdesk.web.models import Answer

KEPT = timedelta(hours=48)
LEASE = timedelta(seconds=90)
PATIENCE = 5.0  # seconds a twin waits
_POLL = 0.05
_PURPOSE = "trustdesk kept answers"
_FORM = re.compile(r"[\x21-\x7e]{1,200}")


class BadKey(Refusal):
    """The Idempotency-Key must be 1 to 200 visible ASCII characters."""

    code, status = "bad_idempotency_key", 400


class KeyReused(Refusal):
    """This Idempotency-Key was used with another body."""

    code, status = "idempotency_key_reused", 409


class InProgress(Refusal):
    """The first call with this Idempotency-Key is still running."""

    code, status = "in_progress", 409


class ClaimGone(Refusal):
    """This call took too long and another one with its Idempotency-Key has begun. Nothing was stored."""

    code, status = "in_progress", 409


class AnswerLost(Refusal):
    """This was done before, but its answer cannot be read any more: the desk's secret key has changed since."""

    code, status = "answer_lost", 409


@dataclass(frozen=True)
class Kept:
    """An answer given before."""

    status: int
    content_type: str
    body: bytes

    def response(self) -> HttpResponse:
        again = HttpResponse(self.body, status=self.status, content_type=self.content_type)
        again["Idempotent-Replayed"] = "true"
        return again


class Once:
    """A running claim. `keep` belongs in the transaction of the effect; `release` gives the key back."""

    def __init__(self, claim_id: UUID, token: UUID) -> None:
        self._id, self._token = claim_id, token
        self.kept: bytes | None = None

    def keep(self, *, status: int, body: bytes, content_type: str = "application/json; charset=utf-8") -> None:
        """Store the answer; again to say it better (pending → settled). Raises ClaimGone: let it roll the effect back."""
        stored = Answer.objects.filter(id=self._id, token=self._token).update(
            status=status, body=_sealed(body), content_type=content_type, answered_at=timesource.now()
        )
        if not stored:
            raise ClaimGone(retry_after=1)
        self.kept = body

    def keep_refusal(self, *, status: int, body: bytes, content_type: str) -> None:
        """Store a refusal, unless the effect's answer stands already or the claim is gone: then nothing is left to say."""
        Answer.objects.filter(id=self._id, token=self._token, answered_at=None).update(
            status=status, body=_sealed(body), content_type=content_type, answered_at=timesource.now()
        )

    def release(self) -> None:
        """Forget an unanswered claim: the next call with this key is the first one again."""
        Answer.objects.filter(id=self._id, token=self._token, answered_at=None).delete()


def claim(*, holder: UUID, method: str, path: str, key: str, body_hash: str) -> Once | Kept:
    """Claim the key or fetch its answer; a twin waits up to PATIENCE. Raises BadKey, KeyReused, InProgress."""
    if not _FORM.fullmatch(key):
        raise BadKey
    deadline = time.monotonic() + PATIENCE
    while True:
        found = _try(holder=holder, method=method, path=path[:500], key=key, body_hash=body_hash, at=timesource.now())
        if found is not None:
            return found
        if time.monotonic() >= deadline:
            raise InProgress(retry_after=1)
        if not connection.in_atomic_block:
            connection.close()  # a waiting twin holds no connection
        time.sleep(_POLL)


# The insert is the claim. It also takes over rows that are too old to stand: unanswered ones of this body after the
# lease, any after 48 hours. A row being answered is locked: the conflict waits for that commit and then sees it.
_CLAIM = """
INSERT INTO web_answer AS a (id, holder, method, path, key, body_hash, token, claimed_at, content_type, body)
VALUES (%(id)s, %(holder)s, %(method)s, %(path)s, %(key)s, %(body_hash)s, %(token)s, %(at)s, '', '')
ON CONFLICT (holder, method, path, key) DO UPDATE
SET token = excluded.token, claimed_at = excluded.claimed_at, body_hash = excluded.body_hash,
    answered_at = NULL, status = NULL, content_type = '', body = ''
WHERE a.claimed_at < %(too_old)s
   OR (a.answered_at IS NULL AND a.claimed_at < %(lapsed)s AND a.body_hash = excluded.body_hash)
RETURNING a.id
"""


def _try(*, holder: UUID, method: str, path: str, key: str, body_hash: str, at: datetime) -> Once | Kept | None:
    token = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(
            _CLAIM,
            {
                "id": uuid7(),
                "holder": holder,
                "method": method,
                "path": path,
                "key": key,
                "body_hash": body_hash,
                "token": token,
                "at": at,
                "too_old": at - KEPT,
                "lapsed": at - LEASE,
            },
        )
        if row := cursor.fetchone():
            return Once(row[0], token)
    known = Answer.objects.filter(holder=holder, method=method, path=path, key=key).first()
    if known is None:  # released between the two statements
        return None
    if known.body_hash != body_hash:
        raise KeyReused
    if known.answered_at is None or known.status is None:
        return None
    try:
        body = sealing.unseal(bytes(known.body), purpose=_PURPOSE)
    except sealing.Unreadable:
        raise AnswerLost from None
    return Kept(status=known.status, content_type=known.content_type, body=body)


def _sealed(body: bytes) -> bytes:
    # An answer may quote content or hold a secret that is shown once: it is not kept in the clear.
    return sealing.seal(body, purpose=_PURPOSE)


def fingerprint(body: bytes) -> str:
    """SHA-256 of the body, hex."""
    return hashlib.sha256(body).hexdigest()


def forget_old(*, now: datetime) -> int:
    """Delete answers older than 48 hours; returns how many. The worker calls this every ten minutes."""
    gone, _ = Answer.objects.filter(claimed_at__lt=now - KEPT).delete()
    return gone
