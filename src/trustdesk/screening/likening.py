"""Near-duplicates and links of accounts: what a submission leaves for them, and what rules ask of them.

Everything that came is told to signals by a loop that follows the ledger, a moment after it was stored: who submits waits
for nothing. While a rule of the plan asks `cluster_size` or `linked_accounts`, each submission leaves its own before it is
judged, in short transactions, as it leaves its text: then of n alike that come at once, at most k see fewer than k + 1.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from trustdesk.content import queries as content
from trustdesk.engine import MISSING, Plan, Request, nodes
from trustdesk.files import queries as files
from trustdesk.kernel.ledger.models import Position
from trustdesk.screening.models import Follower
from trustdesk.screening.rules import joined_words
from trustdesk.signals import actions as signal_memory
from trustdesk.signals import queries as signals
from trustdesk.signals.actions import Marked, Sketched

if TYPE_CHECKING:
    from trustdesk.screening.events import Prepared
    from trustdesk.screening.noting import Noted

LOOKUPS = frozenset({"cluster_size", "linked_accounts"})
_FOLLOWER = "likeness"
_STEP = 5_000  # facts of all kinds looked at in one round
_BATCH = 200


@lru_cache(maxsize=8)
def asked_by(plan: Plan) -> frozenset[str]:
    """Which of these lookups a rule of the plan asks."""
    asks = (node for rule in plan.rules for node in nodes.walk(rule.tree) if isinstance(node, nodes.Ask))
    return frozenset(node.signal for node in asks) & LOOKUPS


def leave(prepared: Sequence["Prepared"], *, plan: Plan, now: datetime) -> None:
    """Keep what rules of the plan ask about: committed before they are asked."""
    asked = asked_by(plan)
    if "cluster_size" in asked:
        signal_memory.sketch(
            contents=[
                Sketched(one.owner, one.account_key, sketch, now)
                for one in prepared
                if one.text and (sketch := _sketch(one.text)) is not None
            ]
        )
    if "linked_accounts" in asked:
        signal_memory.mark(marked=[_marked(one, now) for one in prepared])


def answer(asked: Sequence[tuple[Request, "Prepared", "Noted"]]) -> dict[Request, Any]:
    """Answers of `cluster_size` and `linked_accounts`; MISSING where there is nothing that could be alike."""
    answers: dict[Request, Any] = {}
    sizes: list[tuple[Request, signals.SizeQuestion]] = []
    links: list[tuple[Request, signals.LinkedQuestion]] = []
    for request, one, noted in asked:
        if request.name == "linked_accounts":
            by = request.arguments.get("by")
            account = _name_of(request.arguments["account"])
            if account:
                links.append((request, signals.LinkedQuestion(account, (str(by),) if by else signals.MARK_KINDS)))
            continue
        within = request.arguments.get("within")
        window = float(within) if within is not None else signals.LONGEST
        sketches = _sketches(request.arguments["value"])
        if not sketches:
            answers[request] = MISSING
        elif 0 < window <= signals.LONGEST:
            sizes.append((request, signals.SizeQuestion(sketches, one.owner, window, noted.at, before=noted.again)))
    for (request, _), size in zip(sizes, signals.sizes([question for _, question in sizes]), strict=True):
        answers[request] = size
    for (request, _), count in zip(links, signals.linked([question for _, question in links]), strict=True):
        answers[request] = count
    return answers


def follow(*, now: datetime) -> bool:
    """Tell signals of the versions that came since, in the ledger's order; True when there may be more at once.

    Told again after a crash, everything is as it was: sketches and marks are kept once.
    """
    row, _ = Follower.objects.get_or_create(name=_FOLLOWER, defaults={"at": now})
    head = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
    until = min(head, row.position + _STEP)
    told = list(
        Position.objects.filter(position__gt=row.position, position__lte=until, fact__kind="item.received")
        .order_by("position")
        .values_list("position", "fact__payload__item", "fact__payload__version")[:_BATCH]
    )
    if len(told) == _BATCH:
        until = told[-1][0]
    if told:
        _tell(content.arrived([(UUID(item), version) for _, item, version in told]), now=now)
    if until > row.position:
        Follower.objects.filter(id=row.id, position=row.position).update(position=until, at=now)
    return until < head


def _tell(arrived: Sequence[content.Arrived], *, now: datetime) -> None:
    sketched, marked = [], []
    for one in arrived:
        if now - one.at > signals.KEPT:
            continue  # older than anything is kept: it would be swept at once
        text = joined_words(one.title, one.body, one.fields)
        sketch = _sketch(text)
        if sketch is not None:
            sketched.append(Sketched(one.owner, one.account, sketch, one.at))
        marks = signals.marks_in(text, regions=(one.market,), email=one.email)
        marked.append(Marked(one.owner, one.account, tuple(marks), one.at))
    signal_memory.sketch(contents=sketched)
    signal_memory.mark(marked=marked)
    leave_pictures([one.id for one in arrived if one.media])


def leave_pictures(versions: Sequence[UUID]) -> None:
    """Keep the sketches of pictures that were looked into: the media worker calls it, once it has; of pictures that were
    known before, the loop that follows."""
    if not versions:
        return
    found = content.versions_by_id(versions)
    items = content.items(version.item for version in found.values())
    accounts = content.accounts(item.account for item in items.values())
    views = files.views_of(medium.file for version in found.values() for medium in version.media if medium.file)
    hashes = signals.picture_hashes(view.hash for view in views.values() if view.ready)
    contents = []
    for version in found.values():
        item = items[version.item]
        account = accounts[item.account]
        for medium in version.media:
            view = views.get(medium.file) if medium.file else None
            if view is not None and view.hash in hashes:
                owner = f"{item.source}/{item.kind}/{item.external_id}"
                contents.append(
                    Sketched(
                        owner,
                        f"{account.source}/{account.external_id}",
                        signals.image_sketch(hashes[view.hash]),
                        version.received_at,
                    )
                )
    signal_memory.sketch(contents=contents)


def _marked(one: "Prepared", now: datetime) -> Marked:
    checked = one.checked
    marks = signals.marks_in(one.text, regions=(checked.market.code,), email=checked.account.email)
    return Marked(one.owner, one.account_key, tuple(marks), now)


def _sketches(value: Any) -> tuple[signals.Sketch, ...]:
    """Of a text, or of each picture in a list."""
    if isinstance(value, str):
        sketch = _sketch(value)
        return (sketch,) if sketch is not None else ()
    return tuple(signals.image_sketch(pdq) for pdq in signals.picture_hashes(each for each in value if each).values())


@lru_cache(maxsize=2_000)
def _sketch(text: str) -> signals.Sketch | None:
    """Made to be kept and again to be asked about: of the same text at once."""
    return signals.text_sketch(text)


def _name_of(value: Any) -> str:
    named = value.get("id") if isinstance(value, Mapping) else value
    return named if isinstance(named, str) else ""
