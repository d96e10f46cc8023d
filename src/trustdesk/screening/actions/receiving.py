"""Pass 1: check, judge, store. Everything is computed before the one transaction opens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, OperationalError
from django.utils.translation import gettext

from trustdesk.content import queries as content
from trustdesk.content.actions import Entry, Kept, NothingKept, keep_batch
from trustdesk.decisions.actions import Incomplete
from trustdesk.decisions.queries import strikes_of
from trustdesk.engine import Meter
from trustdesk.engine import Verdict as Judgement
from trustdesk.files import queries as files
from trustdesk.files.queries import FileView
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.rows import insert_objects
from trustdesk.kernel.ledger.actions import record_many
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import SourceView, markets, sources
from trustdesk.policy import actions as policy_actions
from trustdesk.policy import queries as policy
from trustdesk.screening import asking, events, noting
from trustdesk.screening.actions.deciding import (
    Screened,
    after_brake,
    decide_all,
    first_status,
    judged,
    screened_fact,
)
from trustdesk.screening.hits import stored_hits
from trustdesk.screening.looking import pictures_of
from trustdesk.screening.models import Verdict
from trustdesk.screening.pictures import waiting
from trustdesk.screening.submissions import Checked, Submission, check
from trustdesk.signals import queries as signals


class NoSource(Invalid):
    """Say which source this content comes from."""

    code = "no_source"


class DuplicateInBatch(Invalid):
    """An earlier entry of this batch names the same item; send the newer version in another batch."""

    code, status = "duplicate_in_batch", 409


class StaleVersion(Refusal):
    """A newer version of this item is known (its posted_at is later)."""

    code, status = "stale_version", 409


@dataclass(frozen=True)
class Received:
    """What became of one entry."""

    item: UUID
    version: int
    status: str
    hidden: bool
    verdict: UUID
    outcome: str  # "" while pending
    ruleset: str
    hits: tuple[dict[str, Any], ...]
    decision: UUID | None
    decision_outcome: str
    statement_url: str


Result = Received | Refusal
Inside = Callable[[Sequence[Result]], None]


def receive(
    *,
    actor: Actor,
    submissions: Sequence[Submission],
    now: datetime,
    source: UUID | None = None,
    inside: Inside | None = None,
    imported: bool = False,
) -> list[Result]:
    """Screen and store submissions; an answer for each, in order, a Refusal for those that could not be taken.

    `inside` is called with the results in the transaction that stores them. A database refusal of one entry does not
    lose the others: they are tried again without it. `imported`: items of the past, brought over; rules on probation
    act on them as on any, and are not judged by them. Raises Forbidden, NoSource, NoPolicy.
    """
    actor.require("items.write")
    ground = _source(actor, source)
    ruleset = policy.live_plan()
    results: list[Result | None] = [None] * len(submissions)
    checked: list[tuple[int, Checked]] = []
    known_files = _check_all(submissions, ground, results, checked)
    meter = policy_actions.meter_if_due()
    screened = _judge([entry for _, entry in checked], ruleset=ruleset, meter=meter, known_files=known_files, now=now)
    places = [place for place, _ in checked]

    def finish(stored: Sequence[Result]) -> None:
        for place, result in zip(places, stored, strict=True):
            results[place] = result
        if inside is not None:
            inside([result for result in results if result is not None])

    if not screened:
        finish([])
        return [result for result in results if result is not None]
    try:
        _store(actor=actor, given=screened, ruleset=ruleset, now=now, finish=finish, imported=imported, meter=meter)
    except NothingKept:
        finish([StaleVersion() for _ in screened])
    except OperationalError:
        raise  # the database is gone: nothing was stored, and nothing would be by trying again one by one
    except (DatabaseError, IntegrityError, Incomplete) as error:
        if len(screened) == 1:
            raise _told(error) from error
        stored: list[Result] = []
        for one in screened:
            try:
                _store(actor=actor, given=[one], ruleset=ruleset, now=now, finish=stored.extend, imported=imported)
            except NothingKept:
                stored.append(StaleVersion())
            except OperationalError:
                raise
            except (DatabaseError, IntegrityError, Incomplete) as single:
                stored.append(_told(single))
        finish(stored)
    return [result for result in results if result is not None]


def _told(error: Exception) -> Refusal:
    if isinstance(error, Incomplete):
        return Invalid(
            gettext("The statement of reasons for this decision would lack %(error)s; nothing was stored.")
            % {"error": error}
        )
    return Refusal("The entry could not be stored beside what is known already; send it again.")


def _source(actor: Actor, given: UUID | None) -> SourceView:
    known = sources()
    wanted = actor.source or given
    if wanted is not None and wanted in known:
        return known[wanted]
    if wanted is None and len(known) == 1:
        return next(iter(known.values()))
    raise NoSource(
        fields={
            "source": gettext("Known sources: %(names)s.")
            % {"names": ", ".join(s.code for s in known.values()) or "none yet"}
        }
    )


def _check_all(
    submissions: Sequence[Submission],
    ground: SourceView,
    results: list[Result | None],
    checked: list[tuple[int, Checked]],
) -> Mapping[UUID, FileView]:
    """Writes into `results` and `checked`; returns the files that are named and exist."""
    wanted = {medium.file for given in submissions for medium in given.media if medium.file}
    views = files.views_of(wanted) if wanted else {}
    known_files = frozenset(views)
    seen: set[tuple[UUID, str, str]] = set()
    where, schemas = markets(), policy.declared_fields()
    for place, given in enumerate(submissions):
        try:
            one = check(given, source=ground, markets=where, declared_schemas=schemas, known_files=known_files)
            if one.key in seen:
                raise DuplicateInBatch
        except Refusal as refusal:
            results[place] = refusal
            continue
        seen.add(one.key)
        checked.append((place, one))
    return views


def _judge(
    checked: Sequence[Checked],
    *,
    ruleset: Any,
    meter: Meter | None,
    known_files: Mapping[UUID, FileView],
    now: datetime,
) -> list[Screened]:
    """Fold, count, match, look up, plan: all of pass 1, holding no transaction but the short ones that count."""
    if not checked:
        return []
    known = content.accounts_by_external(checked[0].source, (one.account.external_id for one in checked))
    strikes = strikes_of([one.id for one in known.values()], now=now) if known else {}
    pictures = pictures_of([one.media for one in checked], known=known_files)
    prepared = [
        events.prepare(
            one,
            known=known.get(one.account.external_id),
            amounts=ruleset.market_values(one.market.code),
            now=now,
            pictures=seen,
            plan=ruleset.plan,
            strikes=strikes.get(known[one.account.external_id].id, 0) if one.account.external_id in known else 0,
        )
        for one, seen in zip(checked, pictures, strict=True)
    ]
    read = ruleset.plan.read([entry.event for entry in prepared])
    noted = noting.note(prepared, plan=ruleset.plan, now=now)
    answers = events.answer(read, prepared, noted, now=now)
    judgements: list[Judgement] = read.run(answers, meter=meter)
    texts = policy.grounds({(hit.policy, hit.version) for said in judgements for hit in said.hits})
    return [
        Screened(
            prepared=entry,
            judgement=said,
            hits=stored_hits(policy.Ruled(said), entry, texts),
            texts=texts,
            # Whatever is undecided and could change the outcome waits for the worker, which asks and has patience.
            pending=not said.settled,
            known=known.get(entry.checked.account.external_id),
            noted=mine,
        )
        for entry, said, mine in zip(prepared, judgements, noted, strict=True)
    ]


@action(right="items.write")
def _store(
    *,
    actor: Actor,
    given: Sequence[Screened],
    ruleset: Any,
    now: datetime,
    finish: Callable[[list[Result]], None],
    imported: bool = False,
    meter: Meter | None = None,
) -> None:
    # First, for it takes the locks that parallel batches wait for: what a rule may no longer do becomes a review.
    held = policy_actions.hold_back(ruleset=ruleset, judged=[judged(one) for one in given], now=now, imported=imported)
    screened = [after_brake(one, ruled) for one, ruled in zip(given, held.ruled, strict=True)]
    kept = keep_batch(actor=actor, entries=[_entry(one) for one in screened], now=now)
    there = [(one, place) for one, place in zip(screened, kept, strict=True) if place is not None]
    rows = [_verdict(one, place, ruleset=ruleset, now=now) for one, place in there]
    known_before = [place.item for _, place in there if not place.new]
    if known_before:
        Verdict.objects.filter(item_id__in=known_before).exclude(state="overtaken").update(state="overtaken")
    insert_objects(Verdict, rows)
    decided = decide_all(
        actor=actor,
        screened=[(one, place, row.id) for (one, place), row in zip(there, rows, strict=True) if not one.pending],
        now=now,
    )
    record_many(
        [
            screened_fact(one, place, verdict=row.id, ruleset=ruleset.hash, after=decided.get(place.item))
            for (one, place), row in zip(there, rows, strict=True)
            if not one.pending
        ],
        actor=actor,
        at=now,
    )
    asking.for_second_pass([row.id for (one, _), row in zip(there, rows, strict=True) if one.pending])
    asking.for_media([place.version for one, place in there if waiting(one.prepared.pictures)])
    held.finish(
        [
            one.judgement if place is not None and not one.pending else None
            for one, place in zip(screened, kept, strict=True)
        ],
        meter=meter,
    )
    by_item = {place.item: row for (_, place), row in zip(there, rows, strict=True)}
    finish([_received(one, place, by_item, decided, ruleset.hash) for one, place in zip(screened, kept, strict=True)])


def _entry(one: Screened) -> Entry:
    checked = one.prepared.checked
    status, hidden = first_status(one)
    return Entry(
        source=checked.source,
        external_id=checked.external_id,
        kind=checked.kind,
        market=checked.market.code,
        language=checked.language,
        account=checked.account,
        title=checked.title,
        body=checked.body,
        price=checked.price,
        currency=checked.currency,
        category=checked.category,
        fields=checked.declared,
        media=checked.media,
        posted_at=checked.posted_at,
        url=checked.url,
        expected_views=checked.expected_views,
        content_hash=checked.content_hash,
        status=status,
        hidden=hidden,
        verdict="" if one.pending else one.judgement.outcome,
    )


def _verdict(one: Screened, place: Kept, *, ruleset: Any, now: datetime) -> Verdict:
    return Verdict(
        id=uuid7(),
        item_id=place.item,
        version_id=place.version,
        version_no=place.no,
        state="pending" if one.pending else "final",
        outcome="" if one.pending else one.judgement.outcome,
        ruleset=ruleset.hash,
        plan=one.judgement.plan,
        hits=list(one.hits),
        undecided=[rest.to_json() for rest in one.judgement.undecided],
        inputs=kept_inputs(one, now=now),
        counted=one.noted.kept(),
        made_at=now,
        patience_until=now + timedelta(seconds=_patience(one)) if one.pending else None,
        decided_at=None if one.pending else now,
    )


def kept_inputs(one: Screened, *, now: datetime) -> dict[str, Any]:
    """The values a replay needs beyond the version itself: the item's own fields never change and are read from it.

    Of the account everything is kept, read or not: a later version of a policy is rehearsed on what was known then. So
    is what was seen in its media.
    """
    kept = {name: value for name, value in one.judgement.inputs.items() if not name.startswith("item.")}
    kept |= {f"account.{name}": value for name, value in one.prepared.event["account"].items()}
    if one.prepared.pictures:
        kept["pictures"] = list(one.prepared.pictures)
    if versions := signals.versions_of(name for name in kept if "(" in name):
        kept["signals"] = versions
    return kept | {"now": now.isoformat()}


def _patience(one: Screened) -> float:
    asked = [rest.patience for rest in one.judgement.undecided if rest.patience is not None]
    return max(asked) if asked else policy.patience_of(one.prepared.checked.kind)


def _received(
    one: Screened,
    place: Kept | None,
    rows: Mapping[UUID, Verdict],
    decided: Mapping[UUID, Any],
    ruleset: str,
) -> Result:
    if place is None:
        return StaleVersion()
    row = rows[place.item]
    after = decided.get(place.item)
    status, hidden = (after.status, after.hidden) if after else first_status(one)
    made = after.made if after else None
    return Received(
        item=place.item,
        version=place.no,
        status=status,
        hidden=hidden,
        verdict=row.id,
        outcome=row.outcome,
        ruleset=ruleset,
        hits=one.hits if not one.pending else (),
        decision=made.id if made else None,
        decision_outcome=made.outcome if made else "",
        statement_url=made.statement_html_url if made else "",
    )
