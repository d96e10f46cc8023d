"""What the case desk shows: words for codes, one case with all that stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.escalations import queries as escalations
from trustdesk.files import queries as files
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work
from trustdesk.post import queries as post
from trustdesk.support import queries, rules
from trustdesk.support.family import Family, family_of
from trustdesk.support.hands import Colleague
from trustdesk.support.queries import CaseView, LinkView, MessageView
from trustdesk.support.refusals import NoSuchCase

STATUS_WORDS = {
    "new": _("New"),
    "open": _("Open"),
    "pending": _("Pending"),
    "on_hold": _("On hold"),
    "resolved": _("Resolved"),
    "closed": _("Closed"),
}
BOX_WORDS = {"unended": _("All that go on"), **STATUS_WORDS, "snoozed": _("Put away"), "all": _("All")}
STATUS_TONES = {"new": "accent", "pending": "hold", "on_hold": "limit", "resolved": "approve"}
PRIORITY_WORDS = {"urgent": _("Urgent"), "high": _("High"), "normal": _("Normal"), "low": _("Low")}
CHANNEL_WORDS = {
    "mail": _("by e-mail"),
    "chat": _("by chat"),
    "phone": _("by phone"),
    "form": _("by the form"),
    "api": _("through the platform"),
    "desk": _("written down at the desk"),
}
CLOCK_WORDS = {
    "first_reply": _("First reply"),
    "next_reply": _("Next reply"),
    "work_time": _("Time at work"),
    "requester_wait": _("Requester waits"),
    "resolution": _("Resolution"),
}
STANDING_WORDS = {"good": _("Good"), "limited": _("Limited"), "suspended": _("Suspended"), "ended": _("Ended")}
LINK_WORDS = {
    "item": _("Item"),
    "account": _("Account"),
    "decision": _("Decision"),
    "appeal": _("Appeal"),
    "notice": _("Report"),
    "case": _("Case"),
    "follows": _("Follows case"),
}
STATE_WORDS = {"offline": _("offline"), "wrap_up": _("wrap-up")}
# Pages of slices above this one that answer with a fragment about a case, each with the right it asks for (config.wiring).
PANELS: list[tuple[str, str]] = []
_PAGES = {"item": "console:item", "account": "console:account", "appeal": "appeals:show", "notice": "notices:show"}


def standing(one: Colleague, language: str) -> str:
    """Where a colleague stands, in words, with what they have in hand."""
    cases = ngettext("%(n)s case in hand", "%(n)s cases in hand", one.in_hand) % {"n": one.in_hand}
    if one.there:
        return gettext("there, %(cases)s") % {"cases": cases}
    if one.state.state == "available":
        return gettext("no page open, %(cases)s") % {"cases": cases}
    state = one.state.label(language) or str(STATE_WORDS.get(one.state.state, one.state.state))
    return f"{state}, {cases}"


@dataclass(frozen=True)
class Clocked:
    """One clock: its word, when it is due (running), how long it took (fulfilled); `business` counts open hours."""

    word: Any
    due_at: datetime | None
    took: timedelta | None
    late: bool
    business: bool
    paused: bool


@dataclass(frozen=True)
class Linked:
    kind: str
    word: Any
    label: str
    href: str
    target: UUID


@dataclass(frozen=True)
class Attached:
    """A file of a message as it was called there; it is fetched at `url` (a picture is shown, all else a download), or says
    why not. `marks`: what one should beware of, in words."""

    name: str
    url: str
    size: int
    why_not: str
    marks: Sequence[str] = ()
    shown: bool = False


@dataclass(frozen=True)
class Customer:
    account: content.AccountView | None
    standing: Any
    decisions: Sequence[decisions.DecisionView]
    items: dict[UUID, content.ItemView]


@dataclass(frozen=True)
class Sheet:
    """One case with its conversation and its context."""

    case: CaseView
    said: Sequence[MessageView]
    attached: dict[UUID, list[Attached]]
    clocks: Sequence[Clocked]
    customer: Customer
    linked: Sequence[Linked]
    earlier: Sequence[CaseView]
    drafts: dict[str, str]
    attached_drafts: dict[str, tuple[queries.Attachment, ...]]
    family: Family
    others: Sequence[tuple[str, bool]]
    into: CaseView | None
    mine: bool
    asked: Sequence[escalations.Whole]
    fields: Sequence[tuple[rules.FieldRule, Any]]


def sheet(case_id: UUID, *, actor: Actor, now: datetime) -> Sheet:
    """All that the page of a case shows; the same number of queries however long the conversation is. Raises NoSuchCase."""
    case = queries.by_id(case_id)
    if case is None or not queries.may_see(case, actor=actor):
        raise NoSuchCase
    said = queries.conversation(case.id)
    return Sheet(
        case=case,
        said=said,
        attached=_attached(said, actor, now),
        clocks=_clocks(case),
        customer=_customer(case, actor, now),
        linked=_linked(queries.links_of(case.id)),
        earlier=queries.earlier(case, actor=actor),
        drafts=queries.drafts_of(case.id, actor=actor),
        attached_drafts=queries.files_of_drafts(case.id, actor=actor),
        family=family_of(case, actor=actor),
        others=queries.others_here(case.id, actor=actor, now=now),
        into=queries.by_id(case.merged_into) if case.merged_into else None,
        asked=escalations.of_work(case.work, actor=actor),
        mine=actor.kind == "staff" and case.holder == UUID(actor.id),
        fields=[(rule, case.fields.get(rule.code)) for rule in queries.field_rules()],
    )


def _attached(said: Sequence[MessageView], actor: Actor, now: datetime) -> dict[UUID, list[Attached]]:
    """Pictures as they are shown; other bytes only for who may take originals out."""
    found = files.views_of([file for one in said for file in one.files])
    reads, takes = actor.may("files.read"), actor.may("files.original")

    called = {(one.id, each.file): each for one in said for each in one.attached}

    def shown(message: UUID, file: files.FileView) -> Attached:
        named = called.get((message, file.id))
        form = "shown" if reads and file.is_picture else "original" if takes and file.ready else ""
        return Attached(
            name=named.name if named else file.media_type or file.declared_type,
            url=files.signed_url(file.id, form, now=now) if form else "",
            size=file.size,
            why_not=file.reason_words,
            marks=[gettext(post.MARKS[mark]) for mark in named.marks] if named else (),
            shown=form == "shown",
        )

    return {one.id: [shown(one.id, found[file]) for file in one.files if file in found] for one in said if one.files}


def _clocks(case: CaseView) -> list[Clocked]:
    """What runs, with a target, and how long the first reply took."""
    shown = []
    for one in work.clocks_of([case.work])[case.work]:
        running = one.phase in {"running", "paused"} and one.target_minutes is not None
        answered = one.name == "first_reply" and one.phase == "fulfilled" and one.fulfilled_at is not None
        if running or answered:
            took = one.fulfilled_at - one.started_at if answered and one.fulfilled_at and not one.business else None
            shown.append(
                Clocked(
                    word=CLOCK_WORDS.get(one.name, one.name),
                    due_at=one.due_at if running else None,
                    took=took,
                    late=one.breached_at is not None,
                    business=one.business,
                    paused=one.phase == "paused",
                )
            )
    return shown


def _customer(case: CaseView, actor: Actor, now: datetime) -> Customer:
    if case.account is None or not actor.may("items.read"):
        return Customer(account=None, standing="", decisions=(), items={})
    standing = decisions.standings([case.account], now=now)[case.account]
    made = decisions.of_account(case.account, now=now, limit=5, whole=False) if actor.may("decisions.read") else []
    return Customer(
        account=content.accounts([case.account]).get(case.account),
        standing=STANDING_WORDS.get(standing, standing),
        decisions=made,
        items=content.items([one.item for one in made if one.item]),
    )


def _linked(links: Sequence[LinkView]) -> list[Linked]:
    cases = queries.views_of([one.target for one in links if one.kind in {"case", "follows"}])
    items = content.items([one.target for one in links if one.kind == "item"])
    accounts = content.accounts([one.target for one in links if one.kind == "account"])
    found = []
    for one in links:
        label, href = one.label, ""
        if one.target in cases:
            other = cases[one.target]
            label, href = f"{other.number} {other.subject}", reverse("support:show", args=[other.id])
        elif one.kind in _PAGES:
            href = reverse(_PAGES[one.kind], args=[one.target])
            if one.target in items:
                label = label or items[one.target].title or items[one.target].external_id
            if one.target in accounts:
                label = label or accounts[one.target].name or accounts[one.target].external_id
        found.append(
            Linked(
                kind=one.kind,
                word=LINK_WORDS[one.kind],
                label=label or str(one.target)[:8],
                href=href,
                target=one.target,
            )
        )
    return found
