"""Asking about reviews: everything the page shows, in a bounded number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decided
from trustdesk.escalations import queries as escalations
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work import queries as work
from trustdesk.policy import queries as policy
from trustdesk.review import blind, golden, routing, rules, second, sorting
from trustdesk.review import samples as samples  # noqa: PLC0414  one of the doors: transparency asks it
from trustdesk.review.beside import Known, Place, known_of, places_of, today_in, words_of
from trustdesk.review.judged import judged_by, latest_of
from trustdesk.review.models import Judgement, Looking, Review
from trustdesk.signals import queries as signals

# What reviews are called among all work.
KIND = routing.KIND
# What a queue's condition may name.
DIMENSIONS = rules.DIMENSIONS
# How long after the last sign of their page somebody counts as looking.
LOOKING_FOR = timedelta(seconds=60)


@dataclass(frozen=True)
class ReviewView:
    id: UUID
    work: UUID
    item: UUID
    version: int
    because: str
    state: str
    decision: UUID | None
    opened_at: datetime
    asked_author: bool = False


@dataclass(frozen=True)
class VerdictView:
    """What the machine said, with the words its evidence points at."""

    hits: tuple[dict[str, Any], ...]
    undecided: tuple[dict[str, Any], ...]
    decided_at: datetime


@dataclass(frozen=True)
class Sheet:
    """All a reviewer sees about one review."""

    review: ReviewView
    work: work.WorkView
    item: content.ItemView
    version: content.VersionView
    account: content.AccountView
    account_counts: dict[str, int]
    source: people.SourceView
    verdict: VerdictView
    decisions: tuple[decided.DecisionView, ...]
    account_decisions: tuple[decided.DecisionView, ...]
    notes: tuple[content.NoteView, ...]
    places: tuple[Place, ...]  # phones, e-mails, addresses found here: what notes can be pinned to
    known: tuple[Known, ...]  # of the market
    around: content.Around
    names: dict[str, str]
    pictures: dict[UUID, files.FileView]
    looks: dict[str, signals.LookView]  # what machines saw in them, by the hash of the file
    mine: bool
    labels: tuple[str, ...] = ()  # of all hits, also where those are hidden: pictures are veiled by them
    golden: bool = False
    noticed: bool = False  # did somebody report it
    as_of: datetime | None = None  # of a golden item: when the original was judged, and what came of that is not told
    asked: bool = False  # was another team asked about it
    hidden: frozenset[str] = frozenset()  # what this person does not see before deciding: blind.WORDS
    judged: tuple[second.Answer, ...] = ()  # what was answered where people judged apart, once the matter is ended

    @property
    def restrictions(self) -> list[str]:
        """Kinds of what holds now, of the account's newest decisions: one entry for each."""
        mine = (*self.decisions, *self.account_decisions)
        return [kind for one in mine if one.state == "effective" for kind in one.held]


def view(review_id: UUID) -> ReviewView | None:
    row = Review.objects.filter(id=review_id).first()
    return _view(row) if row else None


def edit_of(sheet: "Sheet", *, since: int | None) -> tuple[content.VersionView, content.VersionView] | None:
    """The version a person saw before (`since`, else the one before the newest) and the newest; None for a first one."""
    if sheet.version.no == 1:
        return None
    wanted = since if since and since < sheet.version.no else sheet.version.no - 1
    before = next((one for one in content.versions(sheet.item.id) if one.no == wanted), None)
    return (before, sheet.version) if before else None


def queue_of(review_id: UUID) -> str:
    """The queue a review stands in."""
    return str(Review.objects.filter(id=review_id).values_list("work__queue__code", flat=True).get())


def of_works(work_ids: Iterable[UUID]) -> dict[UUID, ReviewView]:
    """Reviews by their work; one query."""
    return {row.work_id: _view(row) for row in Review.objects.filter(work_id__in=list(work_ids))}


def of_items(item_ids: Iterable[UUID]) -> dict[UUID, ReviewView]:
    """The newest review of each item; one query."""
    rows = Review.objects.filter(item_id__in=list(item_ids), golden=None).order_by("item_id", "-id").distinct("item_id")
    return {row.item_id: _view(row) for row in rows}


def others_looking(review_id: UUID, *, actor: Actor, now: datetime) -> list[str]:
    """The names of others who have this review on screen, who came first first; one query. Who has judged it before is
    not told to who judges it next."""
    judged = Judgement.objects.filter(review_id=review_id, withdrawn_at=None, review__state=Review.State.OPEN)
    rows = Looking.objects.filter(review_id=review_id, at__gte=now - LOOKING_FOR)
    rows = rows.exclude(staff_id__in=judged.values("staff_id"))
    return list(rows.exclude(staff_id=UUID(actor.id)).order_by("id").values_list("staff__name", flat=True)[:10])


