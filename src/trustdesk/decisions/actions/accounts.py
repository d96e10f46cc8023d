"""Deciding about an account as a whole."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.content import queries as content
from trustdesk.decisions import queries
from trustdesk.decisions.actions.committing import Made, commit
from trustdesk.decisions.actions.person import IncompleteStatement
from trustdesk.decisions.drafts import Draft, Ground, RestrictionSpec
from trustdesk.decisions.models import Decision
from trustdesk.decisions.prevailing import standing_of
from trustdesk.decisions.rules import ACCOUNT_KINDS, OUTCOMES, RESTRICTIVE, UNDO_WINDOW
from trustdesk.decisions.sources import reported
from trustdesk.decisions.statements import Incomplete
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import markets as all_markets
from trustdesk.policy import queries as policy

OF_ACCOUNTS = frozenset({*ACCOUNT_KINDS, "demonetise"})
FOR_GOOD = frozenset({"end_account", "end_service"})


@action(right="-")
def decide_account(
    *,
    actor: Actor,
    account_id: UUID,
    outcome: str,
    now: datetime,
    grounds: Sequence[Ground] = (),
    restrictions: Sequence[RestrictionSpec] = (),
    labels: Sequence[str] = (),
    evidence: Sequence[Mapping[str, Any]] = (),
    automated_detection: bool = False,
    noticed_at: datetime | None = None,
    notified: bool | None = None,
    rationale: str = "",
    author_note: str = "",
    window: timedelta = UNDO_WINDOW,
    cause: UUID | None = None,
    agreed: UUID | None = None,
    undone: Callable[[], Sequence[str]] | None = None,
) -> Made:
    """Decide about an account; takes effect after `window`, until then `undo` takes it back. Restrictions may begin later
    (`starts_at`) and hold in some markets only. Ending an account or a service needs `agreed`, the proposal that two people
    agreed on. `undone` makes the sentences of a letter that says what is put right. `notified`: somebody reported it; without,
    it is as with what it follows (`sources`).

    The caller has asked for its own right. Raises NotFound, Invalid, IncompleteStatement.
    """
    account = content.accounts([account_id]).get(account_id)
    if account is None or (actor.source and actor.source != account.source):
        raise NotFound("There is no such account.")
    fields: dict[str, str] = {}
    if outcome not in OUTCOMES:
        fields["outcome"] = gettext("Must be one of %(options)s.") % {"options": ", ".join(OUTCOMES)}
    elif outcome in RESTRICTIVE and not grounds:
        fields["clause"] = "Choose the clause this decision rests on."
    elif (outcome in RESTRICTIVE) != bool(restrictions):
        fields["restrictions"] = "What restricts says what it restricts; what does not restrict has none."
    if len(author_note) > 1000:
        fields["author_note"] = "At most 1,000 characters."
    known = all_markets()
    for spec in restrictions:
        if spec.kind not in OF_ACCOUNTS:
            fields["restrictions"] = gettext("An account can have %(names)s.") % {
                "names": ", ".join(sorted(OF_ACCOUNTS))
            }
        elif spec.kind in FOR_GOOD and agreed is None:
            fields["restrictions"] = "Ending needs two people: propose it."
        elif spec.seconds is not None and spec.seconds <= 0:
            fields["restrictions"] = "A restriction ends after it begins."
        elif unknown := [code for code in spec.markets if code not in known]:
            fields["restrictions"] = gettext("There is no market %(market)s.") % {"market": unknown[0]}
    if len({spec.kind for spec in restrictions}) < len(restrictions):
        fields["restrictions"] = "Each kind of restriction once."
    if fields:
        raise Invalid("The decision could not be made.", fields=fields)
    held = queries.account_restrictions([account_id], now=now).get(account_id, [])
    draft = Draft(
        item=None,
        version=None,
        account=account,
        outcome=outcome,
        grounds=tuple(grounds),
        restrictions=tuple(restrictions),
        labels=tuple(dict.fromkeys(labels)),
        evidence=tuple(evidence),
        actor=actor,
        status=standing_of([*(one.kind for one in held), *(one.kind for one in restrictions if one.starts_at is None)]),
        hidden=False,
        automated_detection=automated_detection,
        noticed_at=noticed_at or now,
        notified=reported(account_id, cause=cause, agreed=agreed) if notified is None else notified,
        rationale=rationale,
        author_note=author_note,
        agreed=agreed,
        undone=undone,
    )
    texts = policy.grounds([(ground.policy, ground.version) for ground in grounds])
    try:
        made = commit(actor=actor, drafts=[draft], texts=texts, now=now, window=window)[0]
    except Incomplete as missing:
        raise IncompleteStatement(
            gettext("The statement of reasons would lack %(missing)s.") % {"missing": missing}
        ) from missing
    if cause is not None:
        Decision.objects.filter(id=made.id).update(cause=cause)
    return made
