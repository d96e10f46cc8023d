"""Which decisions the register must be given: the ledger is read in its order, so none is missed and none is read twice.

A decision that can still be undone is waited for. Each becomes one entry, by constraint.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.facts import AccountDecided, DecisionMade
from trustdesk.kernel.ledger.models import Position
from trustdesk.kernel.people.queries import MarketView, markets
from trustdesk.notices import queries as notices
from trustdesk.policy import queries as policy
from trustdesk.register import deriving, rules, scan
from trustdesk.register.models import Entry, Reader

_DECISIONS = (DecisionMade.kind, AccountDecided.kind)
_STEP = 2_000  # facts of all kinds looked at in one transaction
_MOST = 500  # decisions turned into entries in one transaction


@dataclass(frozen=True)
class Gathered:
    """`more`: another round may find more at once."""

    entries: int
    refused: int
    more: bool


def gather(*, now: datetime) -> Gathered:
    """One round of reading: entries for decisions that took effect since, waiting or refused. Runs wait for each other."""
    Reader.objects.get_or_create(id=1)
    with transaction.atomic():
        reader = Reader.objects.select_for_update().get(id=1)
        until, ids, more = _told(reader.position, now=now)
        rows = _entries(decisions.told_of(ids, now=now), now=now)
        Entry.objects.bulk_create(rows)
        if until > reader.position:
            Reader.objects.filter(id=1).update(position=until)
    return Gathered(len(rows), sum(1 for row in rows if row.errors), more)


def judge_again(*, now: datetime) -> int:
    """Derive what was refused anew, as labels, policies and markets are now; returns how many may go. What the register
    itself refused goes again only when something of it changed."""
    mended = 0
    refused = Entry.objects.filter(batch=None).exclude(errors={}).order_by("id")
    for ids in _pieces(list(refused.values_list("decision_id", flat=True))):
        with transaction.atomic():
            rows = {row.decision_id: row for row in refused.select_for_update().filter(decision_id__in=ids)}
            for new in _entries(decisions.told_of(rows, now=now), now=now):
                old = rows[new.decision_id]
                if new.payload == old.payload and (old.refused_there or new.errors == old.errors):
                    continue
                Entry.objects.filter(id=old.id).update(
                    payload=new.payload, errors=new.errors, refused_there=False, made_at=now
                )
                mended += not new.errors
    return mended


def _told(position: int, *, now: datetime) -> tuple[int, list[UUID], bool]:
    """How far it was read, the decisions told of, whether more waits. Stops before one that has not taken effect."""
    head = Position.objects.order_by("-position").values_list("position", flat=True).first() or 0
    until = min(head, position + _STEP)
    ids: list[UUID] = []
    facts = Position.objects.filter(position__gt=position, position__lte=until, fact__kind__in=_DECISIONS)
    for at, payload in facts.order_by("position").values_list("position", "fact__payload"):
        if datetime.fromisoformat(payload["effective_at"]) > now:
            return at - 1, ids, False
        if payload["restrictions"]:
            ids.append(UUID(payload["decision"]))
        if len(ids) == _MOST:
            return at, ids, True
    return until, ids, until < head


def _entries(found: Sequence[decisions.DecisionView], *, now: datetime) -> list[Entry]:
    """Entries of those that concern the register; ten queries for any number."""
    items = content.items(one.item for one in found if one.item)
    accounts = content.accounts(one.account for one in found)
    texts = policy.grounds((str(c["policy"]), int(c["version"])) for one in found for c in one.clauses)
    taxonomy = policy.labels()
    posted = content.posted(one.item for one in found if one.item)
    homes = content.markets_of(one.account for one in found if not one.item)
    notified = notified_of(found)
    known = markets()
    rows = []
    for one in found:
        account = accounts[one.account]
        item = items.get(one.item) if one.item else None
        home = {item.market} if item else ({account.country} if account.country else homes.get(account.id, set()))
        if one.ground == "order" or not any(_under_dsa(code, known) for code in home):
            continue
        if not deriving.scope(one.restrictions):
            continue
        market = known.get(item.market) if item else next((known[code] for code in sorted(home) if code in known), None)
        case = deriving.Case(
            decision=one,
            account=account,
            item=item,
            posted_at=posted.get((item.id, one.version)) or item.received_at
            if item
            else account.registered_at or account.first_seen_at,
            clauses=[_clause(clause, texts, item.kind if item else "account") for clause in one.clauses],
            labels=[taxonomy[code] for code in one.labels if code in taxonomy],
            notified=notified.get(one.id, deriving.Notified()),
            time_zone=market.time_zone if market else "UTC",
        )
        payload = deriving.payload(case)
        rows.append(
            Entry(
                decision_id=one.id,
                source_id=account.source,
                puid=payload["puid"],
                payload=payload,
                errors=_refused(payload, case),
                made_at=now,
            )
        )
    return rows


def _refused(payload: dict[str, Any], case: deriving.Case) -> rules.Errors:
    """What the register would refuse, else what we do."""
    errors = rules.check(payload).errors
    if not errors:
        errors = rules.stricter(payload)
        country = case.item.market if case.item else case.account.country
        for name, told in scan.personal(payload, (country,) if country else ()).items():
            errors.setdefault(name, []).extend(told)
    return errors


def _under_dsa(code: str, known: dict[str, MarketView]) -> bool:
    market = known.get(code)
    return bool(deriving.eea(code)) or (market is not None and market.legal_regime == "dsa")


def _clause(clause: dict[str, Any], texts: policy.Grounds, kind: str) -> deriving.Clause:
    """A clause in English with nothing of the author's in it: the reason's variables name no words of theirs."""
    text = texts.get(str(clause["policy"]), int(clause["version"]))
    said = str(clause.get("clause") or "")
    title = text.clause_title(said, "en")
    number = f", clause {said}" + (f" ({title})" if title else "") if said else ""
    words = {"kind": kind.replace("_", " "), "title": "", "matched": title or "what this rule describes"}
    reason = policy.fill(text.reasons.get("en", ""), words)
    return deriving.Clause(
        ground=f"{text.title_in('en')}, version {text.version}{number}",
        reason=reason,
        url=f"{settings.PUBLIC_URL}/rules/{text.code}",
    )


def notified_of(found: Sequence[decisions.DecisionView]) -> dict[UUID, deriving.Notified]:
    """How each decision came to light, where somebody told of it: as the author was told in the statement. By a trusted
    flagger where one spoke inside its area."""
    told = decisions.notified([one.id for one in found])
    # What is decided about an account follows something: who told of that, told of this.
    roots = decisions.roots([one.id for one in found if one.id in told and one.item is None])
    asked = [
        notices.Asked(one.id, root.item, root.account, root.made_at)
        for one, root in ((one, roots.get(one.id, one)) for one in found if one.id in told)
    ]
    trusted = notices.trusted_behind(asked)
    return {
        one: deriving.Notified("trusted", trusted[one]) if one in trusted else deriving.Notified("notice")
        for one in told
    }


def _pieces(ids: list[UUID]) -> Iterable[list[UUID]]:
    return (ids[at : at + _MOST] for at in range(0, len(ids), _MOST))
