"""What can have happened in search."""

from dataclasses import dataclass
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class PersonLookedUp(
    Fact,
    kind="search.person_looked_up",
    subject="by",
    says="{actor} looked up a {value_kind}: {value}",
    personal=("value",),
):
    """Somebody asked who uses this phone or e-mail."""

    by: str
    value_kind: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ViewSaved(
    Fact, kind="search.view_saved", subject="view", says="{actor} saved a view of {tab} ({reach})", personal=()
):
    view: UUID
    tab: str
    reach: str


@dataclass(frozen=True, kw_only=True)
class ViewDeleted(Fact, kind="search.view_deleted", subject="view", says="{actor} deleted a saved view", personal=()):
    view: UUID


@dataclass(frozen=True, kw_only=True)
class ListExported(
    Fact,
    kind="search.list_exported",
    subject="export",
    says="{actor} took out a list of {tab} as CSV, {rows} rows",
    personal=("query",),
):
    """`with_people`: names and e-mails went with it."""

    export: UUID
    tab: str
    query: str
    rows: int
    with_people: bool


@dataclass(frozen=True, kw_only=True)
class TimelineExported(
    Fact,
    kind="search.timeline_exported",
    subject="account",
    says="{actor} took out the story of the account, {rows} steps as {form}",
    personal=(),
):
    account: UUID
    rows: int
    form: str  # csv | json


@dataclass(frozen=True, kw_only=True)
class ExportCancelled(
    Fact, kind="search.export_cancelled", subject="export", says="{actor} stopped an export", personal=()
):
    export: UUID


@dataclass(frozen=True, kw_only=True)
class ExportFetched(
    Fact, kind="search.export_fetched", subject="export", says="{actor} fetched the file of an export", personal=()
):
    export: UUID


@dataclass(frozen=True, kw_only=True)
class ExportExpired(
    Fact,
    kind="search.export_expired",
    subject="export",
    says="The file of an export was removed: its time was over",
    personal=(),
):
    export: UUID


@dataclass(frozen=True, kw_only=True)
class RunBegun(
    Fact,
    kind="search.run_begun",
    subject="run",
    says="{actor} began: {act}, {wanted} at most ({reason})",
    personal=("query",),
):
    """A sweep, or an action on many items. `seed` orders the sample; `share` is per cent, 0 when a number was asked."""

    run: UUID
    act: str
    tab: str
    query: str
    wanted: int
    share: float
    seed: str
    queue: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class RunCancelled(
    Fact, kind="search.run_cancelled", subject="run", says="{actor} cancelled it: {stopped} had no turn", personal=()
):
    run: UUID
    stopped: int


@dataclass(frozen=True, kw_only=True)
class RunEnded(
    Fact,
    kind="search.run_ended",
    subject="run",
    says="It ended: {done} done, {skipped} left alone, {refused} refused",
    personal=(),
):
    run: UUID
    done: int
    skipped: int
    refused: int
