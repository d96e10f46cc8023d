"""From a settled verdict to its decisions, restrictions lifted or kept, and the fact that tells it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from trustdesk.content.actions import Kept
from trustdesk.content.queries import AccountView, ItemView, VersionView
from trustdesk.decisions import actions as decisions
from trustdesk.decisions import queries as decided
from trustdesk.decisions.actions import DEFAULT_HOLD, Draft, Ground, RestrictionSpec
from trustdesk.decisions.queries import is_hidden
from trustdesk.engine import Hit
from trustdesk.engine import Verdict as Judgement
from trustdesk.kernel.people.actor import Actor
from trustdesk.policy import actions as policy_actions
from trustdesk.policy import queries as policy
from trustdesk.screening.events import Prepared
from trustdesk.screening.facts import ItemScreened
from trustdesk.screening.hits import stored_hits
from trustdesk.screening.noting import Noted

STATUS = {"approve": "live", "review": "in_review", "limit": "limited", "hold": "held", "reject": "rejected"}
_DECISION = {"reject": "remove", "hold": "hold", "limit": "limit"}
_SIDE_EFFECTS = ("warn", "educate", "flag")


@dataclass(frozen=True)
class Screened:
    """A submission judged: what counts (the plan's word after the emergency brake), its hits as they are stored, and
    whether it must wait."""

    prepared: Prepared
    judgement: Judgement
    hits: tuple[dict[str, Any], ...]
    texts: policy.Grounds
    pending: bool
    known: AccountView | None
    noted: Noted
    unscreened: bool = False


@dataclass(frozen=True)
class After:
    """What deciding made of an item."""

    made: Any  # the decision that restricts, or the side effect, or None
    status: str
    hidden: bool
    after_removal: bool


def judged(one: Screened) -> policy_actions.Judged:
    """What the emergency brake asks about."""
    checked = one.prepared.checked
    return policy_actions.Judged(checked.kind, checked.market.code, one.judgement, final=not one.pending)


def after_brake(one: Screened, ruled: policy.Ruled) -> Screened:
    """The same with what the emergency brake left of it; as it was where nothing was braked."""
    if not ruled.would:
        return one
    said = ruled.verdict
    return replace(one, judgement=said, hits=stored_hits(ruled, one.prepared, one.texts), pending=not said.settled)


def first_status(one: Screened) -> tuple[str, bool]:
    """Status and visibility of an item nothing else is known about."""
    status = "pending" if one.pending else STATUS[one.judgement.outcome]
    if status == "rejected" and _waits_for_two(one):
        status = "held"
    return status, is_hidden(status=status, publish=policy.publish_of(one.prepared.checked.kind))


def _waits_for_two(one: Screened) -> bool:
    """Does a removal of it wait for two people? No rule removes alone what a policy says two must agree on."""
    hits = zip(one.hits, one.judgement.hits, strict=True)
    return any(
        one.texts.get(hit["policy"], hit["version"]).two_people for hit, raw in hits if raw.then.verb == "reject"
    )


def decide_all(*, actor: Actor, screened: Sequence[tuple[Screened, Kept, UUID]], now: datetime) -> dict[UUID, After]:
    """Make the decisions that settled verdicts call for, lift what a better version overcame; item → After.

    Items known before may be restricted already: a rule's restriction ends with a version that passes, a person's stays
    until a person has judged the new version.
    """
    known_before = [place.item for _, place, _ in screened if not place.new]
    held = decided.restrictions_in_force(known_before, now=now) if known_before else {}
    drafts: list[Draft] = []
    lifted: dict[UUID, list[UUID]] = {}
    by_person: set[UUID] = set()
    for one, place, verdict in screened:
        mine = drafts_of(one, place, verdict=verdict, now=now)
        drafts.extend(mine)
        restrictions = held.get(place.item, [])
        passed = one.judgement.outcome in {"approve", "limit"}
        if any(maker == "person" for _, _, maker in restrictions) and passed:
            by_person.add(place.item)
        if one.judgement.outcome != "review":
            lifted[place.item] = [
                restriction for restriction, _, maker in restrictions if maker == "rule" or not passed
            ]
    made = decisions.commit(actor=actor, drafts=drafts, texts=screened[0][0].texts, now=now) if drafts else []
    by_item: dict[UUID, Any] = {}
    for draft, decision in zip(drafts, made, strict=True):
        if draft.item is not None:
            by_item.setdefault(draft.item.id, decision)
    gone = [restriction for restrictions in lifted.values() for restriction in restrictions]
    if gone:
        decisions.lift(actor=actor, restriction_ids=gone, why="a new version was judged", by=None, at=now, now=now)
    # The very words that rules had removed, judged milder: their decision falls, and not only what it restricted.
    let_pass = {
        place.item: one.prepared.checked.content_hash
        for one, place, _ in screened
        if lifted.get(place.item) and one.judgement.outcome != "reject"
    }
    if let_pass:
        decisions.pass_again(passed=let_pass, now=now)
    statuses = decisions.refresh_statuses(item_ids=known_before, now=now) if known_before else {}
    after: dict[UUID, After] = {}
    for one, place, _ in screened:
        status, hidden = statuses.get(place.item) or first_status(one)
        after[place.item] = After(
            made=by_item.get(place.item), status=status, hidden=hidden, after_removal=place.item in by_person
        )
    return after


def drafts_of(one: Screened, place: Kept, *, verdict: UUID, now: datetime) -> list[Draft]:
    """The decisions a verdict calls for: one that restricts, or one for each side effect; none for a clean item."""
    outcome = one.judgement.outcome
    wanted: list[tuple[str, list[int]]] = []
    places = range(len(one.judgement.hits))
    if outcome in _DECISION:
        ranked = [i for i in places if one.judgement.hits[i].then.verb == outcome]
        if ranked:
            wanted.append((_DECISION[outcome], ranked))
    if outcome != "reject":
        for verb in _SIDE_EFFECTS:
            told = [i for i in places if one.judgement.hits[i].then.verb == verb]
            if told:
                wanted.append((verb, told))
    return [_draft(one, place, made_of, chosen, verdict=verdict, now=now) for made_of, chosen in wanted]


def _draft(one: Screened, place: Kept, outcome: str, chosen: Sequence[int], *, verdict: UUID, now: datetime) -> Draft:
    checked = one.prepared.checked
    first: Hit = one.judgement.hits[chosen[0]]
    status, hidden = first_status(one)
    item = ItemView(
        id=place.item,
        source=checked.source,
        external_id=checked.external_id,
        kind=checked.kind,
        account=place.account,
        market=checked.market.code,
        language=checked.language,
        status=status,
        verdict=one.judgement.outcome,
        hidden=hidden,
        title=checked.title[:300],
        version=place.no,
        url=checked.url,
        expected_views=checked.expected_views,
        posted_at=checked.posted_at,
        received_at=now,
        changed_at=now,
        withdrawn_at=None,
        withdrawn_reason="",
    )
    version = VersionView(
        id=place.version,
        item=place.item,
        no=place.no,
        market=checked.market.code,
        language=checked.language,
        url=checked.url,
        title=checked.title,
        body=checked.body,
        price=checked.price,
        currency=checked.currency,
        category=checked.category,
        fields=checked.declared,
        content_hash=checked.content_hash,
        posted_at=checked.posted_at,
        received_at=now,
        media=(),
    )
    hits = [one.hits[i] for i in chosen]
    return Draft(
        item=item,
        version=version,
        account=_account(one, place),
        outcome=outcome,
        grounds=tuple(
            dict.fromkeys(
                Ground(policy=hit["policy"], version=hit["version"], clause=hit["clause"], rule=hit["rule"])
                for hit in hits
            )
        ),
        restrictions=_restrictions(outcome, first, checked.market.code),
        labels=tuple(dict.fromkeys(label for hit in hits for label in hit["labels"])),
        evidence=tuple({**span, "policy": hit["policy"]} for hit in hits for span in hit["evidence"]),
        actor=Actor(kind="rule", id=f"{first.policy}/{first.rule}", name=first.rule, handle="TrustDesk"),
        status=status,
        hidden=hidden,
        automated_detection=True,
        noticed_at=now,
        verdict=verdict,
        # A hold of something nobody has seen yet is told by what follows it.
        letter=outcome != "hold" or not place.new,
    )


def _restrictions(outcome: str, first: Hit, market: str) -> tuple[RestrictionSpec, ...]:
    if outcome == "remove":
        return (RestrictionSpec("remove"),)
    if outcome == "hold":
        return (RestrictionSpec("disable", seconds=first.then.until or DEFAULT_HOLD.total_seconds()),)
    if outcome == "limit":
        kind = first.then.kind or "demote"
        return (RestrictionSpec(kind, markets=(market,) if kind == "geo" else (), seconds=first.then.until),)
    return ()


def _account(one: Screened, place: Kept) -> AccountView:
    told, known = one.prepared.checked.account, one.known
    return AccountView(
        id=place.account,
        source=one.prepared.checked.source,
        external_id=told.external_id,
        name=told.name or (known.name if known else ""),
        kind=told.kind or (known.kind if known else ""),
        email=told.email or (known.email if known else ""),
        language=told.language or (known.language if known else ""),
        country=told.country or (known.country if known else ""),
        verified=told.verified,
        followers=told.followers,
        registered_at=told.registered_at or (known.registered_at if known else None),
        first_seen_at=known.first_seen_at if known else one.prepared.event["now"],
        items_posted=(known.items_posted if known else 0) + 1,
    )


def screened_fact(
    one: Screened, place: Kept, *, verdict: UUID, ruleset: str, after: After | None, again: bool = False
) -> ItemScreened:
    """The fact, with hits as places, not words."""
    checked = one.prepared.checked
    status, hidden = (after.status, after.hidden) if after else first_status(one)
    return ItemScreened(
        item=place.item,
        verdict=verdict,
        version=place.no,
        outcome=one.judgement.outcome,
        source=checked.source,
        external_id=checked.external_id,
        item_kind=checked.kind,
        market=checked.market.code,
        language=checked.language,
        category=checked.category,
        account=place.account,
        account_external_id=checked.account.external_id,
        status=status,
        hidden=hidden,
        hits=[_without_words(hit) for hit in one.hits],
        undecided=[rest.to_json() for rest in one.judgement.undecided],
        ruleset=ruleset,
        expected_views=checked.expected_views,
        unscreened=one.unscreened,
        after_removal=bool(after and after.after_removal),
        again=again,
    )


def _without_words(hit: Mapping[str, Any]) -> dict[str, Any]:
    return {**hit, "evidence": [{k: v for k, v in span.items() if k != "text"} for span in hit["evidence"]]}
