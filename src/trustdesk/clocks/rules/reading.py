"""A trial as a file says it: JSON in, every mistake named by its field; and the outcome as JSON."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from trustdesk.clocks.rules import holidays, policies
from trustdesk.clocks.rules.metrics import ENDED, Metric, Status
from trustdesk.clocks.rules.policies import DIMENSIONS, Policy, Priority, Problems, Traits, unknown_keys
from trustdesk.clocks.rules.simulating import EVENTS, Entry, Outcome, Result, Trial
from trustdesk.kernel.work.rules.calendar import WEEKDAYS, BadCalendar, BusinessCalendar, parse

MOST_ENTRIES = 2_000
YEARS_AHEAD = 11  # the kernel looks ten years ahead for open time
_SAME = {
    "created": "opened",
    "message": "message_in",
    "reply": "message_out",
    "status": "status_changed",
    "priority": "priority_changed",
}
_BY = {"person": True, "bot": False, "automatic": False}
_ALWAYS = ("", "24/7", None)


def read_trial(text: str) -> tuple[Trial, ZoneInfo]:
    """The trial and the zone its times are shown in. Raises Problems; `""` names the file as a whole."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise Problems({"": f"This is no JSON: {error.msg}, line {error.lineno}, column {error.colno}."}) from error
    except RecursionError as error:
        raise Problems({"": "This JSON is nested too deeply."}) from error
    if not isinstance(raw, dict):
        raise Problems({"": "Write an object with policy, calendar and timeline."})
    wrong: dict[str, str] = {}
    unknown_keys(raw, {"policy", "policies", "calendar", "work", "timeline", "until"}, "", wrong)
    zone = _zone(raw.get("calendar"), wrong)
    entries = timeline(raw.get("timeline"), zone, wrong)
    until = _moment(raw["until"], zone, "until", wrong) if raw.get("until") else None
    if until and entries and until < entries[-1].at:
        wrong["until"] = "This lies before the end of the timeline."
    around = (entries[0].at, until or entries[-1].at) if entries else None
    hours = _calendar(raw.get("calendar"), around, zone, wrong)
    found = _policies(raw, wrong)
    traits = _traits(raw.get("work") or {}, wrong)
    if wrong or not entries:
        raise Problems(wrong)
    return Trial(found, traits, entries, until or entries[-1].at, hours), zone


def written(outcome: Outcome, zone: ZoneInfo, until: datetime) -> dict[str, Any]:
    """The outcome as JSON takes it; times with their offset in `zone`."""

    def shown(at: datetime | None) -> str | None:
        return None if at is None else at.astimezone(zone).isoformat()

    def of(one: Result) -> dict[str, Any]:
        return {
            "metric": one.metric.value,
            "cycle": one.cycle,
            "phase": one.phase,
            "started_at": shown(one.started_at),
            "due_at": shown(one.due_at),
            "ended_at": shown(one.ended_at),
            "minutes": _number(one.minutes),
            "target_minutes": one.target.minutes,
            "unit": "business" if one.target.business else "calendar",
            "warned_at": shown(one.warned_at),
            "breached_at": shown(one.breached_at),
        }

    def minutes(metric: Metric) -> list[float | int]:
        return [_number(one.minutes) for one in outcome.clocks if one.metric is metric]

    breaches = sorted((c for c in outcome.clocks if c.breached_at), key=lambda c: (c.breached_at, c.metric))
    warnings = sorted((c for c in outcome.clocks if c.warned_at), key=lambda c: (c.warned_at, c.metric))
    steps = sorted((at, c.metric.value, c.cycle, to) for c in outcome.clocks for at, to in c.steps)
    return {
        "policy": outcome.policies[-1],
        "policies": list(outcome.policies),
        "zone": zone.key,
        "until": shown(until),
        "minutes": {
            metric.value: minutes(metric) if metric is Metric.NEXT_REPLY else next(iter(minutes(metric)), None)
            for metric in Metric
        },
        "due": [
            {"metric": c.metric.value, "cycle": c.cycle, "at": shown(c.due_at)} for c in outcome.clocks if c.due_at
        ],
        "clocks": [of(one) for one in outcome.clocks],
        "warnings": [{"metric": c.metric.value, "cycle": c.cycle, "at": shown(c.warned_at)} for c in warnings],
        "breaches": [
            {"metric": c.metric.value, "cycle": c.cycle, "at": shown(c.breached_at), "due_at": shown(c.due_at)}
            for c in breaches
        ],
        "steps": [{"metric": metric, "cycle": cycle, "at": shown(at), "to": to} for at, metric, cycle, to in steps],
    }


