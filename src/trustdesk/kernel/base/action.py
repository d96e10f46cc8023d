"""The action: one transaction, one actor, one time, and at least one fact. Audit by construction."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

P = ParamSpec("P")
R = TypeVar("R")

# Facts recorded so far by the innermost running action; the ledger counts here.
_recorded: ContextVar[int | None] = ContextVar("recorded", default=None)


class SilentAction(RuntimeError):
    """An action ended without recording a fact."""


class OutsideAction(RuntimeError):
    """A fact was recorded outside an action."""


def action(*, right: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a verb: keyword-only, `actor` and `now` given, one transaction, at least one fact, and a named right.

    The actor must hold `right` somewhere; a verb on a scoped thing asks `actor.require(right, market=…)` again once it
    knows the scope. `right="-"` marks verbs that only other verbs call (the caller's right was asked already).
    Raises Forbidden, SilentAction.
    """

    def wrap(verb: Callable[P, R]) -> Callable[P, R]:
        @wraps(verb)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            if args:
                raise TypeError(f"{verb.__name__}() takes keywords only")
            if right != "-":
                actor: Any = kwargs["actor"]
                actor.require(right)
            outer = _recorded.get()
            token = _recorded.set(0)
            try:
                with transaction.atomic():
                    result = verb(*args, **kwargs)
                    count = _recorded.get() or 0
                    if not count:
                        raise SilentAction(f"{verb.__module__}.{verb.__name__} changed the desk without a fact")
            finally:
                _recorded.reset(token)
            if outer is not None:
                _recorded.set(outer + count)
            return result

        run.right = right  # type: ignore[attr-defined]
        run.is_action = True  # type: ignore[attr-defined]
        return run

    return wrap


def note_recorded(count: int) -> None:
    """Called by the ledger for each fact written; refuses outside an action."""
    so_far = _recorded.get()
    if so_far is None:
        raise OutsideAction("facts are recorded inside an action only")
    _recorded.set(so_far + count)
