"""Signing out is going offline, for those who use states at all."""

from contextlib import suppress
from typing import Any

from django.contrib.auth.signals import user_logged_out

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import actor_for
from trustdesk.workforce import actions, queries


def connect() -> None:
    user_logged_out.connect(signed_out, dispatch_uid="workforce")


def signed_out(*, user: Any, **_rest: Any) -> None:
    if user is None or not queries.states_of([user.id])[user.id].number:
        return
    with suppress(actions.IllegalChange):  # offline already
        actions.put_state(actor=actor_for(user), staff_id=user.id, state="offline", now=now())
