"""The batch grid: what one person holds of a queue, as cards. The same number of queries for two cards and for twenty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decided
from trustdesk.files import queries as files
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work
from trustdesk.kernel.work.queries import QueueView, WorkFilter, WorkView
from trustdesk.review.blind import hidden_parts
from trustdesk.review.models import Review
from trustdesk.review.seeing import Shown, veil_of
from trustdesk.review.showing import Suggestion, suggestions
from trustdesk.signals import queries as signals
from trustdesk.web.templatetags.desk import span

SIZE = 20  # cards of one batch
MOST = 60  # that one person may come to hold, by taking a batch back while they have another
PLACES = ("location", "city", "place")


@dataclass(frozen=True)
class Card:
    """One item of the batch. `said`: what a rule found, in a few words; `answer`: what came of the last try to decide."""

    review: UUID
    work: UUID
    item: UUID
    version: int
    kind: str
    title: str
    text: str
    language: str
    price: str
    place: str
    account: str
    picture: Shown | None
    more: int  # pictures beside the first
    film: bool
    said: str
    lane: int
    due_at: datetime | None
    mine: bool
    answer: "Answer | None" = None


@dataclass(frozen=True)
class Answer:
    """What came of one card: decided, lost (somebody else has it or was quicker), changed (by its author), refused."""

    review: UUID
    state: str
    words: str = ""
    undo_until: datetime | None = None


def queue_of(code: str, *, actor: Actor) -> QueueView | None:
    """A queue that is worked as a grid and that this person may judge; else None."""
    found = next((queue for queue in work.queues() if queue.code == code and queue.batch_question), None)
    return found if found is not None and actor.may("review.decide", queue=code) else None


def held(code: str, *, actor: Actor) -> list[WorkView]:
    """What this person holds of the queue, in the order it would be dealt."""
    rows = work.list_work(
        actor=actor, filters=WorkFilter(queue=code, holder=UUID(actor.id), states=("claimed",)), limit=MOST
    ).rows
    return sorted(rows, key=lambda row: (row.lane, -row.score, row.id))


def cards(
    places: Sequence[WorkView], *, actor: Actor, now: datetime, answers: Mapping[UUID, Answer] | None = None
) -> list[Card]:
    """Cards of these works, in their order; those that `answers` names of what is not held any more stand last."""
    told = dict(answers or {})
    rows = {row.work_id: row for row in Review.objects.filter(work_id__in=[place.id for place in places])}
    known = {row.id for row in rows.values()}
    gone = list(Review.objects.filter(id__in=set(told) - known)) if set(told) - known else []
    where = {place.id: place for place in places} | work.views_of([row.work_id for row in gone])
    ordered = [rows[place.id] for place in places if place.id in rows] + sorted(gone, key=lambda row: row.id)
    items = content.items({row.item_id for row in ordered})
    versions = content.newest_versions(items)
    accounts = content.accounts({item.account for item in items.values()})
    removed = decided.removals(accounts, now=now)
    seen = files.views_of({medium.file for version in versions.values() for medium in version.media if medium.file})
    looks = signals.looks({view.hash for view in seen.values()}) if seen else {}
    said = _said([row for row in ordered if versions[row.item_id].no == row.version_no], actor=actor)
    return [
        _card(
            row,
            where[row.work_id],
            items[row.item_id],
            versions[row.item_id],
            _account(accounts[items[row.item_id].account], removed, now=now),
            pictures=seen,
            looks=looks,
            said=said.get(row.id),
            actor=actor,
            answer=told.get(row.id),
            now=now,
        )
        for row in ordered
    ]


def _card(
    row: Review,
    place: WorkView,
    item: content.ItemView,
    version: content.VersionView,
    account: str,
    *,
    pictures: Mapping[UUID, files.FileView],
    looks: Mapping[str, signals.LookView],
    said: Suggestion | None,
    actor: Actor,
    answer: Answer | None,
    now: datetime,
) -> Card:
    hidden = hidden_parts(row, judged=False)
    media = (
        [] if "media" in hidden else [pictures[one.file] for one in version.media if one.file and one.file in pictures]
    )
    shown = next((view for view in media if "thumb" in view.renditions), None)
    labels = [label for hit in row.hits for label in hit["labels"]]
    adult = max((looks[view.hash].adult or 0.0 for view in media if view.hash in looks), default=None)
    picture = None
    if shown is not None:
        picture = Shown(
            number=1,
            url=files.signed_url(shown.id, "thumb", now=now),
            alt=next((one.alt for one in version.media if one.file == shown.id), "") or item.title,
            why_not="",
            width=shown.width or 320,
            height=shown.height or 240,
            veil=veil_of(labels, adult, told="verdict" not in hidden),
        )
    price = "" if version.price is None or "price" in hidden else f"{version.currency} {version.price:,.0f}"
    return Card(
        review=row.id,
        work=row.work_id,
        item=item.id,
        version=version.no,
        kind=item.kind,
        title=version.title,
        text=version.body,
        language=version.language,
        price=price.strip(),
        place=str(next((version.fields[name] for name in PLACES if version.fields.get(name)), "")),
        account="" if "account" in hidden else account,
        picture=picture,
        more=max(0, len(media) - 1),
        film=any(view.times for view in media) or any(one.kind == "stream" for one in version.media),
        said=said.title if said is not None and "verdict" not in hidden else "",
        lane=place.lane,
        due_at=place.due_at,
        mine=place.state == "claimed" and str(place.holder) == actor.id,
        answer=answer,
    )


def _said(rows: Sequence[Review], *, actor: Actor) -> dict[UUID, Suggestion]:
    """The first thing rules found about each, with one look at the policies for all."""
    hits: list[Mapping[str, Any]] = [row.hits[0] for row in rows if row.hits]
    found = suggestions(hits, language=actor.language)
    return dict(zip([row.id for row in rows if row.hits], found, strict=True))


def _account(account: content.AccountView, removed: Mapping[UUID, int], *, now: datetime) -> str:
    """“2 years, clear”; “New today”; “8 months, 1 removed”."""
    since = account.registered_at or account.first_seen_at
    days = (now - since).days
    if days < 1:
        age = _("New today")
    elif days < 60:
        age = ngettext("%(n)s day", "%(n)s days", days) % {"n": days}
    elif days < 730:
        age = ngettext("%(n)s month", "%(n)s months", days // 30) % {"n": days // 30}
    else:
        age = ngettext("%(n)s year", "%(n)s years", days // 365) % {"n": days // 365}
    count = removed.get(account.id, 0)
    record = ngettext("%(n)s removed", "%(n)s removed", count) % {"n": count} if count else _("nothing removed")
    return f"{age}, {record}"


def reviews_of(work_ids: Iterable[UUID]) -> list[UUID]:
    """The reviews of these works; one query."""
    return list(Review.objects.filter(work_id__in=list(work_ids)).values_list("id", flat=True))


def summed_up(answers: Sequence[Answer]) -> str:
    """What came of a batch, in one sentence."""
    count = {state: sum(one.state == state for one in answers) for state in ("decided", "lost", "changed", "refused")}
    said = [
        ngettext("%(n)s decided", "%(n)s decided", count["decided"]),
        ngettext("%(n)s lost to somebody else", "%(n)s lost to somebody else", count["lost"]),
        ngettext("%(n)s changed by its author", "%(n)s changed by their authors", count["changed"]),
        ngettext("%(n)s could not be decided", "%(n)s could not be decided", count["refused"]),
    ]
    return ", ".join(words % {"n": n} for words, n in zip(said, count.values(), strict=True) if n) + "."


def minutes_left(ends: Mapping[UUID, datetime], *, now: datetime) -> str:
    """How long the batch is held, by the lease that ends first."""
    return span(min(ends.values()) - now) if ends else ""
