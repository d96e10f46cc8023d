"""Service levels: how often people were answered in time, told apart, with the cases behind every number."""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.support import queries, reporting, showing
from trustdesk.support.exporting import cell
from trustdesk.support.reporting import BY, METRICS, MOST_DAYS, OUTCOMES, Line, Narrowed, Period, Score
from trustdesk.web import cursors
from trustdesk.web.page import PageRequest, page

BY_WORDS = {
    "day": gettext_lazy("Day"),
    "queue": gettext_lazy("Queue"),
    "channel": gettext_lazy("Channel"),
    "priority": gettext_lazy("Priority"),
    "category": gettext_lazy("Category"),
    "market": gettext_lazy("Market"),
    "language": gettext_lazy("Language"),
}
METRIC_WORDS = showing.CLOCK_WORDS
OUTCOME_WORDS = {
    "": gettext_lazy("All that were promised"),
    "kept": gettext_lazy("In time"),
    "broken": gettext_lazy("Too late"),
    "waiting": gettext_lazy("Too late, and still waiting"),
}
_NARROWED = tuple(name for name in BY if name != "day")
_USUAL = 28
_BAR = 160  # width of a bar of all, in its own units


@page(right=reporting.RIGHT, methods=("GET", "HEAD"))
def report(request: PageRequest) -> HttpResponseBase:
    """All metrics; one of them told apart; the same as a file."""
    asked = _Asked(request.GET)
    found = reporting.overview(actor=request.actor, period=asked.period, narrowed=asked.narrowed)
    chosen = asked.line_of(found)
    lines, more = (
        reporting.lines(
            actor=request.actor,
            period=asked.period,
            narrowed=asked.narrowed,
            metric=chosen.key,
            business=chosen.business,
            by=asked.by,
        )
        if chosen
        else ([], False)
    )
    if request.GET.get("as") == "csv":
        return _file(asked, found, lines)
    most = max((line.score.all for line in lines), default=0)
    context: dict[str, Any] = {
        **asked.shown(),
        "overview": [
            (
                one,
                METRIC_WORDS[one.key],
                asked.address(metric=one.key, unit=_unit(one)),
                asked.behind(one),
                one is chosen,
            )
            for one in found
        ],
        "chosen": chosen,
        "chosen_word": METRIC_WORDS[chosen.key] if chosen else "",
        "by_words": [(word, asked.address(by=code), code == asked.by) for code, word in BY_WORDS.items()],
        "by_word": BY_WORDS[asked.by],
        "lines": [(one, _group(asked.by, one.key), asked.behind(one, chosen), _bar(one.score, most)) for one in lines],
        "more": more,
        "bar": _BAR,
        "csv": asked.address(**{"as": "csv"}),
    }
    return render(request, "support/service_levels.html", context)


@page(right=reporting.RIGHT, methods=("GET", "HEAD"))
def behind(request: PageRequest) -> HttpResponse:
    """The cases behind one number, the newest first."""
    asked = _Asked(request.GET)
    mark = cursors.decode(request.GET.get("after"), datetime, UUID)
    rows, more = reporting.promises(
        actor=request.actor,
        period=asked.period,
        narrowed=asked.narrowed,
        metric=asked.metric,
        business=asked.unit == "open",
        outcome=asked.outcome,
        after=(mark[0], mark[1]) if mark else None,
    )
    context = {
        **asked.shown(),
        "metric_word": METRIC_WORDS[asked.metric],
        "outcomes": [
            (word, asked.address(outcome=code), code == asked.outcome) for code, word in OUTCOME_WORDS.items()
        ],
        "rows": [(one, queries.may_see(one.case, actor=request.actor)) for one in rows],
        "words": showing,
        "business": asked.unit == "open",
        "back": asked.address(outcome=""),
        "next": asked.address(after=cursors.encode(more)) if more else "",
    }
    return render(request, "support/service_levels_cases.html", context)


