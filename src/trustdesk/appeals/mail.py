"""Appeals by mail: an answer to the letter that told of a decision, or to a letter about the appeal itself."""

from datetime import datetime

from trustdesk.appeals import actions, queries, rules
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.people.actor import Actor
from trustdesk.post.queries import Incoming


def receive_mail(*, incoming: Incoming, actor: Actor, now: datetime) -> str:
    """Take a mail in at a signed address (`appeal+…@`), whose key is a decision, the notice of who reported and was told
    that nothing is done, or an appeal. The first answer opens the appeal, what follows is added to it. Raises what opening
    and adding raise."""
    if incoming.key is None:
        raise NotFound("Answer the letter that told you of the decision.")
    text = incoming.mail.text.strip()[: rules.LONGEST_TEXT]
    files = incoming.files[: rules.MOST_FILES]
    appeal = next(iter(queries.views_of([incoming.key])), None)
    if appeal is None:
        mine = queries.objection_of(incoming.key, now=now)
        standing = mine or queries.standing_of(incoming.key, now=now)
        if standing.appeal is None:
            opened = actions.open_appeal(
                actor=actor,
                decision_id=standing.decision.id,
                notice=incoming.key if mine else None,
                text=text,
                files=files,
                via="mail",
                now=now,
            )
            return f"appeal:{opened.id}"
        appeal = standing.appeal
    actions.add(actor=actor, appeal_id=appeal, text=text, files=files, now=now)
    return f"appeal:{appeal}"
