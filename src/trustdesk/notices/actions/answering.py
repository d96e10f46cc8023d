"""Every notifier is told: that the notice arrived, and what was decided, with what they can do about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from trustdesk.content import queries as content
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.notices import wording
from trustdesk.notices.facts import NoticeDecided
from trustdesk.notices.links import notice_url
from trustdesk.notices.models import Notice
from trustdesk.notices.rules import OBJECTABLE
from trustdesk.post.actions import LetterDraft, write_letters
from trustdesk.post.queries import reply_address


class NothingToAnswer(Refusal):
    """Nobody waits for an answer here."""

    code, status = "nothing_to_answer", 409


def confirm(*, actor: Actor, notices: Sequence[Notice], now: datetime) -> None:
    """The receipt, by letter, to who left an address; part of the caller's action."""
    if not notices or (first := notices[0]).reporter is None or not first.reporter.email:
        return
    # Who wrote a mail that names no place is asked for it: an answer comes to an address that names the notice.
    back = reply_address("notice", first.id) if _nowhere(first) else ""
    letter = _letter(first, wording.receipt(notices, asks=bool(back)), kind="notice_receipt", reply_to=back)
    if letter is not None:
        write_letters(actor=actor, letters=[letter], now=now)


def _nowhere(row: Notice) -> bool:
    return row.channel == "mail" and row.state == Notice.State.WAITING and row.subject == "unknown"


@action(right="-")
def answer(
    *,
    actor: Actor,
    notices: Sequence[Notice],
    outcome: str,
    decision: UUID | None,
    now: datetime,
    automated: bool = False,
    told: str = "",
    again: bool = False,
    told_already: UUID | None = None,
) -> int:
    """Answer these notices, each in its own language, once: by letter where there is an address, else the platform
    carries the words. `told`: a sentence of who decided. `again`: they were answered by a decision that another one has
    replaced; the notice `told_already` gets no letter for it. Returns how many. Raises NothingToAnswer."""
    letters: list[LetterDraft] = []
    items = content.items([row.item_id for row in notices if row.item_id])
    answered = 0
    for row in notices:
        before = Notice.objects.filter(id=row.id)
        # What was answered “judged before” is answered again once something was done after all.
        if again:
            before = before.filter(state=Notice.State.ANSWERED, decision=row.decision).exclude(outcome=outcome)
        elif outcome == "acted":
            before = before.filter(outcome__in=["", "judged_before"])
        else:
            before = before.filter(state=Notice.State.WAITING)
        words = wording.answer(
            row,
            outcome=outcome,
            automated=automated,
            told=told,
            item=items.get(row.item_id) if row.item_id else None,
            objectable=decision is not None,
            again=again,
        )
        moved = before.exclude(state=Notice.State.STORED).update(
            state=Notice.State.ANSWERED,
            outcome=outcome,
            decision=decision,
            automated=automated,
            answer=words.text,
            answered_at=now,
        )
        if not moved:
            continue
        answered += 1
        # An answer to “it may stay” objects.
        back = reply_address("appeal", row.id) if decision is not None and outcome in OBJECTABLE else ""
        letter = _letter(row, words, kind="notice_answer", reply_to=back)
        if letter is not None and row.id != told_already:
            letters.append(letter)
        item = items.get(row.item_id) if row.item_id else None
        record(
            NoticeDecided(
                about=row.item_id or row.account_id or row.id,
                notice=row.id,
                item=row.item_id,
                account=row.account_id,
                source=row.source_id,
                external_id=item.external_id if item else "",
                item_kind=item.kind if item else "",
                category=row.category,
                outcome=outcome,
                decision=decision,
                automated=automated,
                told_by="letter" if letter else "webhook",
                decided_at=now,
                url=notice_url(row.id),
                reporter=row.reporter.external_id if row.reporter else "",
                answer="" if letter else words.text,
            ),
            actor=actor,
            at=now,
        )
    if letters:
        write_letters(actor=actor, letters=letters, now=now)
    if not answered:
        raise NothingToAnswer
    return answered


def answer_again(
    *,
    actor: Actor,
    decisions: Iterable[UUID],
    by: UUID,
    acted: bool,
    now: datetime,
    told_already: UUID | None = None,
) -> int:
    """Decisions were put right by another: whoever they answered learns that something was done after all, or that it may
    stay after all; part of the caller's action. Returns how many are answered anew; 0 where nobody reported it."""
    outcome = "acted" if acted else "no_action"
    rows = list(
        Notice.objects.select_for_update(of=("self",))
        .filter(decision__in=set(decisions), state=Notice.State.ANSWERED)
        .exclude(outcome=outcome)
        .select_related("reporter")
        .order_by("id")
    )
    if not rows:
        return 0
    return answer(
        actor=actor, notices=rows, outcome=outcome, decision=by, now=now, again=True, told_already=told_already
    )


def _letter(row: Notice, words: wording.Words, *, kind: str, reply_to: str = "") -> LetterDraft | None:
    """The letter to a notifier; None where nobody left an address. `reply_to`: the address an answer to it goes to."""
    if row.reporter is None or not row.reporter.email:
        return None
    source = people.sources().get(row.source_id) if row.source_id else None
    with translation.override(words.language):
        html = render_to_string(
            "notices/letter.html",
            {
                "words": words,
                "subject": words.subject,
                "language": words.language,
                "source": source.name if source else "",
            },
        )
    return LetterDraft(
        to=row.reporter.email,
        sender=source.letter_sender if source else "",
        language=words.language,
        kind=kind,
        subject=words.subject,
        text=words.text,
        html=html,
        about=f"notice:{row.id}",
        cause=row.id,
        reply_to=reply_to,
    )
