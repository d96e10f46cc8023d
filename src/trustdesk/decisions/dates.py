"""Month arithmetic: six months from 31 August end on 28 or 29 February."""

import calendar
from datetime import datetime


def add_months(at: datetime, months: int) -> datetime:
    """The same day and time `months` later, or the last day of a shorter month."""
    index = at.year * 12 + at.month - 1 + months
    year, month = divmod(index, 12)
    day = min(at.day, calendar.monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