class Shut(Refusal):
    """You are judging this without seeing all of it; its page opens when you have decided."""

    code, status = "judged_blind", 403


class BeforeYou(Refusal):
    """You have this before you; its own page opens when you have decided."""

    code, status = "before_you", 403


def in_hand(actor: Actor) -> frozenset[UUID]:
    """The items of the reviews that this person holds; one query. Lists and items' own pages leave them out, whichever they
    are: one was decided long ago and is dealt again, and nothing may tell it from the others."""
    if actor.kind != "staff":
        return frozenset()
    held = Review.objects.filter(state=Review.State.OPEN, work__state="claimed", work__holder_id=UUID(actor.id))
    return frozenset(held.values_list("item_id", flat=True))


def items_waiting(queue: str) -> QuerySet[Any, Any]:
    """Ids of the items that wait for a person in a queue, as a query to ask inside another. Golden items are none: they
    were decided long ago."""
    return Review.objects.filter(state=Review.State.OPEN, golden=None, work__queue__code=queue).values("item_id")


def refuse_in_hand(actor: Actor, item: UUID) -> None:
    """Raise Shut where this person judges the item without seeing all of it, BeforeYou where they hold it."""
    refuse_shut(actor, item)
    if item in in_hand(actor):
        raise BeforeYou(_("You have this before you; its own page opens when you have decided."))


def refuse_shut(actor: Actor, item: UUID) -> None:
    """Raise Shut where this person is judging the item without seeing all of it. One query, more where they are."""
    if blind.shut(actor, item):
        raise Shut


def unspoken(actor: Actor) -> list[tuple[str, datetime]]:
    """(who, since when) of those whose judgements are not ended, for who may still judge; one query."""
    if actor.kind != "staff" or not actor.may("review.decide"):
        return []
    rows = Judgement.objects.filter(review__state=Review.State.OPEN, withdrawn_at=None).exclude(staff_id=actor.id)
    found = rows.values_list("staff_id", "review__opened_at")
    return [(f"staff:{staff}", opened_at) for staff, opened_at in found]


@dataclass(frozen=True)
class Undoable:
    """What a person decided last and can still take back."""

    review: UUID
    outcome: str
    effective_at: datetime


@dataclass(frozen=True)
class Last:
    """What can be taken back, and the answer to a golden item that was told and not read yet."""

    undo: Undoable | None
    told: UUID | None


def last_done(actor: Actor, *, now: datetime) -> Last:
    """This person's newest decision, judgement or answer to a golden item that can still be undone; what they were told."""
    latest, told = latest_of(actor, now=now) if actor.kind == "staff" else (None, None)
    if latest is None:
        return Last(None, told)
    review: UUID | None = latest.what
    if latest.is_decision:
        review = Review.objects.filter(decision=latest.what).values_list("id", flat=True).first()
    return Last(Undoable(review, latest.outcome, latest.effective_at) if review else None, told)


def sheet(review_id: UUID, *, actor: Actor, now: datetime) -> Sheet | None:
    """The page of one review, without what this person must not see yet; None when there is none that they may see."""
    rows = Review.objects.filter(id=review_id).select_related("work__queue", "work__holder", "golden")
    row = rows.annotate(**judged_by(), asked=escalations.asked_about()).first()
    if row is None:
        return None
    judged: list[dict[str, Any]] = getattr(row, "judged")  # noqa: B009  annotated
    place = work.views([row.work], leases=False)[0]
    whole = content.newest_whole(row.item_id)
    if whole is None or not actor.may("review.read", market=whole[0].market, queue=place.queue):
        return None
    item, version, account, statuses = whole
    if row.golden is not None:
        same = version.no == row.golden.version_no
        item, version = golden.as_dealt(row.golden, item, [version] if same else content.versions(row.item_id))
    past = decided.of_account(account.id, now=now, limit=12, whole=False)
    around = content.around(
        item=item.id,
        source=item.source,
        kind=item.kind,
        external_id=item.external_id,
        account=account.id,
        fields=version.fields,
    )
    own = {medium.file for medium in version.media if medium.file}
    pictures = files.views_of(own | {one.file for one in around.all if one.file})
    looks = signals.looks(view.hash for view in pictures.values() if view.id in own) if own else {}
    words = words_of(version, (line["text"] for look in looks.values() for line in look.texts))
    places = places_of(words, version, account)
    notes = content.notes(
        [("account", str(account.id)), ("item", str(item.id)), *((one.subject, one.value) for one in places)],
        words=words,
    )
    market = people.markets().get(item.market)
    known = known_of(
        content.market_notes_for(
            market=item.market,
            language=item.language,
            kind=item.kind,
            today=today_in(market.time_zone if market else "UTC", now),
        ),
        words,
    )
    if row.golden is not None:  # as it was when the original was judged
        past = [one for one in past if one.made_at < row.golden.screened_at]
        notes = [note for note in notes if note.at < row.golden.screened_at]
    found = Sheet(
        review=_view(row),
        work=place,
        item=item,
        version=version,
        account=account,
        account_counts=statuses,
        source=people.sources()[item.source],
        verdict=VerdictView(
            hits=_hits(row, version, looks) if version.no == row.version_no else (),
            undecided=tuple(row.undecided),
            decided_at=row.screened_at,
        ),
        decisions=tuple(one for one in past if one.item == item.id),
        account_decisions=tuple(one for one in past if one.item != item.id and one.state != "withdrawn"),
        notes=tuple(notes),
        places=places,
        known=known,
        around=around,
        names=people.names_of({*(note.author_label for note in notes), *(one.actor for one in past)}),
        pictures=pictures,
        looks=looks,
        mine=place.state == "claimed" and str(place.holder) == actor.id,
        labels=tuple(label for hit in row.hits for label in hit["labels"]),
        golden=row.golden_id is not None,
        noticed=bool(row.noticed),
        as_of=row.golden.screened_at if row.golden is not None else None,
        # What somebody asked before they judged might tell how they judged: who judges next does not see it.
        asked=row.asked and all(str(one["staff"]) == actor.id for one in judged),
    )
    return blind.as_seen(found, row, actor=actor)


