"""What a webhook says where people are asked or answer back: evidence, appeals, reports."""

from trustdesk.appeals.facts import AppealDecided, AppealOpened
from trustdesk.notices.facts import NoticeDecided, NoticeReceived
from trustdesk.review.facts import EvidenceAsked
from trustdesk.webhooks.reactors.payloads import Payload, named_item


def appeal_opened(fact: AppealOpened) -> Payload:
    """`url`: where the appellant follows it; the platform may show it to them. `notice`: the report, of who reported it."""
    return {
        "appeal": {
            "id": fact.appeal,
            "decision": fact.decision,
            "appellant": fact.appellant,
            "notice": fact.notice,
            "late": fact.late,
            "open_until": fact.open_until,
            "due_at": fact.due_at,
            "url": fact.url,
        },
        **_appealed(fact),
    }


def appeal_decided(fact: AppealDecided) -> Payload:
    """What was restored comes as `decision.made` and `restriction.lifted`; `still_in_force` is what other decisions hold."""
    return {
        "appeal": {
            "id": fact.appeal,
            "decision": fact.decision,
            "appellant": fact.appellant,
            "notice": fact.notice,
            "outcome": fact.outcome,
            "reasons": fact.reasons,
            "reversal": fact.reversal,
            "late": fact.late,
            "still_in_force": fact.still_in_force,
            "url": fact.url,
        },
        **_appealed(fact),
    }


def _appealed(fact: AppealOpened | AppealDecided) -> Payload:
    return {
        "item": named_item(fact.item, fact.external_id, fact.item_kind, fact.source) if fact.item else None,
        "account": {"id": fact.account, "external_id": fact.account_external_id},
    }


def evidence_asked(fact: EvidenceAsked) -> Payload:
    """`told_by`: letter, or webhook: then the platform tells the author. `url`: where they answer."""
    return {
        "request": {
            "id": fact.request,
            "questions": fact.questions,
            "due_at": fact.due_at,
            "url": fact.url,
            "told_by": fact.told_by,
        },
        "item": named_item(fact.item, fact.external_id, fact.item_kind, fact.source),
        "account": {"id": fact.account, "external_id": fact.account_external_id},
    }


def notice_received(fact: NoticeReceived) -> Payload:
    """`standing`: waits, judged_before, gone, not_counted. `reporter`: the platform's own name for its user, if it gave one."""
    return {
        "notice": {
            "id": fact.notice,
            "category": fact.category,
            "channel": fact.channel,
            "standing": fact.standing,
            "danger": fact.danger,
            "trusted_flagger": fact.trusted,
            "reporter": fact.reporter or None,
        },
        **_reported(fact),
    }


def notice_decided(fact: NoticeDecided) -> Payload:
    """`answer.text` is there when no letter was sent: then the platform tells its user."""
    return {
        "notice": {
            "id": fact.notice,
            "category": fact.category,
            "outcome": fact.outcome,
            "decided_at": fact.decided_at,
            "automated": fact.automated,
            "reporter": fact.reporter or None,
        },
        "decision": {"id": fact.decision} if fact.decision else None,
        "answer": {"told_by": fact.told_by, "url": fact.url, "text": fact.answer or None},
        **_reported(fact),
    }


def _reported(fact: NoticeReceived | NoticeDecided) -> Payload:
    """What a report is about: an item, an account, or null while nobody found it."""
    return {
        "item": named_item(fact.item, fact.external_id, fact.item_kind, fact.source) if fact.item else None,
        "account": {"id": fact.account} if fact.account else None,
    }
