"""Who said what: which remote model gave an answer, what a day has cost so far."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trustdesk.signals.calling import Arguments
from trustdesk.signals.registry import result_key
from trustdesk.signals.remote import budget
from trustdesk.signals.remote.models import RemoteAnswer


@dataclass(frozen=True)
class RemoteAnswerView:
    """One answer: `model` as the endpoint names what answered, `model_asked` as the desk asked for it."""

    signal: str
    version: str
    model_asked: str
    model: str
    request_id: str
    policy: str
    policy_version: int
    value: Any
    why: str
    tokens: int | None
    at: datetime


def who_said(*, name: str, version: str, arguments: Arguments) -> RemoteAnswerView | None:
    """Who answered a question of a remote signal; None when nobody did, or it is more than a hundred days ago."""
    signal, told, digest = result_key(name, version, arguments)
    row = RemoteAnswer.objects.filter(signal=signal, version=told, content_hash=digest).first()
    if row is None:
        return None
    return RemoteAnswerView(
        row.signal,
        row.version,
        row.model_asked,
        row.model,
        row.request_id,
        row.policy,
        row.policy_version,
        row.value,
        row.why,
        row.tokens,
        row.at,
    )


def remote_spent(*, now: datetime) -> tuple[int, int]:
    """Requests and tokens spent on remote models this day (UTC)."""
    return budget.spent(now=now)
