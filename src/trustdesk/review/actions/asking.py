"""Asking the author for evidence, with a clock: questions and a due date; the answer brings the work back, and so does the
end of the time. Nothing is decided by either: a person looks."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext, override

from trustdesk.content import queries as content
from trustdesk.files import queries as files
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, NotFound, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import markets, sources
from trustdesk.kernel.people.rules import Allowance
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work import queries as work_queries
from trustdesk.post.actions import write_letter
from trustdesk.review import routing
from trustdesk.review.facts import EvidenceAsked, EvidenceGiven, EvidenceNotGiven
from trustdesk.review.models import EvidenceRequest, Review

DAYS = (3, 7, 14)
LONGEST, MOST_FILES = 10_000, 5
State = EvidenceRequest.State
_signer = Signer(salt="evidence")


class AskedTheAuthor(Refusal):
    """The author is asked already and has time to answer."""

    code, status = "asked_already", 409


class AnsweredAlready(Refusal):
    """You have answered this already. Thank you: a person reads it."""

    code, status = "answered_already", 409


class Over(Refusal):
    """This was decided meanwhile. If you disagree with the decision, its letter says what you can do."""

    code, status = "evidence_over", 409


@dataclass(frozen=True)
class RequestView:
    """A request for evidence. `state`: open, answered, expired (nobody answered in time; an answer is still read while
    nothing is decided), or over (decided without one)."""

    id: UUID
    review: UUID
    item: UUID
    account: UUID
    questions: str
    state: str
    asked_at: datetime
    due_at: datetime
    told_by: str
    language: str
    answer: str
    files: tuple[UUID, ...]
    answered_at: datetime | None
    late: bool


def path_of(request: UUID) -> str:
    """The signed address at which the author answers: opens this and nothing else."""
    return f"/e/{_signer.sign(str(request))}"


def evidence_url(request: UUID) -> str:
    """The same with the desk's public address."""
    return settings.PUBLIC_URL + path_of(request)


def request_of(token: str) -> UUID:
    """The request a signed address names. Raises NotFound."""
    try:
        return UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        raise NotFound("This link leads to no question. Perhaps it was copied without its last letters.") from None


def as_author(account: UUID) -> Actor:
    """The actor of who holds a signed link: may bring files, and nothing else."""
    return Actor(kind="user", id=str(account), allowances=frozenset({Allowance("files.write")}))


def requests_of(review: UUID) -> list[RequestView]:
    """What was asked in a review, newest first; one query."""
    return _views(EvidenceRequest.objects.filter(review_id=review).select_related("review").order_by("-id"))


def request_view(request_id: UUID) -> RequestView:
    """Raises NotFound."""
    found = _views(EvidenceRequest.objects.filter(id=request_id).select_related("review"))
    if not found:
        raise NotFound("There is no such request.")
    return found[0]


