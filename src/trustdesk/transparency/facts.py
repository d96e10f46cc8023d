"""What can have happened to transparency reports."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ReportPublished(
    Fact,
    kind="transparency.published",
    subject="report",
    says="{actor} published the transparency report of {first} to {last}, edition {edition}",
    personal=(),
):
    """`sha256` is that of the file as everybody may fetch it."""

    report: UUID
    first: date
    last: date
    edition: int
    sha256: str
