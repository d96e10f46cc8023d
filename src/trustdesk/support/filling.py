"""What the variables of a saved reply stand for in a case. A variable of which nothing is known has no entry."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import markets, sources
from trustdesk.support import queries
from trustdesk.support.queries import CaseView


def values_of(case: CaseView, *, actor: Actor, language: str, now: datetime) -> dict[str, str]:
    """Values by name of variable (`macros.queries.VARIABLES`), in the language of the text that is filled."""
    linked = {one.kind: one.target for one in reversed(queries.links_of(case.id))}
    market = markets().get(case.market)
    zone = ZoneInfo(market.time_zone) if market else ZoneInfo("UTC")
    with translation.override(language or "en"):
        today = date_format(now.astimezone(zone), "j F Y")
    found = {
        "requester.name": case.name,
        "requester.first_name": case.name.split(" ", 1)[0],
        "case.number": str(case.number),
        "case.subject": case.subject,
        "case.link": queries.url_of(case.id),
        "agent.name": actor.handle,
        "desk.name": next((one.name for one in sources().values()), "TrustDesk"),
        "today": today,
    }
    account = content.accounts([case.account]).get(case.account) if case.account else None
    if account is not None:
        found["account.name"] = account.name or account.external_id
    told = decisions.statement(linked["decision"], now=now) if "decision" in linked else None
    if told is not None and told.readable:
        found["decision.reason"] = ", ".join(clause["title"] for clause in told.data["clauses"])
    item = linked.get("item") or (told.item if told else None)
    if item is not None and (shown := content.items([item]).get(item)):
        found["item.title"] = shown.title
    return {name: value for name, value in found.items() if value}
