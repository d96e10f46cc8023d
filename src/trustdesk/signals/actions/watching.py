"""Watching livestreams: begin, look once, stop. A job looks once and asks for the next; a lease sees to it that one does.

A round itself is not an @action: most of them bring nothing to tell. What changes is told by the fact `live.changed`.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from procrastinate.contrib.django import app

from trustdesk.files import actions as files
from trustdesk.kernel.base import timesource
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.signals.facts import LiveBegan, LiveChanged, LiveStopped
from trustdesk.signals.sights import MediaFrame, MediaLook
from trustdesk.signals.streams import LiveFrame, LiveWatch
from trustdesk.signals.video.playlists import Reach, StreamRefused
from trustdesk.signals.video.states import ENDED, OVER, WAITING

if TYPE_CHECKING:  # what looks loads models: the media worker alone imports it
    from trustdesk.signals.video.live import Watch
    from trustdesk.signals.video.sampling import Sample, Sampled

WATCH_JOB = "signals.watch_stream"
PACE = 5.0  # seconds between two looks
SLOW_PACE = 20.0  # of a stream that has not begun, or is silent
EARLY = timedelta(seconds=1)  # a job may come before its time by so much
LEASE = 90.0  # seconds a round may take before another process takes the stream over
STRIP = 24  # newest frames that are kept
TELLING = 12  # of those that told something new
FETCH_SECONDS = 12.0
VERSION = "live-1"


@action(right="-")
def watch(
    *, actor: Actor, owner: str, about: str, address: str, now: datetime, hosts: Sequence[str] = (), pace: float = PACE
) -> UUID:
    """Begin to watch a stream. Whoever may begin one knows that it is not watched yet (`queries.streams`)."""
    row = LiveWatch.objects.create(
        id=uuid7(),
        owner=owner,
        about=about,
        address=address,
        hosts=list(hosts),
        pace=pace,
        state=WAITING,
        since=now,
        began_at=now,
        digest=hashlib.sha256(f"live {owner}".encode()).hexdigest(),
        known={"began": now.timestamp()},
        next_at=now,
    )
    record(LiveBegan(watch=row.id, owner=owner, about=about), actor=actor, at=now)
    _ask(row.id)
    return row.id


@action(right="-")
def stop_watching(*, actor: Actor, owners: Sequence[str], now: datetime) -> None:
    """Look at these streams no more; what was seen stays. Call it for streams that are watched."""
    for row in LiveWatch.objects.select_for_update().filter(owner__in=owners).exclude(next_at=None).order_by("id"):
        row.state, row.reason, row.since, row.next_at = ENDED, "stopped", now, None
        row.save(update_fields=["state", "reason", "since", "next_at"])
        record(LiveStopped(watch=row.id, owner=row.owner), actor=actor, at=now)


def hand_over(*, address: str, from_owners: Sequence[str], owner: str, about: str) -> bool:
    """The same stream under a new owner (a new version of the item): it is not begun anew. True if there was one.

    Not an @action: who hands over tells why the owner changed.
    """
    row = LiveWatch.objects.filter(owner__in=from_owners, address=address).exclude(next_at=None).first()
    return row is not None and bool(LiveWatch.objects.filter(id=row.id).update(owner=owner, about=about))


def look_once(*, watch_id: UUID, now: datetime) -> bool:
    """One round, if it is due and nobody else is at it; True if there was one. Never in a transaction: it fetches."""
    token = str(uuid7())
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    taken = LiveWatch.objects.filter(free, id=watch_id, next_at__lte=now + EARLY).update(
        lease_until=now + timedelta(seconds=LEASE), leased_by=token
    )
    if not taken:
        return False
    from trustdesk.signals.video.live import Watch
    from trustdesk.signals.video.sampling import sample

    row = LiveWatch.objects.get(id=watch_id)
    began = timesource.now()

    def clock() -> float:
        # `now` is the caller's; what passes while we fetch and look is real.
        return (now + (timesource.now() - began)).timestamp()

    found = sample(Watch.from_json(row.known), address=row.address, hosts=row.hosts, fetch=_fetch, clock=clock)
    _keep(row, token, found, now=datetime.fromtimestamp(clock(), UTC))
    return True


@contextmanager
def _fetch(address: str, *, most: int, reach: Reach) -> Iterator[tuple[Path, str]]:
    """Through the guard of `files`: public machines only, each hop checked, bounded in bytes and seconds."""
    from trustdesk.signals.video.sampling import FetchTrouble

    try:
        opened = files.fetch_piece(actor=SYSTEM, url=address, most=most, seconds=FETCH_SECONDS, permitted=reach.check)
        piece = opened.__enter__()
    except Refusal as refusal:
        if refusal.code == "target_refused":
            raise StreamRefused("private") from refusal
        raise FetchTrouble(refusal.message) from refusal
    try:
        yield piece
    finally:
        opened.__exit__(None, None, None)


def _keep(row: LiveWatch, token: str, found: "Sampled", *, now: datetime) -> None:
    """Write what a round brought, unless the lease was lost meanwhile."""
    seen = found.watch
    over = seen.state in OVER
    slow = seen.state not in {"live", "looping", "lying"}
    pace = max(row.pace, SLOW_PACE) if slow and seen.failures > 3 else row.pace
    with transaction.atomic():
        moved = (
            LiveWatch.objects.filter(id=row.id, leased_by=token)
            .exclude(next_at=None)
            .update(
                state=seen.state,
                reason=seen.reason,
                since=_time(seen.since) if seen.since else row.since,
                looked_at=now,
                lag=seen.lag,
                looked=seen.looked,
                skipped=seen.skipped,
                news=F("news") + int(found.news),
                known=seen.to_json(),
                next_at=None if over else now + timedelta(seconds=pace),
                lease_until=None,
                leased_by="",
            )
        )
        if not moved:
            return
        _keep_frames(row, found.samples)
        changed = (seen.state, seen.reason) != (row.state, row.reason)
        if found.news or changed or (seen.looked and not row.looked):
            _keep_look(row, seen, now=now)
            _tell(actor=SYSTEM, row=row, seen=seen, news=found.news, now=now)
        if not over:
            _ask(row.id, delay=pace)


@action(right="-")
def _tell(*, actor: Actor, row: LiveWatch, seen: "Watch", news: bool, now: datetime) -> None:
    told = LiveChanged(watch=row.id, owner=row.owner, about=row.about, state=seen.state, reason=seen.reason, news=news)
    record(told, actor=actor, at=now)


def _keep_frames(row: LiveWatch, samples: Iterable["Sample"]) -> None:
    LiveFrame.objects.bulk_create(
        LiveFrame(
            watch=row,
            at=one.at,
            seen_at=row.began_at + timedelta(seconds=one.at),
            webp=one.webp,
            width=one.width,
            height=one.height,
            adult=one.adult,
            news=one.news,
        )
        for one in samples
    )
    mine = LiveFrame.objects.filter(watch=row).order_by("-at", "-id")
    kept = {*mine.values_list("id", flat=True)[:STRIP]}
    kept |= {*mine.filter(news=True).values_list("id", flat=True)[:TELLING]}
    LiveFrame.objects.filter(watch=row).exclude(id__in=kept).delete()


def _keep_look(row: LiveWatch, seen: "Watch", *, now: datetime) -> None:
    """What was seen so far, where what was seen in other media is kept: rules, banks and evidence know no difference."""
    running, refused = seen.running, seen.state in OVER and not seen.looked
    adult = running.scores.get("adult")
    look, _ = MediaLook.objects.update_or_create(
        digest=row.digest,
        version=VERSION,
        defaults={
            "kind": "live",
            "state": MediaLook.State.REFUSED if refused else MediaLook.State.SEEN,
            "refusal": (seen.reason or seen.state) if refused else "",
            "began_at": row.began_at,
            "seen_at": now,
            "seconds": running.until,
            "adult": adult.most if adult and not refused else None,
            "adult_at": round(adult.at, 1) if adult and not refused else None,
            "texts": [{"text": one.said, "at": round(one.first, 1)} for one in running.texts.values()],
            "codes": [
                {"text": one.said, "format": one.format, "at": round(one.first, 1)} for one in running.codes.values()
            ],
            "failed": {f"video.{name}": "silent" for name in sorted(running.silent)},
        },
    )
    MediaFrame.objects.filter(look=look).delete()
    MediaFrame.objects.bulk_create(
        MediaFrame(look=look, no=no, at_ms=int(at * 1000), hashes=bytes.fromhex(text), quality=100)
        for no, (text, at) in enumerate(running.hashes.items())
    )


def tidy_streams(*, keep: Sequence[str], forget: Sequence[str], now: datetime) -> None:
    """Streams that are over, by owner: `keep` those frames alone that told something new, `forget` all of it.

    Not an @action: what was seen is derived; what was decided about it has facts of its own.
    """
    with transaction.atomic():
        over = LiveWatch.objects.filter(next_at=None)
        LiveFrame.objects.filter(watch__in=over.filter(owner__in=keep), news=False).delete()
        over.filter(owner__in=keep).update(tidied_at=now)
        over.filter(owner__in=forget).delete()


def wake_forgotten(*, now: datetime, limit: int = 100) -> None:
    """Ask again for streams whose job was lost with its worker: overdue, and nobody holds the lease."""
    late = LiveWatch.objects.filter(next_at__lt=now - timedelta(seconds=15)).filter(
        Q(lease_until=None) | Q(lease_until__lt=now)
    )
    for watch_id in late.order_by("next_at").values_list("id", flat=True)[:limit]:
        _ask(watch_id)


def _ask(watch_id: UUID, *, delay: float = 0.0) -> None:
    """A look at the stream, in the media worker; inside the caller's transaction. `delay` in seconds."""
    later: dict[str, Any] = {"schedule_in": {"seconds": max(1, math.ceil(delay))}} if delay else {}
    app.configure_task(WATCH_JOB, queue="media", lock=f"live {watch_id}", **later).defer(watch=str(watch_id))


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