def _number(minutes: float) -> float | int:
    return int(minutes) if minutes == int(minutes) else minutes


def _zone(raw: Any, wrong: dict[str, str]) -> ZoneInfo:
    name = raw.get("zone", "UTC") if isinstance(raw, dict) else "UTC"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        wrong["calendar.zone"] = f"There is no time zone “{name}”. Write one like Asia/Jakarta."
        return ZoneInfo("UTC")


def _calendar(
    raw: Any, around: tuple[datetime, datetime] | None, zone: ZoneInfo, wrong: dict[str, str]
) -> BusinessCalendar | None:
    if not isinstance(raw, dict):
        if raw not in _ALWAYS:
            wrong["calendar"] = "Write “24/7” or an object with zone, slots, holidays, ical."
        return None
    unknown_keys(raw, {"zone", "slots", "holidays", "ical"}, "calendar", wrong)
    closed: set[date] = set()
    listed = raw.get("holidays") or []
    if not isinstance(listed, list):
        wrong["calendar.holidays"] = "Write a list of days."
        listed = []
    for n, one in enumerate(listed):
        try:
            closed.add(date.fromisoformat(one))
        except (TypeError, ValueError):
            wrong[f"calendar.holidays[{n}]"] = f"“{one}” is no day; write 2026-12-25."
    if raw.get("ical") and around:
        if not isinstance(raw["ical"], str):
            wrong["calendar.ical"] = "Write the iCal file as one string."
        else:
            first, last = (at.astimezone(zone).date() for at in around)
            try:
                read = holidays.read_ical(
                    raw["ical"],
                    first=first - timedelta(days=7),
                    last=date(min(last.year + YEARS_AHEAD, 9998), 12, 31),
                    zone=zone,
                )
                closed |= set(read.days)
            except holidays.BadICal as error:
                wrong["calendar.ical"] = str(error)
    slots = raw.get("slots")
    if slots is None:
        slots = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
    if "calendar.zone" in wrong:
        return None
    return hours(zone.key, slots, closed, wrong)


def hours(zone: str, slots: Any, closed: set[date], wrong: dict[str, str]) -> BusinessCalendar | None:
    """The calendar, or None with the reason in `wrong`."""
    shaped = isinstance(slots, dict) and all(
        isinstance(of, list)
        and all(isinstance(pair, list) and all(isinstance(one, str) for one in pair) for pair in of)
        for of in slots.values()
    )
    if not shaped:
        wrong["calendar.slots"] = "Write slots by weekday, for example {“mon”: [[“09:00”, “12:00”]]}."
        return None
    try:
        return parse(zone=zone, slots=slots, holidays=closed)
    except BadCalendar as error:
        wrong["calendar.slots"] = str(error)
        return None


def _policies(raw: Mapping[str, Any], wrong: dict[str, str]) -> list[Policy]:
    if ("policy" in raw) == ("policies" in raw):
        wrong["policy"] = "Give one policy, or “policies” as a list in their order."
        return []
    many = raw["policies"] if "policies" in raw else raw["policy"]
    named = [("policy", many)]
    if isinstance(many, list):
        word = "policies" if "policies" in raw else "policy"
        named = [(f"{word}[{n}]", one) for n, one in enumerate(many)]
        if not many:
            wrong[word] = "Give at least one policy."
    found = []
    for where, one in named:
        try:
            found.append(policies.read({"name": where, **one} if isinstance(one, dict) else one, where))
        except Problems as problems:
            wrong.update(problems.fields)
    return found


