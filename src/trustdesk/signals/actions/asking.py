"""Asking a declared signal: through its circuit breaker, with a time-out, outside any transaction.

The breaker is kept in the database, not in the process: the workers of a desk find out together, one of them probes,
and one alert is written. It costs two short statements beside a call that takes a model.
"""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from trustdesk.engine import UNKNOWN
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import staff_with
from trustdesk.post.actions import write_letter
from trustdesk.signals import registry
from trustdesk.signals.actions.remembering import keep_results
from trustdesk.signals.calling import Arguments, Late, checked
from trustdesk.signals.facts import SignalBroke, SignalReturned, SignalTried
from trustdesk.signals.looking import Part
from trustdesk.signals.models import Health
from trustdesk.signals.registry import Declared, question_hash
from trustdesk.signals.rules import CLOSED, Breaker
from trustdesk.signals.text.heads import ArtefactRefused

log = structlog.get_logger(__name__)

# Why a machine is off and not merely failing: its file is another than it should be, or not there.
OFF = frozenset({"wrong_checksum", "not_installed"})
# Who may do something about a signal that breaks is told of it.
ALERTED = "signals.manage"


def ask(*, name: str, questions: Sequence[Arguments], now: datetime) -> list[Any]:
    """Answer questions of one signal, in order; UNKNOWN where there is no answer. Results are kept, health is noted.

    A signal that is not declared, whose breaker is open, that raises, is late or answers nonsense: all unknown.
    None is an answer: there is nothing to say.
    """
    entry = registry.declared().get(name)
    if entry is None or not questions:
        return [UNKNOWN] * len(questions)
    hashes = [question_hash(question) for question in questions]
    once = dict(zip(hashes, questions, strict=True))
    versions = _versions(entry, once, now=now)
    once = {digest: question for digest, question in once.items() if digest in versions}
    if not once:
        return [UNKNOWN] * len(questions)
    admitted = _admit(entry, now=now)
    if admitted == "wait":
        return [UNKNOWN] * len(questions)
    began = time.perf_counter()
    answers: dict[str, Any] = {}
    error = ""
    try:
        told = entry.line.call(entry.compute, list(once.values()), timeout=entry.signal.timeout)
        answers = dict(zip(once, checked(entry.signal, told, asked=len(once)), strict=True))
    except Late:
        error = "late"
        log.warning("signal late", signal=name, timeout=entry.signal.timeout, hanging=entry.line.late)
    except Exception as raised:  # whatever a model raises, the item must not be lost
        error = type(raised).__name__
        log.warning("signal failed", signal=name, error=repr(raised)[:300])
    took = (time.perf_counter() - began) * 1000
    known = {digest: value for digest, value in answers.items() if value is not UNKNOWN}
    if known:
        kept = {(name, versions[digest], digest): (value, took / len(once)) for digest, value in known.items()}
        keep_results(results=kept, now=now)
    _note(
        entry,
        digest=question_hash({"all": sorted(once)}),
        asked=len(once),
        error=error,
        took=took,
        probe=admitted == "probe",
        now=now + timedelta(milliseconds=took),
    )
    return [answers.get(digest, UNKNOWN) for digest in hashes]


def alert(*, signals: Sequence[str], silent_since: datetime, now: datetime) -> None:
    """Tell people once that these signals give no answer: patience with them has ended.

    One that answered anything after `silent_since` works: what it cannot answer then is one question's fault.
    """
    for name in sorted(set(signals)):
        Health.objects.bulk_create([Health(signal=name)], ignore_conflicts=True)
        with transaction.atomic():
            row = Health.objects.select_for_update().get(signal=name)
            if row.broken_since is None and (row.answered_at is None or row.answered_at < silent_since):
                _broke(actor=SYSTEM, signal=name, error=row.error, now=now)


@action(right="signals.manage")
def try_now(*, actor: Actor, signal: str, now: datetime) -> None:
    """Let the next item that needs an open signal try it, without waiting for its time. Raises NotFound."""
    tried = Health.objects.filter(signal=signal).exclude(state=CLOSED).update(probe_at=now)
    if not tried:
        raise NotFound("This signal is not left alone.")
    record(SignalTried(signal=signal), actor=actor, at=now)


def health_of_label(label: str) -> str:
    """The name under which one label's own model is told of, beside the signal `score` itself."""
    return f"score:{label}"[:60]


