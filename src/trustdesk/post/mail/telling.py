"""How a mail is understood, as JSON: for `trustdesk mail show`. The keys are the same for every mail."""

from typing import Any

from trustdesk.post.mail.addresses import Address
from trustdesk.post.mail.faking import WHY
from trustdesk.post.mail.reading import Mail


def told(mail: Mail) -> dict[str, Any]:
    """A mail as plain data: strings without broken characters, times in ISO 8601 and UTC, sizes in bytes."""
    thread, bounce = mail.thread, mail.bounce
    whole = {
        "from": _person(mail.author),
        "reply_to": _person(mail.reply_to) if mail.reply_to else None,
        "to": [_person(one) for one in mail.to],
        "cc": [_person(one) for one in mail.cc],
        "subject": mail.subject,
        "date": mail.sent_at.isoformat() if mail.sent_at else None,
        "message_id": mail.message_id or None,
        "answers": list(mail.answers),
        "thread": {
            "case": str(thread.case),
            "by": thread.by,
            "mailbox": thread.mailbox,
            "letter": str(thread.letter) if thread.letter else None,
        }
        if thread
        else None,
        "text": mail.text,
        "quoted": mail.quoted,
        "attachments": [
            {"name": one.name, "type": one.type, "size": one.size, "marks": list(one.marks)} for one in mail.attachments
        ],
        "automatic": bool(mail.quiet),
        "automatic_why": list(mail.quiet),
        "out_of_office": mail.away,
        "bounce": {
            "address": bounce.address,
            "permanent": bounce.permanent,
            "status": bounce.status,
            "original_message_id": bounce.original or None,
            "said": bounce.said,
        }
        if bounce
        else None,
        "spoofed": bool(mail.spoofed),
        "spoofed_why": [{"code": code, "why": WHY[code]} for code in mail.spoofed],
        "signed": mail.signed or None,
        "encrypted": mail.encrypted or None,
        "parts_left_out": mail.left_out,
        "text_cut": mail.cut,
    }
    return {name: _sound(value) for name, value in whole.items()}


def _person(one: Address) -> dict[str, str]:
    return {"name": one.name, "address": one.address}


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list):
        return [_sound(one) for one in value]
    if isinstance(value, dict):
        return {name: _sound(one) for name, one in value.items()}
    return value
