"""Suggestions beside a case, and how often they were right."""

import csv
import io
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from trustdesk.kernel.base.timesource import now
from trustdesk.support import queries as support
from trustdesk.support.actions import NoSuchCase
from trustdesk.triage import actions, queries, wording
from trustdesk.web.page import PageRequest, page, swap


@page(right="support.read", methods=("GET", "HEAD"))
def of_case(request: PageRequest, case_id: UUID) -> HttpResponse:
    """What a case seems to be about, for its page."""
    return swap(request, "triage/_of_case.html", **_panel(request, case_id))


@page(right="support.answer", methods=("POST",))
def choose(request: PageRequest, case_id: UUID) -> HttpResponseBase:
    """Take a suggestion, or something else; the panel comes back as it is now."""
    told = request.POST
    what, value = told.get("what", ""), told.get("value", "")
    actions.choose(actor=request.actor, case_id=case_id, what=what, value=value, now=now())
    return swap(request, "triage/_of_case.html", **_panel(request, case_id), changed=True)


@page(right="support.report", methods=("GET", "HEAD"))
def figures(request: PageRequest) -> HttpResponse:
    """How often suggestions were right, by those who knew better."""
    days = _days(request)
    found = queries.figures(days=days, now=now())
    groups = [
        (wording.WHAT_WORDS[what], [(one, wording.word(what, one.value)) for one in found if one.what == what])
        for what in queries.WHATS
    ]
    context = {
        "days": days,
        "periods": queries.PERIODS,
        "groups": [(word, rows) for word, rows in groups if rows],
        "read": queries.read_lately(days=days, now=now()),
        "may_export": request.actor.may("support.export"),
    }
    return render(request, "triage/figures.html", context)


@page(right="support.export", methods=("GET", "HEAD"))
def corrections(request: PageRequest) -> HttpResponse:
    """What was suggested and what people chose, as CSV: labels to learn from. No name and nothing that was said is in it."""
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(["case", "what", "suggested", "confidence", "chosen", "agreed", "at"])
    for one in queries.corrections(days=_days(request), now=now()):
        told = [one.case, one.what, one.suggested, round(one.share, 3), _cell(one.chosen), one.agreed]
        write.writerow([*told, one.at.isoformat(timespec="seconds")])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="triage-choices.csv"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _cell(value: str) -> str:
    """What a spreadsheet would take for a formula stands behind an apostrophe."""
    return f"'{value}" if value[:1] in {"=", "+", "-", "@"} else value


def _days(request: PageRequest) -> int:
    told = request.GET.get("days", "")
    return int(told) if told in {str(one) for one in queries.PERIODS} else 90


def _panel(request: PageRequest, case_id: UUID) -> dict[str, Any]:
    case = support.by_id(case_id)
    if case is None or not support.may_see(case, actor=request.actor):
        raise NoSuchCase
    found = queries.of_case(case_id)
    judged = {one.what: one for one in found.judged} if found else {}
    is_now = {"intent": case.intent, "priority": case.priority, "language": case.language}
    answers = request.actor.may("support.answer", market=case.market or None, queue=case.queue)
    rows = [
        {
            "one": one,
            "what_word": wording.WHAT_WORDS[one.what],
            "word": wording.word(one.what, one.value),
            "now": wording.word(one.what, is_now[one.what]),
            "is_so": is_now[one.what] == one.value,
            "judged": judged.get(one.what),
            "choices": [(code, wording.word(one.what, code)) for code in queries.choices(one.what, one, case)],
        }
        for one in (found.suggestions if found else ())
    ]
    mood = found.mood if found else None
    return {
        "case": case,
        "found": found,
        "rows": rows,
        "mood": mood,
        "mood_word": wording.MOOD_WORDS[mood.value] if mood else "",
        "mood_tone": wording.MOOD_TONES[mood.value] if mood else "",
        "help": queries.help_for(case, actor=request.actor) if found and found.state == "read" else None,
        "reads_articles": request.actor.may("knowledge.read"),
        "may_choose": answers and not case.ended,
    }
