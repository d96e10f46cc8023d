"""What a webhook says of cases. Notes and drafts are no facts that are heard here, so they cannot get out; names and mail
addresses stay on the desk, as they do in every other event: a person is who the app or site itself says they are."""

from trustdesk.support.facts import CaseOpened, CaseReplied, CaseResolved
from trustdesk.webhooks.reactors.payloads import Payload, source_code


def case_opened(fact: CaseOpened) -> Payload:
    """`message.text`: what they wrote first; "" where a case was opened without words of theirs."""
    return {
        "case": {
            **_case(fact),
            "subject": fact.title,
            "language": fact.language,
            "market": fact.market,
            "priority": fact.priority,
            "category": fact.category,
            "tags": fact.tags,
        },
        "message": {"text": fact.text},
        "account": _account(fact),
    }


def case_replied(fact: CaseReplied) -> Payload:
    """`told_by`: letter; webhook: then the platform tells its user; else the channel itself, such as a chat. It can no
    longer be taken back."""
    by_letter = fact.channel in {"mail", "form"} and bool(fact.to)
    return {
        "case": _case(fact),
        "message": {
            "id": fact.message,
            "text": fact.text,
            "by": fact.by,
            "automatic": fact.automatic,
            "told_by": "letter"
            if by_letter
            else "webhook"
            if fact.channel in {"api", "mail", "form"}
            else fact.channel,
        },
        "account": _account(fact),
    }


def case_resolved(fact: CaseResolved) -> Payload:
    """A message of the requester may open it again; then it is told again when it is resolved again."""
    return {
        "case": {
            **_case(fact),
            "subject": fact.title,
            "language": fact.language,
            "market": fact.market,
            "priority": fact.priority,
            "category": fact.category,
            "tags": fact.tags,
            "opened_at": fact.opened_at,
        },
        "account": _account(fact),
    }


def _case(fact: CaseOpened | CaseReplied | CaseResolved) -> Payload:
    return {"id": fact.case, "number": fact.number, "channel": fact.channel, "url": fact.url}


def _account(fact: CaseOpened | CaseReplied | CaseResolved) -> Payload | None:
    if fact.account is None:
        return None
    return {
        "id": fact.account,
        "external_id": fact.account_external_id,
        "source": source_code(fact.source) if fact.source else None,
    }
