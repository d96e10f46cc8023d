"""Reporters are warned, muted and heard again; trusted flaggers are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.notices.facts import FlaggerKept, ReporterMuted, ReporterUnmuted, ReporterWarned
from trustdesk.notices.models import Flagger, Notice, Reporter
from trustdesk.notices.rules import CATEGORIES, MISUSE_WINDOW
from trustdesk.notices.telling import tell_reporter
from trustdesk.notices.trusting import misuse_of


class WarnFirst(Refusal):
    """A reporter is warned before they are muted."""

    code, status = "warn_first", 409


class NoMisuse(Refusal):
    """Fewer than three of their reports were unfounded within a year, or less than half of those that were judged."""

    code, status = "no_misuse", 409


class NothingSince(Refusal):
    """None of their reports was found unfounded since they were warned."""

    code, status = "nothing_since_warning", 409


@action(right="notices.manage")
def warn(*, actor: Actor, reporter_id: UUID, now: datetime) -> None:
    """Tell a reporter that many of their reports were unfounded, and what follows. Raises NotFound, NoMisuse."""
    row = _reporter(reporter_id)
    if not misuse_of(row, now=now).frequent:
        raise NoMisuse
    Reporter.objects.filter(id=row.id, warned_at=None).update(warned_at=now)
    tell_reporter(actor=actor, reporter=row, what="warned", now=now)
    record(ReporterWarned(reporter=row.id), actor=actor, at=now)


@action(right="notices.manage")
def mute(*, actor: Actor, reporter_id: UUID, why: str, until: datetime | None, now: datetime) -> None:
    """Keep a reporter's notices without counting them, until a time or for good. The four facts of a suspension for
    misuse must be there, and go on record: how many they sent within a year, what share was unfounded, how grave
    (`why`), and the warning after which it went on. Raises NotFound, WarnFirst, NoMisuse, NothingSince, Invalid (why, until)."""
    row = _reporter(reporter_id)
    fields: dict[str, str] = {}
    if not why.strip() or len(why) > 300:
        fields["why"] = "Say in a sentence what was misused and how gravely."
    if until is not None and until <= now:
        fields["until"] = "Must lie in the future."
    if fields:
        raise Invalid("The reporter could not be muted.", fields=fields)
    if row.warned_at is None:
        raise WarnFirst
    misuse = misuse_of(row, now=now)
    if not misuse.frequent:
        raise NoMisuse
    if not misuse_of(row, now=now, since=row.warned_at).unfounded:
        raise NothingSince
    Reporter.objects.filter(id=row.id).update(muted_at=now, muted_until=until, muted_why=why.strip())
    record(
        ReporterMuted(
            reporter=row.id,
            why=why.strip(),
            sent=Notice.objects.filter(reporter=row, received_at__gt=now - MISUSE_WINDOW).count(),
            wrong=misuse.unfounded,
            warned=row.warned_at.date().isoformat(),
            until=until,
        ),
        actor=actor,
        at=now,
    )
    tell_reporter(actor=actor, reporter=row, what="muted", now=now)


@action(right="notices.manage")
def unmute(*, actor: Actor, reporter_id: UUID, now: datetime) -> None:
    """Count a reporter's notices again, those to come. Raises NotFound."""
    row = _reporter(reporter_id)
    Reporter.objects.filter(id=row.id).update(muted_at=None, muted_until=None, muted_why="")
    record(ReporterUnmuted(reporter=row.id), actor=actor, at=now)


def _reporter(reporter_id: UUID) -> Reporter:
    row = Reporter.objects.select_for_update().filter(id=reporter_id).first()
    if row is None:
        raise NotFound("There is no such reporter.")
    return row


@dataclass(frozen=True)
class FlaggerEntry:
    """A trusted flagger as its keeper gives it. `markets` empty: all; `key`: an API key that is theirs alone."""

    code: str
    name: str
    categories: Sequence[str]
    markets: Sequence[str] = ()
    email: str = ""
    awarded_by: str = ""
    key: UUID | None = None
    state: str = "active"
    why: str = ""
    new_link: bool = False


@action(right="notices.manage")
def keep_flagger(*, actor: Actor, entry: FlaggerEntry, now: datetime) -> UUID:
    """Make a trusted flagger, or change the one of this code: its area, its standing, the address of its form. Raises
    Invalid (code, name, categories, markets, state, why, key)."""
    fields: dict[str, str] = {}
    if not entry.code.strip():
        fields["code"] = "Give it a short name."
    if not entry.name.strip():
        fields["name"] = "Name the entity."
    unknown = [one for one in entry.categories if one not in CATEGORIES]
    if unknown or not entry.categories:
        fields["categories"] = gettext("Must be some of %(options)s.") % {"options": ", ".join(CATEGORIES)}
    if nowhere := [one for one in entry.markets if one not in people.markets()]:
        fields["markets"] = gettext("There is no market %(market)s.") % {"market": nowhere[0]}
    if entry.state not in Flagger.State.values:
        fields["state"] = gettext("Must be one of %(options)s.") % {"options": ", ".join(Flagger.State.values)}
    elif entry.state != Flagger.State.ACTIVE and not entry.why.strip():
        fields["why"] = "Say why it is not heard first any more."
    keys = people.keys() if entry.key else []
    key = next((one for one in keys if one.id == entry.key), None)
    if entry.key and (key is None or key.revoked_at is not None or "notices:write" not in key.scopes):
        fields["key"] = "Choose a key in use that may send reports (notices:write)."
    if fields:
        raise Invalid("The trusted flagger could not be kept.", fields=fields)
    before = Flagger.objects.select_for_update(of=("self",)).filter(code=entry.code).first()
    values = {
        "name": entry.name.strip()[:200],
        "categories": list(dict.fromkeys(entry.categories)),
        "markets": list(dict.fromkeys(entry.markets)),
        "email": entry.email.strip()[:320],
        "awarded_by": entry.awarded_by.strip()[:200],
        "key_id": entry.key,
        "state": entry.state,
        "why": entry.why.strip()[:300] if entry.state != Flagger.State.ACTIVE else "",
        "link": (before.link + entry.new_link) if before else 1,
        "kept_at": now,
    }
    try:
        with transaction.atomic():
            row, _ = Flagger.objects.update_or_create(code=entry.code, defaults=values)
    except IntegrityError:
        raise Invalid(
            "The trusted flagger could not be kept.", fields={"key": "This key is unknown, or another's."}
        ) from None
    record(
        FlaggerKept(
            flagger=row.id, name=row.name, areas=", ".join(row.categories), state=row.state, key=key.name if key else ""
        ),
        actor=actor,
        at=now,
    )
    return row.id