def _versions(entry: Declared, once: Mapping[str, Arguments], *, now: datetime) -> dict[str, str]:
    """The version of what answers each question; those that a refused model would have to answer are left out, and
    people are told once. Other labels of the same signal go on."""
    found: dict[str, str] = {}
    refused: dict[str, str] = {}
    for digest, question in once.items():
        try:
            found[digest] = entry.version_for(question)
        except ArtefactRefused as error:
            refused[str(question.get("label", entry.signal.name))] = error.reason
    for label, reason in refused.items():
        name = health_of_label(label)
        Health.objects.bulk_create([Health(signal=name)], ignore_conflicts=True)
        with transaction.atomic():
            row = Health.objects.select_for_update().get(signal=name)
            if row.broken_since is None:
                Health.objects.filter(id=row.id).update(error=reason[:80], failed_at=now)
                _broke(actor=SYSTEM, signal=name, error=reason, now=now)
    return found


def _admit(entry: Declared, *, now: datetime) -> str:
    """`call`, `probe` or `wait`; who may probe has taken the probe for itself."""
    row = Health.objects.filter(signal=entry.signal.name).first()
    if row is None:
        return "call"
    before = _breaker(row)
    wanted = before.admits(now)
    if wanted != "probe":
        return wanted
    after = before.probing(now, timeout=entry.signal.timeout)
    taken = Health.objects.filter(id=row.id, state=row.state, probe_at=row.probe_at).update(
        state=after.state, probe_at=after.probe_at
    )
    return "probe" if taken else "wait"


def _note(entry: Declared, *, digest: str, asked: int, error: str, took: float, probe: bool, now: datetime) -> None:
    """What came of a call. The row's lock makes it one story: one alert, one return."""
    name = entry.signal.name
    Health.objects.bulk_create([Health(signal=name)], ignore_conflicts=True)
    with transaction.atomic():
        row = Health.objects.select_for_update().get(signal=name)
        before = _breaker(row)
        after = before.failed(digest, now, probe=probe) if error else Breaker()
        row.state, row.failing, row.failed_at = after.state, list(after.failing), after.failed_at
        row.probe_at, row.pauses = after.probe_at, after.pauses
        row.version = entry.signal.version
        row.calls, row.questions, row.took_ms = row.calls + 1, row.questions + asked, row.took_ms + took
        if error:
            row.failures, row.late = row.failures + 1, row.late + (error == "late")
            row.error = error[:80]
        else:
            row.answered_at = now
        row.save(force_update=True)
        if error and before.state == CLOSED != after.state and row.broken_since is None:
            _broke(actor=SYSTEM, signal=name, error=error, now=now)
        elif not error and row.broken_since is not None:
            _returned(actor=SYSTEM, signal=name, now=now)


def note_part(part: Part, *, now: datetime) -> None:
    """How a machine that looks into media fared. It has no breaker, being asked with others: one that is not there or is
    not the one it should be is off until it is, and people are told once."""
    Health.objects.bulk_create([Health(signal=part.name)], ignore_conflicts=True)
    with transaction.atomic():
        row = Health.objects.select_for_update().get(signal=part.name)
        row.version, row.calls, row.questions = part.version[:40], row.calls + 1, row.questions + 1
        row.took_ms += part.milliseconds
        if part.error:
            row.failures, row.error, row.failed_at = row.failures + 1, part.error[:80], now
        else:
            row.answered_at = now
        row.save(force_update=True)
        if part.error in OFF and row.broken_since is None:
            _broke(actor=SYSTEM, signal=part.name, error=part.error, now=now)
        elif not part.error and row.broken_since is not None:
            _returned(actor=SYSTEM, signal=part.name, now=now)


def _breaker(row: Health) -> Breaker:
    return Breaker(
        state=row.state,
        failing=tuple(row.failing),
        failed_at=row.failed_at,
        probe_at=row.probe_at,
        pauses=row.pauses,
    )


@action(right="-")
def _broke(*, actor: Actor, signal: str, error: str, now: datetime) -> None:
    """The alert: one fact, one letter to each who is told."""
    Health.objects.filter(signal=signal).update(broken_since=now)
    record(SignalBroke(signal=signal, error=error or "no answer"), actor=actor, at=now)
    for person in staff_with(ALERTED):
        with translation.override(person.language):
            title = _("The signal %(signal)s gives no answer") % {"signal": signal}
            paragraphs = [
                _(
                    "Items that need it wait a while; then each rule says what happens: mostly people look, in the last lane."
                ),
                _("It is asked again by itself. When it answers, what nobody has looked at yet is closed."),
            ]
        write_letter(
            actor=actor,
            to=person.email,
            kind="alert",
            languages=[person.language],
            values={
                "name": person.name,
                "title": title,
                "paragraphs": paragraphs,
                "url": settings.PUBLIC_URL.rstrip("/") + reverse("signals:list"),
            },
            about=f"signal {signal}",
            now=now,
        )


@action(right="-")
def _returned(*, actor: Actor, signal: str, now: datetime) -> None:
    Health.objects.filter(signal=signal).update(broken_since=None)
    record(SignalReturned(signal=signal), actor=actor, at=now)