def _traits(raw: Any, wrong: dict[str, str]) -> Traits:
    if not isinstance(raw, dict):
        wrong["work"] = "Write an object, for example {“channel”: “mail”}."
        return Traits()
    unknown_keys(raw, DIMENSIONS, "work", wrong)
    told = {}
    for key in DIMENSIONS:
        if key in raw:
            if not isinstance(raw[key], str):
                wrong[f"work.{key}"] = "Write a word."
            elif key == "priority" and raw[key] not in list(Priority):
                wrong["work.priority"] = f"There is no priority “{raw[key]}”. Say one of {', '.join(Priority)}."
            else:
                told[key] = raw[key]
    return Traits(**told)


def timeline(raw: Any, zone: ZoneInfo, wrong: dict[str, str]) -> list[Entry]:
    if not isinstance(raw, list) or not raw or len(raw) > MOST_ENTRIES:
        wrong["timeline"] = f"Write a list of 1 to {MOST_ENTRIES:,} events."
        return []
    found: list[Entry] = []
    for n, one in enumerate(raw):
        where = f"timeline[{n}]"
        if not isinstance(one, dict):
            wrong[where] = "Write an object with at and event."
            continue
        entry = _entry(one, zone, where, wrong)
        if entry is None:
            continue
        if found and entry.at < found[-1].at:
            wrong[f"{where}.at"] = "Time goes backwards: this lies before the event above it."
        if (entry.event == "opened") != (n == 0):
            wrong[f"{where}.event"] = (
                "The first event is “opened”." if n == 0 else "It is opened already: only the first event is “opened”."
            )
        found.append(entry)
    return found


def _entry(one: dict[str, Any], zone: ZoneInfo, where: str, wrong: dict[str, str]) -> Entry | None:
    before = len(wrong)
    unknown_keys(one, {"at", "event", "by", "status", "priority"}, where, wrong)
    at = _moment(one.get("at"), zone, f"{where}.at", wrong)
    event = _SAME.get(str(one.get("event")), str(one.get("event")))
    if event not in EVENTS:
        wrong[f"{where}.event"] = f"There is no event “{one.get('event')}”. Say one of {', '.join(EVENTS)}."
    status, priority = one.get("status"), one.get("priority")
    if status is not None and status not in list(Status):
        wrong[f"{where}.status"] = f"There is no status “{status}”. Say one of {', '.join(Status)}."
    if priority is not None and priority not in list(Priority):
        wrong[f"{where}.priority"] = f"There is no priority “{priority}”. Say one of {', '.join(Priority)}."
    if event == "status_changed" and status is None:
        wrong[f"{where}.status"] = "Say which status it has now."
    if event == "priority_changed" and priority is None:
        wrong[f"{where}.priority"] = "Say which priority it has now."
    if event == "opened" and status in ENDED:
        wrong[f"{where}.status"] = "Work is not opened as resolved or closed."
    if event == "resolved" and status not in {None, Status.RESOLVED}:
        wrong[f"{where}.status"] = "What is resolved has no other status."
    by = one.get("by", "person")
    if by not in _BY:
        wrong[f"{where}.by"] = f"Nobody is “{by}”. Say person, bot or automatic."
    if len(wrong) > before or at is None:
        return None
    return Entry(
        at=at,
        event=event,
        by_person=_BY[by],
        status=Status.RESOLVED if event == "resolved" else (Status(status) if status else None),
        priority=Priority(priority) if priority else None,
    )


def _moment(raw: Any, zone: ZoneInfo, where: str, wrong: dict[str, str]) -> datetime | None:
    """A time with its offset, or as clocks in `zone` show it; of an hour shown twice, the first."""
    try:
        told = datetime.fromisoformat(raw) if len(raw) > 10 else None
    except (TypeError, ValueError):
        told = None
    if told is None or not 1970 <= told.year < 9000:
        wrong[where] = f"“{raw}” is no time; write 2026-03-10T09:00 or 2026-03-10T09:00+07:00."
        return None
    if told.tzinfo is None:
        local = told.replace(tzinfo=zone).astimezone(UTC)
        if local.astimezone(zone).replace(tzinfo=None) != told:
            wrong[where] = f"Clocks in {zone.key} never showed {told:%H:%M} on that day."
            return None
        return local
    return told.astimezone(UTC)
