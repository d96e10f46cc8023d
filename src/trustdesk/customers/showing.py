"""What the pages of customers show: one story over all channels, and words for codes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from trustdesk.content import queries as content
from trustdesk.customers import queries
from trustdesk.decisions import queries as decisions
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.ledger.models import FactRow
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.support import queries as support
from trustdesk.support.queries import CaseView, MessageView

CHANNEL_WORDS = {
    "mail": _("by e-mail"),
    "chat": _("by chat"),
    "phone": _("by phone"),
    "form": _("by the form"),
    "api": _("through the platform"),
    "desk": _("written down at the desk"),
}
STATUS_WORDS = {
    "new": _("New"),
    "open": _("Open"),
    "pending": _("Pending"),
    "on_hold": _("On hold"),
    "resolved": _("Resolved"),
    "closed": _("Closed"),
}
STATUS_TONES = {"new": "accent", "pending": "hold", "on_hold": "limit", "resolved": "approve"}
STANDING_WORDS = {"good": _("Good"), "limited": _("Limited"), "suspended": _("Suspended"), "ended": _("Ended")}
PROMISE_WORDS = {"open": _("Open"), "kept": _("Kept"), "broken": _("Broken"), "void": _("Void")}
PROMISE_TONES = {"kept": "approve", "broken": "reject"}
WHY_WORDS = {
    "account": _("writes from the address of the account"),
    "address": _("same address, written another way"),
    "phone": _("same telephone number"),
    "name": _("same name, same market"),
}
# Pages of other slices that answer with a fragment about a platform account, each with the right it asks for (config.wiring).
PANELS: list[tuple[str, str]] = []
CASES, SAID = 12, 3  # cases on a page of the story, messages told of each
_TOLD = ("survey.asked", "survey.answered")


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `kind`: case, decision, survey, consent, promise, merge."""

    at: datetime
    kind: str
    case: CaseView | None = None
    said: Sequence[MessageView] = ()
    more: int = 0
    decision: decisions.DecisionView | None = None
    item: content.ItemView | None = None
    consent: queries.ConsentView | None = None
    promise: queries.PromiseView | None = None
    merge: queries.MergeView | None = None
    score: int | None = None
    words: str = ""


@dataclass(frozen=True)
class Story:
    """A page of the story, newest first. `unseen`: cases that lie beyond the reader's markets or queues."""

    entries: Sequence[Entry]
    next: datetime | None
    unseen: int
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """A platform account of the customer, as far as the reader may know."""

    account: content.AccountView
    source: str
    word: Any


def story(customer_id: UUID, *, actor: Actor, before: datetime | None, now: datetime) -> Story:
    """A dozen cases with what happened in the same time; the same number of queries for any customer."""
    places = queries.cases_of(customer_id, before=before, limit=CASES + 1)
    more, places = len(places) > CASES, places[:CASES]
    since = places[-1][1] if more else None
    views = support.views_of([case for case, _at in places])
    seen = {
        one: case for one, case in views.items() if support.may_see(case, actor=actor) and actor.may("support.read")
    }
    said = support.said_in(seen, notes=True, most=SAID)
    entries = [
        Entry(
            at=at,
            kind="case",
            case=seen[case],
            said=said.get(case, ()),
            more=max(0, seen[case].messages - len(said.get(case, ()))),
        )
        for case, at in places
        if case in seen
    ]
    entries += _surveys(seen) + _decisions(customer_id, actor=actor, now=now)
    entries += [Entry(at=one.at, kind="consent", consent=one) for one in queries.consents_of(customer_id)]
    entries += [Entry(at=one.made_at, kind="promise", promise=one) for one in queries.promises_of(customer_id)]
    entries += [Entry(at=one.at, kind="merge", merge=one) for one in queries.merges_of(customer_id)]
    shown = [one for one in entries if (before is None or one.at < before) and (since is None or one.at >= since)]
    shown.sort(key=lambda one: one.at, reverse=True)
    by = {one.consent.by for one in shown if one.consent} | {one.merge.by for one in shown if one.merge}
    return Story(entries=shown, next=since, unseen=len(places) - len(seen), names=people.names_of(by))


def _surveys(seen: dict[UUID, CaseView]) -> list[Entry]:
    """How they judged what they were answered: slices beside this one are read by what they told the ledger."""
    rows = FactRow.objects.filter(subject__in=[str(one) for one in seen], kind__in=_TOLD).order_by("-id")
    facts = ledger.by_ids(rows.values_list("id", flat=True)[:100])
    return [
        Entry(
            at=fact.at,
            kind="survey",
            case=seen[UUID(fact.subject)],
            score=fact.told.get("score"),
            words=str(fact.told.get("said") or ""),
        )
        for fact in facts.values()
    ]


def _decisions(customer_id: UUID, *, actor: Actor, now: datetime) -> list[Entry]:
    if not (actor.may("decisions.read") and actor.may("items.read")):
        return []
    made = [
        one
        for account in queries.accounts_of([customer_id]).get(customer_id, [])[:5]
        for one in decisions.of_account(account, now=now, limit=50, whole=False)
    ]
    items = content.items([one.item for one in made if one.item])
    return [
        Entry(at=one.made_at, kind="decision", decision=one, item=items.get(one.item) if one.item else None)
        for one in made
        if one.item is None or (item := items.get(one.item)) is None or actor.may("items.read", market=item.market)
    ]


def standings(accounts: Sequence[UUID], *, actor: Actor, now: datetime) -> list[Standing]:
    """Their platform accounts with how these stand; nothing for who may not see accounts."""
    if not accounts or not actor.may("items.read"):
        return []
    found, words = content.accounts(accounts), decisions.standings(accounts, now=now)
    sources = people.sources()
    return [
        Standing(
            account=found[one],
            source=sources[found[one].source].name if found[one].source in sources else "",
            word=STANDING_WORDS.get(words[one], words[one]),
        )
        for one in accounts
        if one in found
    ]
