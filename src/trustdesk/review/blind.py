"""What a reviewer does not see before deciding: taken out of the sheet on the server, so that no page has it to show."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.work.models import WorkItem
from trustdesk.policy import queries as policy
from trustdesk.review.models import Judgement, Review
from trustdesk.review.second import LAST, answers, policies_of

if TYPE_CHECKING:
    from trustdesk.review.queries import Sheet

WORDS = {
    "account": gettext_lazy("the account"),
    "verdict": gettext_lazy("what the machine said"),
    "price": gettext_lazy("the price"),
    "history": gettext_lazy("earlier decisions"),
    "media": gettext_lazy("pictures and videos"),
    "notes": gettext_lazy("notes"),
}


def hidden_parts(row: Review, *, judged: bool) -> frozenset[str]:
    """What is hidden of an open review; no query. `judged`: somebody has judged it before."""
    terms = policy.review_terms(policies_of(row.hits))
    return terms.blind - terms.second_sees if judged else terms.blind


def as_seen(sheet: "Sheet", row: Any, *, actor: Actor) -> "Sheet":
    """The sheet as this person may see it; no query. `row.judged`: the judgements of the review (`judged.judged_by`).

    While a matter is open nobody sees what was answered, nor the notes that those who answered left meanwhile.
    """
    told = answers(row.judged)
    taken = next((one for one in sheet.decisions if one.id == row.decision), None)
    pending = taken is not None and taken.state == "pending" and taken.actor == actor.label
    if row.state == Review.State.OPEN or pending:
        judges = {f"staff:{one.staff}" for one in told if str(one.staff) != actor.id}
        notes = tuple(note for note in sheet.notes if not (note.author_label in judges and note.at >= row.opened_at))
        return blinded(replace(sheet, notes=notes), hidden_parts(row, judged=bool(judges)))
    mine = next((one for one in told if str(one.staff) == actor.id), None)
    if mine is not None and mine.no == LAST and not policy.review_terms(policies_of(row.hits)).third_told:
        return replace(sheet, judged=(mine,))
    return replace(sheet, judged=told if len(told) > 1 else ())


def blinded(sheet: "Sheet", parts: frozenset[str]) -> "Sheet":
    """The sheet without these parts."""
    if not parts:
        return sheet
    told = replace(sheet, hidden=parts)
    if "verdict" in parts:
        told = replace(
            told,
            verdict=replace(told.verdict, hits=(), undecided=()),
            work=replace(told.work, score_parts=(), tags=()),
        )
    if "price" in parts:
        told = replace(
            told,
            version=replace(
                told.version,
                price=None,
                currency="",
                fields={name: value for name, value in told.version.fields.items() if name != "old_price"},
            ),
            verdict=replace(told.verdict, hits=_without(told.verdict.hits, "price")),
        )
    if "account" in parts:
        told = replace(
            told,
            account=replace(
                told.account,
                external_id="",
                name=_("hidden"),
                email="",
                country="",
                verified=None,
                followers=None,
                registered_at=None,
                items_posted=0,
                kind="",
            ),
            account_counts={},
            account_decisions=(),
            item=replace(told.item, url=""),
            version=replace(told.version, url=""),
            around=replace(told.around, newest=()),
            places=tuple(place for place in told.places if place.value != told.account.email.casefold()),
            notes=tuple(note for note in told.notes if note.subject == "item"),
            verdict=replace(told.verdict, hits=_without(told.verdict.hits, "account")),
        )
    if "history" in parts:
        told = replace(
            told,
            decisions=(),
            account_decisions=(),
            account_counts={},
            around=replace(told.around, newest=()),
        )
    if "media" in parts:
        told = replace(
            told,
            pictures={},
            looks={},
            version=replace(told.version, media=()),
            verdict=replace(told.verdict, hits=_without(told.verdict.hits, "media")),
        )
    if "notes" in parts:
        told = replace(told, notes=())
    names = {note.author_label for note in told.notes}
    names |= {one.actor for one in (*told.decisions, *told.account_decisions)}
    return replace(told, names={label: name for label, name in told.names.items() if label in names})


def _without(hits: Sequence[dict[str, object]], part: str) -> tuple[dict[str, object], ...]:
    """Hits without the evidence that quotes a hidden part; that a rule hit stays."""

    def quotes(span: dict[str, object]) -> bool:
        field = str(span.get("field", ""))
        if part == "media":
            return bool(span.get("picture"))
        return field in {part, f"item.{part}"} or field.startswith(f"{part}.")

    return tuple({**hit, "evidence": [span for span in hit["evidence"] if not quotes(span)]} for hit in hits)  # type: ignore[attr-defined]


def words(parts: frozenset[str]) -> list[str]:
    """The hidden parts as people read them."""
    return [str(WORDS[part]) for part in WORDS if part in parts]


def shut(actor: Actor, item: UUID) -> bool:
    """Is this person judging the item just now without seeing all of it? Then its own page and what lies beside it stay
    shut until they have decided. One query, one more where they hold it."""
    if actor.kind != "staff":
        return False
    held = Review.objects.filter(
        state=Review.State.OPEN, work__state=WorkItem.State.CLAIMED, work__holder_id=UUID(actor.id), item_id=item
    )
    return any(
        hidden_parts(row, judged=Judgement.objects.filter(review=row, withdrawn_at=None).exists()) for row in held
    )
