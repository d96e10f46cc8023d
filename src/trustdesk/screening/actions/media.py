"""Media of a version: fetched and looked into, outside any transaction, in the media worker only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.content.queries import VersionView
from trustdesk.decisions import queries as decisions
from trustdesk.files import actions as files_actions
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.screening import asking, likening
from trustdesk.screening.models import Verdict
from trustdesk.signals import actions as signals
from trustdesk.signals import queries as signal_queries

# How long all frames of a livestream stay after its end, and after which decisions some of them stay for good.
STREAMS_KEPT = timedelta(days=30)
ACTED = frozenset({"limit", "hold", "remove", "warn"})


@dataclass(frozen=True)
class LookedInto:
    """How many media were fetched or refused, how many looked into; `again` in seconds where some are not done yet."""

    fetched: int
    seen: int
    again: float = 0.0


def look_into_media(*, version_id: UUID, now: datetime) -> LookedInto:
    """Fetch what is wanted, look into what nobody looked into, and let the version be judged again.

    Safe to do again at any point: what was fetched and seen is not fetched and seen twice.
    """
    version = content.versions_by_id([version_id]).get(version_id)
    if version is None:
        return LookedInto(0, 0)
    fetched = fetch_wanted(version, now=now)
    if fetched:
        version = content.versions_by_id([version_id])[version_id]
    watch_streams(version, now=now)
    views = files.views_of(medium.file for medium in version.media if medium.file)
    looked = signals.look_into(media=list(views.values()), now=now)
    if looked.busy:
        return LookedInto(fetched, looked.new, again=looked.wait)
    likening.leave_pictures([version_id])
    let_judge(version_id)
    return LookedInto(fetched, looked.new)


def watch_streams(version: VersionView, *, now: datetime) -> None:
    """Begin to watch the livestreams of a version, or go on under its name with those of the versions before."""
    mine = {str(medium.id): medium for medium in version.media if medium.kind == "stream"}
    if not mine or version.no != content.items([version.item])[version.item].version:
        return
    with transaction.atomic():
        known = signal_queries.streams(mine)
        before = [
            str(medium.id)
            for older in content.versions(version.item)
            for medium in older.media
            if older.no < version.no and medium.kind == "stream"
        ]
        for owner, medium in mine.items():
            if owner in known:
                continue
            about = str(version.id)
            if not signals.hand_over(address=medium.url, from_owners=before, owner=owner, about=about):
                signals.watch(actor=SYSTEM, owner=owner, about=about, address=medium.url, now=now)
        stop_watching(before, now=now)


def stop_watching(owners: Sequence[str], *, now: datetime) -> None:
    """Look no more at what nobody needs to know about any more."""
    running = [owner for owner, stream in signal_queries.streams(owners).items() if not stream.over]
    if running:
        signals.stop_watching(actor=SYSTEM, owners=running, now=now)


def tidy_streams(*, now: datetime, limit: int = 100) -> int:
    """Forget streams a month after they ended; of those that people or rules acted on, the frames that told something
    new stay as evidence. Returns how many were tidied; the worker calls it."""
    over = signal_queries.streams_over(before=now - STREAMS_KEPT, limit=limit)
    versions = content.versions_by_id(UUID(stream.about) for stream in over)
    made = decisions.of_items({version.item for version in versions.values()}, now=now)
    acted = {
        str(version.id)
        for version in versions.values()
        if any(one.outcome in ACTED and one.withdrawn_at is None for one in made.get(version.item, ()))
    }
    keep = [stream.owner for stream in over if stream.about in acted]
    signals.tidy_streams(keep=keep, forget=[stream.owner for stream in over if stream.about not in acted], now=now)
    return len(over)


def let_judge(version_id: UUID) -> None:
    """A pending verdict has its turn now; one that is final is looked at again."""
    verdict = (
        Verdict.objects.filter(version_id=version_id).exclude(state="overtaken").values_list("id", "state").first()
    )
    if verdict is None:
        return
    if verdict[1] == "pending":
        asking.for_second_pass([verdict[0]])
    else:
        asking.for_another_look([verdict[0]])


def fetch_wanted(version: VersionView, *, now: datetime) -> int:
    """Fetch what is wanted and note what became of each; returns how many were looked at. A refused one says why."""
    wanted = [medium for medium in version.media if medium.state == "wanted"]
    results: dict[UUID, tuple[UUID | None, str]] = {}
    for medium in wanted:
        try:
            results[medium.id] = (files_actions.fetch_file(actor=SYSTEM, url=medium.url, now=now).id, "")
        except Refusal as refusal:
            results[medium.id] = (None, refusal.message)
    if results:
        content_actions.note_media(actor=SYSTEM, item_id=version.item, version=version.no, results=results, now=now)
    return len(results)
