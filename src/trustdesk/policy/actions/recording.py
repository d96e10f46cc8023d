"""The record of every rule: written beside the verdicts, folded into days by the worker.

These are not @actions: they keep derived counts beside verdicts whose own facts (`item.screened`) are in the ledger.
"""

import hashlib
import json
import time
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from trustdesk import engine
from trustdesk.kernel.base.rows import as_json, insert_rows
from trustdesk.policy.braking import Key, Ruled, made
from trustdesk.policy.models import Reversal, RulePair, RuleTerm, Tally, Traffic
from trustdesk.policy.rulesets import CompiledRuleset

MOST_TOGETHER = 20  # rules of one item whose pairs are counted: an item that hits more says little about any two
MOST_MEASURED = 1_000_000  # events of a part of a condition that its measure remembers
_FOLD = 2_000  # tallies folded in one transaction
_KEPT = timedelta(days=2)  # minutes of traffic
_PAIRS_KEPT = timedelta(days=60)


class _Sampling:
    """What a rule costs is measured now and then: writing it down for every rule costs more than most rules do."""

    def __init__(self, every: float) -> None:
        self.every, self._next = every, 0.0

    def meter(self) -> engine.Meter | None:
        now = time.monotonic()
        if now < self._next:
            return None
        self._next = now + self.every
        return engine.Meter()


sampling = _Sampling(every=10.0)


def meter_if_due() -> engine.Meter | None:
    """A meter for this run of the plan, every ten seconds and process; its figures go to `Braking.finish`."""
    return sampling.meter()


def tally(
    *,
    ruleset: CompiledRuleset,
    stored: Sequence[tuple[str, str, Ruled]],
    meter: engine.Meter | None,
    again: Collection[Key] | None,
    imported: bool,
    now: datetime,
) -> None:
    """Add final verdicts, given as (kind, market, verdict), to the record: one insert, in the transaction that stores
    them, so that the record says exactly what the verdicts say. `meter` holds what the rules cost in judging them.
    `again`: the item was seen before, and counted as a hit of these rules. `imported`: the past, which says nothing of how
    much a rule acts within an hour.
    """
    if not stored:
        return
    rules = ruleset.content.rules
    seen: Counter[str] = Counter()
    counts: dict[str, list[int]] = {}
    pairs: Counter[str] = Counter()
    for kind, market, ruled in stored:
        if again is None:
            seen[f"{kind}|{market}"] += 1
        said = ruled.verdict
        if not said.hits:
            continue
        hit = {key: rules[key].identity for key in dict.fromkeys((h.policy, h.rule) for h in said.hits) if key in rules}
        done, alone = made(said, ruled.would)
        for key, identity in hit.items():
            row = counts.setdefault(identity, [0, 0, 0, 0])
            row[0] += again is None or key not in again
            row[1] += key in done
            row[2] += key == alone
            row[3] += key in ruled.would
        if len(hit) > 1 and again is None:
            together = sorted(hit.values())[:MOST_TOGETHER]
            pairs.update(f"{first}|{second}" for first, second in combinations(together, 2))
    cost = {
        rules[key].identity: [measure.seen, round(measure.seconds * 1e6, 3)]
        for key, measure in (meter.rules if meter else {}).items()
        if key in rules and measure.seen
    }
    told_by: dict[str, Any] = {"at": now, "ruleset": ruleset.number, "imported": imported}
    parts = {part: [each.seen, each.true, each.seconds] for part, each in (meter.parts if meter else {}).items()}
    insert_rows(Tally, [told_by | {"seen": seen, "rules": counts, "pairs": pairs, "cost": cost, "parts": parts}])


