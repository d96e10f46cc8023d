"""Looking into media: once for each content and version, outside any transaction, safe against processes that die of it.

Not an @action: what was seen is derived from bytes that have a fact of their own (`files.stored`).
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction

from trustdesk.files import queries as files
from trustdesk.files.queries import FileView
from trustdesk.kernel.base.ids import uuid7
from trustdesk.signals.actions.asking import note_part
from trustdesk.signals.looking import MOST_TRIES, Looker, Seen, family, is_looked_into, looker_of
from trustdesk.signals.sights import MediaFrame, MediaLook

log = structlog.get_logger(__name__)

# Machines that could not say are asked again after so long, when the content comes again.
AGAIN_AFTER = timedelta(minutes=10)

# Who begins takes the row; one that was begun long ago and is not over is taken over, with one more try.
_BEGIN = """
INSERT INTO signals_medialook AS l (id, digest, version, kind, state, tries, began_at, refusal, texts, codes, faces, told, failed)
VALUES (%(id)s, %(digest)s, %(version)s, %(kind)s, 'looking', 1, %(now)s, '', '[]', '[]', '[]', '{}', '{}')
ON CONFLICT (digest, version) DO UPDATE
  SET state = 'looking', began_at = excluded.began_at, tries = CASE WHEN l.state = 'seen' THEN 1 ELSE l.tries + 1 END
  WHERE l.state = 'looking' AND (l.began_at < %(stale)s OR l.began_at > %(ahead)s)
     OR l.state = 'seen' AND l.failed <> '{}' AND l.seen_at < %(again)s
RETURNING tries
"""


@dataclass
class Looked:
    """`new`: how many were looked into. `busy`: digests that another process looks into, or that are to be tried again:
    ask again in `wait` seconds."""

    new: int = 0
    busy: list[str] = field(default_factory=list)
    wait: float = 5.0


def look_into(*, media: Sequence[FileView], now: datetime) -> Looked:
    """Look into those of the files that nobody looked into, one after the other. Refused files are left alone.

    Whatever a file does to its looker, the others are looked into; a file that ends the process three times is refused.
    """
    done = Looked()
    for view in {view.hash: view for view in media}.values():
        looker = looker_of(view.media_type) if view.ready and is_looked_into(view.media_type) else None
        if looker is None:
            continue
        version = looker.version()
        known = MediaLook.objects.filter(digest=view.hash, version=version).exclude(state="looking").first()
        if known is not None and not (known.failed and known.seen_at and known.seen_at < now - AGAIN_AFTER):
            continue
        tries = _begin(view, version, looker=looker, now=now)
        if not tries:
            done.busy.append(view.hash)
        elif tries > MOST_TRIES:
            _end(view, version, Seen(refusal="ends_its_worker"), took=0.0, now=now)
            done.new += 1
        elif _look(view, version, looker, now=now):
            done.new += 1
        else:
            done.busy.append(view.hash)
            done.wait = looker.LEASE
    return done


def _begin(view: FileView, version: str, *, looker: Looker, now: datetime) -> int:
    """The number of this try; 0 when somebody else is at it, or has just ended."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGIN,
            {
                "id": uuid7(),
                "digest": view.hash,
                "version": version,
                "kind": family(view.media_type),
                "now": now,
                "stale": now - timedelta(seconds=looker.LEASE),
                "again": now - AGAIN_AFTER,
                "ahead": now + timedelta(minutes=5),  # written by a clock that was wrong
            },
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _look(view: FileView, version: str, looker: Looker, *, now: datetime) -> bool:
    began = time.perf_counter()
    try:
        with files.open_original(view.id) as handle:
            seen = looker.look(handle, view)
    except FileNotFoundError:
        seen = Seen(refusal="bytes_gone")
    except Exception as error:  # a looker promises typed refusals; what it breaks with is tried again, then refused
        log.warning("a look failed", digest=view.hash[:16], error=repr(error)[:300])
        return False
    took = (time.perf_counter() - began) * 1000
    _end(view, version, seen, took=took, now=now)
    for part in seen.parts:
        note_part(part, now=now + timedelta(milliseconds=took))
    return True


def _end(view: FileView, version: str, seen: Seen, *, took: float, now: datetime) -> None:
    """Write what was seen, unless another process was quicker."""
    with transaction.atomic():
        row = MediaLook.objects.select_for_update().filter(digest=view.hash, version=version, state="looking").first()
        if row is None:
            return
        row.state = MediaLook.State.REFUSED if seen.refusal else MediaLook.State.SEEN
        row.refusal = seen.refusal[:60]
        row.seen_at = now + timedelta(milliseconds=took)
        row.took_ms, row.adult, row.adult_at = took, seen.adult, seen.adult_at
        row.width, row.height, row.seconds = seen.width, seen.height, seen.seconds
        row.texts = [_storable(each) for each in seen.texts]
        row.codes = [_storable(each) for each in seen.codes]
        row.faces, row.failed, row.told = [dict(each) for each in seen.faces], seen.failed, dict(seen.told)
        row.save(force_update=True)
        MediaFrame.objects.filter(look=row).delete()
        MediaFrame.objects.bulk_create(
            MediaFrame(
                look=row,
                no=no,
                at_ms=None if frame.at is None else int(frame.at * 1000),
                hashes=frame.hashes,
                quality=frame.quality,
                adult=frame.adult,
            )
            for no, frame in enumerate(seen.frames)
        )


def _storable(each: Mapping[str, Any]) -> dict[str, Any]:
    # PostgreSQL keeps no NUL in JSON; a QR code may hold one.
    return {**each, "text": str(each["text"]).replace("\0", "\ufffd")}
