"""Telephone lines: set up, changed, put away; their secrets; who answers which extension."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext_noop

from trustdesk.calls import rules, sealing
from trustdesk.calls.facts import ExtensionSet, LineKept, LineSecretRotated
from trustdesk.calls.models import Extension, Line
from trustdesk.calls.refusals import NoSuchLine
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work

_TAKEN = gettext_noop("There is a line with this number.")


@dataclass(frozen=True)
class LineSettings:
    """What is said of a line; `number` as somebody typed it."""

    name: str
    number: str
    region: str
    queue: str = ""
    market: str = ""
    language: str = ""
    category: str = ""
    continue_days: int = 7


@dataclass(frozen=True)
class WithSecret:
    """A line with its new secret: shown once, kept sealed."""

    id: UUID
    secret: str


@action(right="lines.manage")
def add_line(*, actor: Actor, settings: LineSettings, now: datetime) -> WithSecret:
    """Set a line up. Raises Invalid, by field."""
    told = _checked(settings)
    secret = sealing.new_secret()
    row = Line(code=_code(settings.name), secret=sealing.seal(secret), added_at=now, **told)
    _save(row, new=True)
    record(LineKept(line=row.id, name=row.name, what="new"), actor=actor, at=now)
    return WithSecret(id=row.id, secret=secret)


@action(right="lines.manage")
def change_line(*, actor: Actor, line_id: UUID, settings: LineSettings, version: int, now: datetime) -> None:
    """Change what is said of it; calls that were keep what they have. Raises NoSuchLine, Stale, Invalid (by field)."""
    row = _locked(line_id)
    if row.version != version:
        raise Stale
    told = _checked(settings)
    changed = [name for name, value in told.items() if getattr(row, name) != value]
    if not changed:
        raise Invalid("Nothing was changed.")
    for name, value in told.items():
        setattr(row, name, value)
    row.version += 1
    _save(row)
    record(LineKept(line=row.id, name=row.name, what=", ".join(changed)), actor=actor, at=now)


@action(right="lines.manage")
def archive_line(*, actor: Actor, line_id: UUID, now: datetime) -> None:
    """Nothing its exchange tells is believed any more. Raises NoSuchLine."""
    row = _locked(line_id)
    if not Line.objects.filter(id=row.id, archived_at=None).update(archived_at=now, version=F("version") + 1):
        raise NoSuchLine
    record(LineKept(line=row.id, name=row.name, what="put away"), actor=actor, at=now)


@action(right="lines.manage")
def put_back_line(*, actor: Actor, line_id: UUID, now: datetime) -> None:
    """Use it again, with its secret of before. Raises NoSuchLine, Invalid (another has its number)."""
    row = _locked(line_id)
    if row.archived_at is None:
        raise NoSuchLine
    row.archived_at = None
    row.version += 1
    _save(row)
    record(LineKept(line=row.id, name=row.name, what="in use again"), actor=actor, at=now)


@action(right="lines.manage")
def rotate_secret(*, actor: Actor, line_id: UUID, now: datetime) -> WithSecret:
    """A new secret; the one before is good for a day more. Raises NoSuchLine."""
    row = _locked(line_id)
    secret = sealing.new_secret()
    Line.objects.filter(id=row.id).update(
        secret=sealing.seal(secret), old_secret=row.secret, old_secret_until=now + rules.OLD_SECRET_LIVES
    )
    record(LineSecretRotated(line=row.id, name=row.name), actor=actor, at=now)
    return WithSecret(id=row.id, secret=secret)


@action(right="lines.manage")
def set_extension(*, actor: Actor, line_id: UUID, number: str, staff: UUID, now: datetime) -> None:
    """Whose telephone this extension is, instead of whose it was. Raises NoSuchLine, Invalid (number, staff)."""
    row = _locked(line_id)
    number, who = number.strip(), people.staff_by_id(staff)
    wrong = {}
    if not number or len(number) > 40 or not number.isprintable():
        wrong["number"] = "Give the extension as the exchange names it, at most 40 characters."
    if who is None or not who.active:
        wrong["staff"] = "Choose somebody of the desk."
    if wrong or who is None:
        raise Invalid(fields=wrong)
    Extension.objects.update_or_create(line_id=row.id, number=number, defaults={"staff_id": staff})
    record(ExtensionSet(line=row.id, extension=number, staff=staff, who=who.name), actor=actor, at=now)


@action(right="lines.manage")
def take_extension(*, actor: Actor, line_id: UUID, extension_id: UUID, now: datetime) -> None:
    """Nobody's telephone any more. Raises NoSuchLine."""
    row = _locked(line_id)
    found = Extension.objects.filter(line_id=row.id, id=extension_id).first()
    if found is None:
        raise NoSuchLine("There is no such extension.")
    found.delete()
    record(ExtensionSet(line=row.id, extension=found.number, staff=None, who="–"), actor=actor, at=now)


def _checked(settings: LineSettings) -> dict[str, object]:
    told: dict[str, object] = asdict(settings)
    wrong = {}
    if not settings.name.strip() or len(settings.name) > 80:
        wrong["name"] = "Give a name of at most 80 characters."
    if not rules.is_region(settings.region):
        wrong["region"] = "Give a country by its two letters, such as ID."
    else:
        number = rules.number_of(settings.number, settings.region)
        told["number"] = number.e164
        if not number.e164:
            wrong["number"] = "This is no telephone number."
    if settings.queue and settings.queue not in {one.code for one in work.queues()}:
        wrong["queue"] = "There is no such queue."
    if settings.market and settings.market not in people.markets():
        wrong["market"] = "There is no such market."
    if not 0 <= settings.continue_days <= 365:
        wrong["continue_days"] = "Between 0 and 365 days."
    if wrong:
        raise Invalid("Something in what was sent needs mending.", fields=wrong)
    told |= {"name": settings.name.strip(), "category": settings.category.strip()[:80]}
    told["language"] = settings.language[:12]
    return told


def _code(name: str) -> str:
    base = slugify(name)[:30].strip("-") or "line"
    codes = set(Line.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(one for one in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if one not in codes)


def _locked(line_id: UUID) -> Line:
    row = Line.objects.select_for_update().filter(id=line_id).first()
    if row is None:
        raise NoSuchLine
    return row


def _save(row: Line, *, new: bool = False) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=new)
    except IntegrityError:
        raise Invalid(_TAKEN, fields={"number": _TAKEN}) from None
