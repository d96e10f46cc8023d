"""Files for the register: a batch of at most a hundred statements as JSON, and a day's dump as CSV.

What is written is what is stored, so a run that was cut off writes the same bytes again and goes on. A file is there whole
or not at all.
"""

import csv
import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, TextIO
from uuid import UUID

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import SourceView, sources
from trustdesk.register import actions, queries, schema


@dataclass
class Export:
    """What one run did: new statements, files (batches and days), what is refused by field."""

    entries: int = 0
    mended: int = 0
    batches: list[Path] = field(default_factory=list)
    days: list[Path] = field(default_factory=list)
    refused: list[queries.EntryView] = field(default_factory=list)


def export(*, actor: Actor, folder: Path, now: datetime) -> Export:
    """Read what was decided since, put it into batches and write their files and days into `folder`. May run twice at
    once; each statement leaves in one batch. Raises OSError when the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    done = Export(mended=actions.judge_again(now=now))
    more = True
    while more:
        read = actions.gather(now=now)
        done.entries += read.entries
        more = read.more
    for source in queries.waiting_sources():
        with suppress(actions.NothingWaits):
            while True:
                actions.make_batch(actor=actor, source=source, now=now)
    known = sources()
    days: set[tuple[UUID, date]] = set()
    for batch in queries.unwritten():
        statements = [entry.payload for entry in queries.entries_of(batch.id)]
        written = json.dumps({"statements": statements}, ensure_ascii=False, indent=1) + "\n"
        path = folder / f"dsa-{known[batch.source].code}-{batch.number:06d}.json"
        with _whole(path) as file:
            file.write(written)
        done.batches.append(path)
        day = batch.made_at.astimezone(UTC).date()
        # The day's file before the batch is marked: whoever is cut off in between writes both again.
        if (batch.source, day) not in days:
            days.add((batch.source, day))
            done.days.append(write_day(folder, known[batch.source], day))
        actions.wrote(actor=actor, batch=batch.id, sha256=hashlib.sha256(written.encode()).hexdigest(), now=now)
    done.refused = queries.refused()
    return done


def write_day(folder: Path, source: SourceView, day: date) -> Path:
    """A day's dump of a source with the register's columns; returns the file."""
    path = folder / f"dsa-{source.code}-{day.isoformat()}.csv"
    with _whole(path) as file:
        write_rows(file, queries.of_day(source.id, day), platform=source.name)
    return path


def write_rows(file: TextIO, entries: Iterable[queries.EntryView], *, platform: str) -> None:
    rows = csv.DictWriter(file, schema.COLUMNS, lineterminator="\n")
    rows.writeheader()
    for entry in entries:
        rows.writerow(row_of(entry, platform=platform))


def row_of(entry: queries.EntryView, *, platform: str) -> dict[str, str]:
    """One statement as a row: lists as JSON, "" for what is not there. `uuid` is the register's once it has answered."""
    told: dict[str, Any] = {
        **{name: value for name, value in entry.payload.items() if name in schema.COLUMNS},
        "content_id_ean": entry.payload.get("content_id", {}).get("EAN-13", ""),
        "uuid": entry.register_id,
        "platform_name": platform,
        "platform_uid": entry.puid,
        "created_at": entry.made_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
    }
    return {name: _cell(told.get(name, "")) for name in schema.COLUMNS}


def refusals(entries: Iterable[queries.EntryView]) -> Mapping[str, list[queries.EntryView]]:
    """What is refused, by field."""
    found: dict[str, list[queries.EntryView]] = {}
    for entry in entries:
        for name in entry.errors:
            found.setdefault(name, []).append(entry)
    return dict(sorted(found.items()))


def _cell(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) if isinstance(value, list) else str(value)
    # A cell that begins like a formula is one to some programs; nothing of ours begins so.
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


@contextmanager
def _whole(path: Path) -> Iterator[TextIO]:
    """Write a file that is there whole or not at all, also after a cut, whoever else writes it just now."""
    with NamedTemporaryFile("w", dir=path.parent, prefix=".", encoding="utf-8", newline="", delete=False) as file:
        partial = Path(file.name)
        try:
            yield file  # type: ignore[misc]
            file.flush()
            os.fsync(file.fileno())
            partial.chmod(0o644)
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