def fold_tallies(*, now: datetime) -> bool:
    """Bring the tallies into minutes and days; true when there may be more. The worker calls it.

    Deleting and adding is one transaction, so that each counts once whatever happens. Rows are written in order of their
    keys: two folds at once wait for each other at most.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM policy_tally WHERE id IN (SELECT id FROM policy_tally ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)"
            " RETURNING at, ruleset, imported, seen, rules, pairs, cost, parts",
            [_FOLD],
        )
        rows = [(at, ruleset, imported, *map(_read, rest)) for at, ruleset, imported, *rest in cursor.fetchall()]
        if rows:
            _fold(cursor, rows)
    if len(rows) < _FOLD:
        Traffic.objects.filter(span="minute", start__lt=now - _KEPT).delete()
        RulePair.objects.filter(day__lt=(now - _PAIRS_KEPT).date()).delete()
    return len(rows) == _FOLD


def _read(value: Any) -> dict[str, Any]:
    # A cursor of Django's leaves JSON as text: its own fields read it.
    return json.loads(value) if isinstance(value, str) else value


def _fold(cursor: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    traffic: Counter[tuple[str, datetime, int, str, str]] = Counter()
    days: dict[tuple[str, str], list[Any]] = {}
    pairs: Counter[tuple[str, str, str]] = Counter()
    parts: dict[str, list[Any]] = {}
    for at, ruleset, imported, seen, rules, together, cost, measured in rows:
        at = at.astimezone(UTC)
        minute, midnight = at.replace(second=0, microsecond=0), at.replace(hour=0, minute=0, second=0, microsecond=0)
        day = at.date().isoformat()
        for place, count in seen.items():
            kind, _, market = place.partition("|")
            traffic["day", midnight, ruleset, kind, market] += count
            if not imported:
                traffic["minute", minute, ruleset, kind, market] += count
        for identity, counts in rules.items():
            row = days.setdefault((identity, day), [0] * 6)
            row[:4] = [a + b for a, b in zip(row, counts, strict=False)]
        for identity, (runs, microseconds) in cost.items():
            row = days.setdefault((identity, day), [0] * 6)
            row[4] += runs
            row[5] += microseconds
        for part, sums in measured.items():
            parts[part] = [a + b for a, b in zip(parts.get(part, [0, 0, 0.0]), sums, strict=True)]
        for pair, count in together.items():
            first, _, second = pair.partition("|")
            pairs[day, first, second] += count
    _add(
        cursor,
        "policy_traffic",
        ("span", "start", "ruleset", "kind", "market"),
        ("seen",),
        [(*key, count) for key, count in traffic.items()],
    )
    _add(
        cursor,
        "policy_ruleday",
        ("identity", "day"),
        ("hits", "acted", "alone", "braked", "measured", "microseconds"),
        [(*key, *counts) for key, counts in days.items()],
    )
    _add(
        cursor,
        "policy_rulepair",
        ("day", "first", "second"),
        ("hits",),
        [(*key, count) for key, count in pairs.items()],
    )
    _fade_in(cursor, parts)


# Sums of a part of a condition; what would grow beyond a million events is halved, so that old traffic fades.
_FADE_IN = """
INSERT INTO policy_partmeasure AS kept (digest, part, seen, "true", seconds)
SELECT digest, part, seen, "true", seconds FROM json_populate_recordset(NULL::policy_partmeasure, %(rows)s::json)
ON CONFLICT (digest) DO UPDATE SET
    seen = (kept.seen + excluded.seen) / CASE WHEN kept.seen + excluded.seen > %(most)s THEN 2 ELSE 1 END,
    "true" = (kept."true" + excluded."true") / CASE WHEN kept.seen + excluded.seen > %(most)s THEN 2 ELSE 1 END,
    seconds = (kept.seconds + excluded.seconds) / CASE WHEN kept.seen + excluded.seen > %(most)s THEN 2 ELSE 1 END
"""


def _fade_in(cursor: Any, parts: Mapping[str, Sequence[Any]]) -> None:
    rows = [
        {
            "digest": hashlib.sha256(part.encode("utf-8", "surrogatepass")).hexdigest(),
            "part": part,
            "seen": seen,
            "true": true,
            "seconds": seconds,
        }
        for part, (seen, true, seconds) in parts.items()
        if "\0" not in part
    ]
    if rows:
        rows.sort(key=lambda row: str(row["digest"]))
        cursor.execute(_FADE_IN, {"rows": as_json(rows), "most": MOST_MEASURED})


def _add(cursor: Any, table: str, keys: tuple[str, ...], sums: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Add to the rows with these keys, in one statement, in order of the keys."""
    if not rows:
        return
    columns = (*keys, *sums)
    names = ", ".join(columns)
    told = [
        dict(zip(columns, row, strict=True)) for row in sorted(rows, key=lambda row: tuple(map(str, row[: len(keys)])))
    ]
    added = ", ".join(f"{each} = {table}.{each} + excluded.{each}" for each in sums)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)"  # noqa: S608
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {added}",
        [as_json(told)],
    )


def note_reversal(*, decision: UUID, rules: Sequence[Key], decided_at: datetime, now: datetime) -> None:
    """A person overturned a decision that these rules made: it counts against each of them, as it was then, once."""
    wanted = set(rules)
    terms = RuleTerm.objects.filter(policy__in={policy for policy, _ in wanted}, began_at__lte=decided_at)
    then: dict[Key, str] = {}
    for term in terms.order_by("since"):  # the last that had begun
        if (term.policy, term.rule) in wanted:
            then[term.policy, term.rule] = term.identity
    Reversal.objects.bulk_create(
        [
            Reversal(decision=decision, identity=identity, decided_at=decided_at, reversed_at=now)
            for identity in sorted(set(then.values()))
        ],
        ignore_conflicts=True,
    )
