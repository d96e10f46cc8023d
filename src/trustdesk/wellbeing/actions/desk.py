"""The desk's rules of care, set by leads: budgets, breaks, whom to talk to."""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.core.cache import cache
from django.utils.translation import gettext

from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.ledger.actions import record, record_many
from trustdesk.kernel.people.actor import Actor
from trustdesk.wellbeing.facts import BudgetSet, DeskCareSet, SupportSet
from trustdesk.wellbeing.models import Budget, Desk, SupportContact
from trustdesk.wellbeing.queries.desk import budgets as budgets_now
from trustdesk.wellbeing.rules import HARMS, TOTAL, Limit

MOST_POINTS = 100_000


@action(right="wellbeing.manage")
def set_budgets(*, actor: Actor, budgets: Mapping[str, Limit], now: datetime) -> None:
    """The desk's budgets in points, by harm ("" for everything); None: no bound. Raises Invalid."""
    wrong = {}
    for harm, limit in budgets.items():
        if harm != TOTAL and harm not in HARMS:
            raise Invalid("There is no such harm.", fields={"harm": "Choose from the list."})
        for name, points in (("shift", limit.shift), ("week", limit.week)):
            if points is not None and not 0 <= points <= MOST_POINTS:
                wrong[f"{harm or 'all'}_{name}"] = gettext("0 to %(most_points)s.") % {
                    "most_points": f"{MOST_POINTS:,}"
                }
    if wrong:
        raise Invalid("A budget lies out of bounds.", fields=wrong)
    before = budgets_now()
    changed = {harm: limit for harm, limit in budgets.items() if limit != before.get(harm, Limit())}
    if not changed:
        raise Invalid("Nothing was changed.")
    for harm, limit in changed.items():
        Budget.objects.update_or_create(harm=harm, defaults={"shift": _whole(limit.shift), "week": _whole(limit.week)})
    record_many(
        [
            BudgetSet(harm=harm or "all", shift=_whole(limit.shift), week=_whole(limit.week))
            for harm, limit in changed.items()
        ],
        actor=actor,
        at=now,
    )


@action(right="wellbeing.manage")
def set_desk(*, actor: Actor, break_after: int, heavy_run: int, owed_break: int, now: datetime) -> None:
    """Minutes before a break is suggested, heavy ones in a row before lighter ones, minutes owed for accepted urgent work."""
    wrong = {}
    if not 0 <= break_after <= 480:
        wrong["break_after"] = "0 to 480 minutes."
    if not 0 <= heavy_run <= 50:
        wrong["heavy_run"] = "0 to 50."
    if not 5 <= owed_break <= 120:
        wrong["owed_break"] = "5 to 120 minutes."
    if wrong:
        raise Invalid("Something lies out of bounds.", fields=wrong)
    row, _made = Desk.objects.update_or_create(
        one=True, defaults={"break_after": break_after, "heavy_run": heavy_run, "owed_break": owed_break}
    )
    record(
        DeskCareSet(desk=row.id, break_after=break_after, heavy_run=heavy_run, owed_break=owed_break),
        actor=actor,
        at=now,
    )


@action(right="wellbeing.manage")
def set_contact(
    *,
    actor: Actor,
    name: str,
    phone: str,
    link: str,
    words: str,
    now: datetime,
    language: str = "",
    market: str = "",
) -> UUID:
    """Whom people of a language and market can talk to (empty: everyone without a closer one). Raises Invalid."""
    wrong = {}
    if not name.strip() or len(name) > 120:
        wrong["name"] = "Give a name."
    if not phone.strip() and not link.strip():
        wrong["phone"] = "Give a phone number or a link."
    if len(phone) > 40 or any(letter not in "0123456789 +-()./,#*" for letter in phone):
        wrong["phone"] = "A phone number has digits, spaces and + - ( )."
    if link.strip() and (urlsplit(link.strip()).scheme not in {"https", "http", "mailto"} or len(link) > 400):
        wrong["link"] = "Begin with https:// or mailto:."
    if len(words) > 300:
        wrong["words"] = "At most 300 letters."
    if wrong:
        raise Invalid("The contact could not be kept.", fields=wrong)
    row, _made = SupportContact.objects.update_or_create(
        language=language,
        market=market,
        defaults={"name": name.strip(), "phone": phone.strip(), "link": link.strip(), "words": words.strip()},
    )
    cache.delete("wellbeing.contacts")
    record(SupportSet(contact=row.id, language=language, market=market), actor=actor, at=now)
    return row.id


@action(right="wellbeing.manage")
def remove_contact(*, actor: Actor, contact_id: UUID, now: datetime) -> None:
    """Take a contact away."""
    row = SupportContact.objects.filter(id=contact_id).first()
    if row is None:
        raise NotFound("There is no such contact.")
    row.delete()
    cache.delete("wellbeing.contacts")
    record(SupportSet(contact=contact_id, language=row.language, market=row.market, removed=True), actor=actor, at=now)


def _whole(points: float | None) -> int | None:
    return None if points is None else int(points)