@action(right="review.decide")
def ask(
    *, actor: Actor, review_id: UUID, questions: str, days: int, now: datetime, key: UUID | None = None
) -> UUID | None:
    """Ask the author of a claimed review's item for evidence: told by letter or webhook, with a signed link. The work rests
    until the answer comes or `days` are over, then waits for anyone; its clock stands still meanwhile. Sent twice with one
    `key`, it happens once. None for a golden item, whose author is not troubled.

    Raises NotFound, Invalid, ClaimLost, AskedTheAuthor.
    """
    questions = questions.strip()
    fields = {}
    if not questions or len(questions) > LONGEST:
        fields["questions"] = "Say what you want to know."
    if days not in DAYS:
        fields["days"] = gettext("One of %(options)s days.") % {"options": ", ".join(map(str, DAYS))}
    if fields:
        raise Invalid("The author could not be asked.", fields=fields)
    review = Review.objects.filter(id=review_id, state=Review.State.OPEN).first()
    if review is None:
        raise NotFound("There is no such open review.")
    item = content.items([review.item_id])[review.item_id]
    actor.require("review.decide", market=item.market)
    due_at = now + timedelta(days=days)
    work.hold(actor=actor, work_id=review.work_id, until=due_at, now=now, reason="the author is asked")
    Review.objects.filter(id=review.id).update(last_key=key, asked_author=review.golden_id is None)
    if review.golden_id is not None:
        return None
    _stand_still(actor=actor, review=review, now=now)
    account = content.accounts([item.account])[item.account]
    source, market = sources().get(item.source), markets().get(item.market)
    shipped = {code for code, _name in settings.LANGUAGES}
    wishes = [wish.partition("-")[0] for wish in (account.language, *(market.languages if market else ()))]
    by_letter = bool(account.email and source and source.letter_sender)
    row = EvidenceRequest(
        id=uuid7(),
        review=review,
        item_id=item.id,
        account_id=account.id,
        asked_by_id=UUID(actor.id),
        questions=questions,
        language=next((wish for wish in wishes if wish in shipped), "en"),
        told_by="letter" if by_letter else "webhook",
        asked_at=now,
        due_at=due_at,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AskedTheAuthor from error
    url = evidence_url(row.id)
    if by_letter and source is not None:
        with override(row.language):
            day = date_format(localtime(due_at), "j F Y")
        write_letter(
            actor=actor,
            to=account.email,
            sender=source.letter_sender,
            kind="evidence",
            languages=[row.language],
            values={
                "name": account.name,
                "source": source.name,
                "title": item.title or item.external_id,
                "paragraphs": [part for part in questions.splitlines() if part.strip()],
                "day": day,
                "url": url,
            },
            about=f"item:{item.id}",
            cause=row.id,
            now=now,
        )
    record(
        EvidenceAsked(
            item=item.id,
            request=row.id,
            review=review.id,
            account=account.id,
            account_external_id=account.external_id,
            source=item.source,
            external_id=item.external_id,
            item_kind=item.kind,
            questions=questions,
            due_at=due_at,
            url=url,
            told_by=row.told_by,
        ),
        actor=actor,
        at=now,
    )
    return row.id


@action(right="-")
def answer(*, actor: Actor, request_id: UUID, text: str, files_sent: Sequence[UUID] = (), now: datetime) -> None:
    """The author answers, by page or API; a late answer is read while nothing is decided. The work waits for anyone again.

    Raises NotFound, Invalid, AnsweredAlready, Over.
    """
    row = EvidenceRequest.objects.select_for_update(of=("self",)).filter(id=request_id).select_related("review").first()
    if row is None:
        raise NotFound("There is no such request.")
    if row.state == State.ANSWERED:
        raise AnsweredAlready
    if row.review.state != Review.State.OPEN:
        raise Over
    text, sent = text.strip(), list(dict.fromkeys(files_sent))
    fields = {}
    if not text or len(text) > LONGEST:
        fields["text"] = gettext("Say it in a few words, at most %(n)s characters.") % {"n": f"{LONGEST:,}"}
    if len(sent) > MOST_FILES:
        fields["files"] = gettext("At most %(n)s files.") % {"n": MOST_FILES}
    elif len(files.views_of(sent)) < len(sent):
        fields["files"] = "One of these files does not exist."
    if fields:
        raise Invalid("The answer could not be taken.", fields=fields)
    EvidenceRequest.objects.filter(id=row.id).update(state=State.ANSWERED, answer=text, files=sent, answered_at=now)
    with suppress(work.NotWaiting):  # somebody took it up meanwhile, and sees the answer on the page
        work.keep_for_holder(actor=actor, work_id=row.review.work_id, until=now, now=now)
    go_on(actor=actor, review=row.review, now=now)
    record(
        EvidenceGiven(
            item=row.item_id, request=row.id, review=row.review_id, text=text, files=len(sent), late=now > row.due_at
        ),
        actor=actor,
        at=now,
    )


def work_waits_again(*, work_id: UUID, now: datetime) -> None:
    """The work of a review waits again: what was asked and not answered in time is over. By what is so, as facts come more
    than once."""
    row = (
        EvidenceRequest.objects.filter(review__work_id=work_id, state=State.OPEN, due_at__lte=now)
        .select_related("review")
        .first()
    )
    if row is not None:
        _expire(actor=SYSTEM, row=row, now=now)


@action(right="-")
def _expire(*, actor: Actor, row: EvidenceRequest, now: datetime) -> None:
    EvidenceRequest.objects.filter(id=row.id, state=State.OPEN).update(state=State.EXPIRED)
    go_on(actor=actor, review=row.review, now=now)
    record(EvidenceNotGiven(item=row.item_id, request=row.id, review=row.review_id), actor=actor, at=now)


def _stand_still(*, actor: Actor, review: Review, now: datetime) -> None:
    """We wait for somebody else: the time until the first decision does not count."""
    if _phase(review) == "running":
        work.pause_clock(actor=actor, work_id=review.work_id, name=routing.CLOCK, now=now)


def go_on(*, actor: Actor, review: Review, now: datetime) -> None:
    """Nobody waits for the author any more: the clock runs on."""
    if _phase(review) == "paused":
        work.resume_clock(actor=actor, work_id=review.work_id, name=routing.CLOCK, now=now)


def _phase(review: Review) -> str:
    clocks = work_queries.clocks_of([review.work_id])[review.work_id]
    return next((clock.phase for clock in reversed(clocks) if clock.name == routing.CLOCK), "")


def _views(rows: object) -> list[RequestView]:
    return [
        RequestView(
            id=row.id,
            review=row.review_id,
            item=row.item_id,
            account=row.account_id,
            questions=row.questions,
            state="over" if row.state != State.ANSWERED and row.review.state != Review.State.OPEN else row.state,
            asked_at=row.asked_at,
            due_at=row.due_at,
            told_by=row.told_by,
            language=row.language,
            answer=row.answer,
            files=tuple(row.files),
            answered_at=row.answered_at,
            late=row.answered_at is not None and row.answered_at > row.due_at,
        )
        for row in rows  # type: ignore[attr-defined]
    ]
