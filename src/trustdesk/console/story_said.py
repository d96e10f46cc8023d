"""What a step of an account's story says, and how it tells a time."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone
from django.utils.dateformat import format as format_date


@dataclass(frozen=True)
class Said:
    """One step: a sentence, what else is to be known, a tone (of an outcome, or "") and an icon."""

    title: str
    detail: tuple[str, ...] = ()
    tone: str = ""
    icon: str = ""


def day(told: Any) -> str:
    """A time as a day and hour of the reader's zone, "" without one."""
    if not told:
        return ""
    at = datetime.fromisoformat(told)
    return format_date(timezone.localtime(at if at.tzinfo else at.replace(tzinfo=UTC)), "j M Y, H:i")
