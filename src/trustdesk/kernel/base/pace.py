"""How long a job over many things still takes."""

from datetime import datetime, timedelta

_ENOUGH = 5  # things had their turn until a pace is told


def left(*, since: datetime | None, done: int, waiting: int, now: datetime) -> timedelta | None:
    """Time to go at the pace since `since`; None before there is one."""
    if since is None or done < _ENOUGH:
        return None
    return (now - since) / done * waiting