class _Asked:
    """What the address asks for; days that cannot be read are refused by name."""

    def __init__(self, told: QueryDict) -> None:
        zone = timezone.get_current_timezone()
        today = now().astimezone(zone).date()
        last = _date(told, "to") or today
        first = _date(told, "from") or last - timedelta(days=_USUAL - 1)
        if first > last:
            raise Invalid(_("The first day lies after the last."), fields={"from": _("Choose an earlier one.")})
        if (last - first).days >= MOST_DAYS:
            raise Invalid(
                _("That is more than %(n)s days.") % {"n": MOST_DAYS}, fields={"from": _("Choose a later one.")}
            )
        self.period = Period(first, last, zone)
        self.narrowed = Narrowed(**{name: _word(told, name) for name in _NARROWED if name in told})
        self.by = told.get("by", "") if told.get("by") in BY else "day"
        self.metric = told.get("metric", "") if told.get("metric") in METRICS else METRICS[0]
        self.unit = "open" if told.get("unit") == "open" else "all"
        self.outcome = told.get("outcome", "") if told.get("outcome") in OUTCOMES else ""
        self.named = "metric" in told

    def line_of(self, found: list[Line]) -> Line | None:
        """The line that is asked for; the first when none is, or when it has nothing in these days."""
        same = [one for one in found if one.key == self.metric and _unit(one) == self.unit] if self.named else []
        return (same or found or [None])[0]  # type: ignore[list-item]

    def address(self, **other: str) -> str:
        """The page with something else chosen; what is empty is left out."""
        told: dict[str, str] = {"from": str(self.period.first), "to": str(self.period.last), **self._narrow()}
        told |= {"by": self.by, "outcome": self.outcome}
        if self.named:
            told |= {"metric": self.metric, "unit": self.unit}
        told |= other
        return "?" + urlencode({name: value for name, value in told.items() if value or name in _NARROWED})

    def behind(self, line: Line, chosen: Line | None = None) -> dict[str, str]:
        """Where the cases of a line are, by outcome."""
        told = {"metric": (chosen or line).key, "unit": _unit(line)}
        if chosen is not None:
            told |= {"from": line.key, "to": line.key} if self.by == "day" else {self.by: line.key}
        there = reverse("support:levels_cases")
        return {outcome or "all": there + self.address(**told, outcome=outcome) for outcome in OUTCOME_WORDS}

    def shown(self) -> dict[str, Any]:
        return {
            "first": self.period.first,
            "last": self.period.last,
            "kept_fields": [(name, value) for name, value in self._narrow().items()] + [("by", self.by)],
            "narrowed": [(BY_WORDS[name], _group(name, value)) for name, value in self._narrow().items()],
            "whole": "?" + urlencode({"from": self.period.first, "to": self.period.last, "by": self.by}),
        }

    def _narrow(self) -> dict[str, str]:
        return {name: value for name in _NARROWED if (value := getattr(self.narrowed, name)) is not None}


def _word(told: QueryDict, name: str) -> str:
    return told.get(name, "")[:80].replace("\0", "")


def _date(told: QueryDict, name: str) -> date | None:
    value = told.get(name, "")
    if not value:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise Invalid(_("That is no day."), fields={name: _("Write it as 2026-03-10.")})
    return found


def _unit(line: Line) -> str:
    return "open" if line.business else "all"


def _group(by: str, key: str) -> Any:
    """What a line is called."""
    if by == "day":
        return date.fromisoformat(key)
    words = {"channel": showing.CHANNEL_WORDS, "priority": showing.PRIORITY_WORDS}.get(by, {})
    return words.get(key, key) or _("none")


def _bar(score: Score, most: int) -> tuple[float, float]:
    """How wide what was kept and what was broken is, beside the widest line."""
    wide = _BAR / most if most else 0
    return round(score.kept * wide, 1), round(score.broken * wide, 1)


def _file(asked: _Asked, found: list[Line], lines: list[Line]) -> HttpResponse:
    """The numbers of the page as CSV: how they were asked for, all metrics, then the groups."""
    head = [_("In time"), _("Too late"), _("Still waiting"), _("In time (%)"), _("Median (minutes)")]
    head += [_("Nine of ten within (minutes)"), _("Minutes are")]
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow([_("Service levels"), cell(asked.period.first), cell(asked.period.last), str(asked.period.zone)])
    for name, value in asked.shown()["narrowed"]:
        write.writerow([cell(name), cell(value)])
    write.writerow([_("Promise"), *head])
    write.writerows([cell(METRIC_WORDS[one.key]), *_numbers(one)] for one in found)
    write.writerow([])
    write.writerow([cell(BY_WORDS[asked.by]), *head])
    write.writerows([cell(_group(asked.by, one.key)), *_numbers(one)] for one in lines)
    answer = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="service-levels-{asked.period.last}.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _numbers(line: Line) -> list[Any]:
    one = line.score
    rounded = [None if value is None else round(value, 1) for value in (one.share, one.median, one.ninth)]
    told = [one.kept, one.broken, one.waiting, *("" if value is None else value for value in rounded)]
    return [*told, _("open minutes of the calendar") if line.business else _("plain minutes")]