def judges_of(decision: UUID) -> set[UUID]:
    """The staff who judged what became this decision: each of two who judged apart, and who settled it; two queries."""
    asked = Review.objects.filter(decision=decision).values("id")
    told = Judgement.objects.filter(Q(decision=decision) | Q(review__in=asked), withdrawn_at=None)
    return set(told.values_list("staff_id", flat=True))


def hurts(labels: Sequence[str]) -> tuple[str, int]:
    """What looking at content with these labels does to people: family and weight (1 to 5), ("", 0) for nothing."""
    return rules.harm_of(labels, policy.severities())


def open_of(item_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Items with an open review → the id of who has it in hand, "" where it waits; two queries for any number."""
    rows = dict(
        Review.objects.filter(item_id__in=list(item_ids), state=Review.State.OPEN, golden=None).values_list(
            "work_id", "item_id"
        )
    )
    places = work.views_of(rows)
    return {
        item: str(places[one].holder) if one in places and places[one].state == "claimed" else ""
        for one, item in rows.items()
    }


def _hits(
    row: Review, version: content.VersionView, looks: Mapping[str, signals.LookView]
) -> tuple[dict[str, Any], ...]:
    known = {look.id: look for look in looks.values()}
    wanted = {UUID(span["look"]) for hit in row.hits for span in hit["evidence"] if span.get("look")}
    # One that is not the newest any more is asked for by itself.
    return hits_in_words(row.hits, version, known if wanted <= known.keys() else looks_of(row.hits))


def hits_in_words(
    hits: Sequence[Mapping[str, Any]],
    version: content.VersionView,
    looks: Mapping[UUID, signals.LookView] | None = None,
) -> tuple[dict[str, Any], ...]:
    """Hits with each span's words, read from the version they were found in, or from what was seen in its media."""
    fields = {**version.fields, "title": version.title, "body": version.body}
    seen = looks_of(hits) if looks is None else looks
    return tuple(
        {
            **hit,
            "evidence": [
                {**span, "text": _line(span, seen, fields)[span["start"] : span["end"]]} for span in hit["evidence"]
            ],
        }
        for hit in hits
    )


def looks_of(hits: Sequence[Mapping[str, Any]]) -> dict[UUID, signals.LookView]:
    """The looks that evidence points to; no query where none does."""
    wanted = {UUID(span["look"]) for hit in hits for span in hit["evidence"] if span.get("look")}
    return signals.looks_by_id(wanted) if wanted else {}


def _line(span: Mapping[str, Any], looks: Mapping[UUID, signals.LookView], fields: Mapping[str, Any]) -> str:
    """The words a span stands in: a field's, or a line in a picture."""
    if "line" not in span:
        return str(fields.get(span["field"], ""))
    look = looks.get(UUID(span["look"])) if span.get("look") else None
    lines = () if look is None else look.codes if span["field"] == "codes" else look.texts
    return str(lines[span["line"]]["text"]) if span["line"] < len(lines) else ""


def _view(row: Review) -> ReviewView:
    return ReviewView(
        id=row.id,
        work=row.work_id,
        item=row.item_id,
        version=row.version_no,
        because=row.because,
        state=row.state,
        decision=row.decision,
        opened_at=row.opened_at,
        asked_author=row.asked_author,
    )


def sorting_of(queue: str) -> sorting.SortingView | None:
    """The newest sorting of what waits for a queue."""
    return sorting.newest(queue)
