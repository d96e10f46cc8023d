"""A chat ends: by the desk, by the visitor, because nobody is there any more; and what was said goes by mail."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from trustdesk.chat import queries, rules, telling
from trustdesk.chat.facts import ChatEnded
from trustdesk.chat.models import Chat
from trustdesk.chat.refusals import ChatOver, NoSuchChat
from trustdesk.kernel.base.action import action
from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.post import actions as post
from trustdesk.post import queries as letters
from trustdesk.support import actions as cases
from trustdesk.support import queries as support

BOX = "help"
LANGUAGES = ("en", "id")


@action(right="-")
def end(*, actor: Actor, chat_id: UUID, how: str, now: datetime) -> None:
    """End a chat. Its case is resolved where the desk had the last word, else it stays as it is and is answered by mail;
    whoever left an address gets what was said. Raises NoSuchChat, ChatOver."""
    row = Chat.objects.select_for_update(of=("self",)).filter(id=chat_id).first()
    if row is None:
        raise NoSuchChat
    if row.ended_at is not None:
        raise ChatOver
    Chat.objects.filter(id=row.id).update(ended_at=now, ended_how=how)
    record(ChatEnded(chat=row.id, case=row.case_id, how=how), actor=actor, at=now)
    if row.case_id is None:
        return
    if not Chat.objects.filter(case_id=row.case_id, ended_at=None).exists():
        cases.set_live(case_id=row.case_id, live=False, now=now)
    _settle(row.case_id, now=now)
    if row.address:
        send_transcript(actor=SYSTEM, chat_id=row.id, to=row.address, now=now)
    telling.tell_visitor(row.case_id, ended=how)


def _settle(case_id: UUID, *, now: datetime) -> None:
    case = support.by_id(case_id)
    if case is None or case.ended or case.waiting_since is not None or case.status not in {"new", "open"}:
        return
    if any(one.direction == "out" and not one.automatic for one in support.public_messages(case_id)):
        with suppress(Invalid):  # a field of the desk's own is missing for it: somebody fills it in
            cases.set_status(actor=SYSTEM, case_id=case_id, status="resolved", now=now)


def end_of_case(*, case_id: UUID, now: datetime) -> int:
    """The desk settled the case: what was a chat is over. How many ended."""
    ended = 0
    for chat_id in list(Chat.objects.filter(case_id=case_id, ended_at=None).values_list("id", flat=True)):
        try:
            end(actor=SYSTEM, chat_id=chat_id, how="agent", now=now)
            ended += 1
        except ChatOver:
            continue
    return ended


def end_idle(*, now: datetime, limit: int = 50) -> bool:
    """End chats whose visitor has gone, or in which nobody says anything; forget those in which nothing ever was. The
    worker calls it; True when there may be more."""
    gone = Chat.objects.filter(ended_at=None, seen_at__lt=now - rules.GONE_AFTER, said__gt=0)
    quiet = Chat.objects.filter(ended_at=None, said__gt=0, said_at__lt=now - rules.STILL_AFTER).order_by("said_at")
    asked = dict(quiet.values_list("id", "case_id")[:limit])
    found = support.views_of([case for case in asked.values() if case])
    still = [chat for chat, case in asked.items() if case in found and found[case].changed_at < now - rules.STILL_AFTER]
    due = list(dict.fromkeys([*gone.values_list("id", flat=True)[:limit], *still]))
    for chat_id in due:
        try:
            end(actor=SYSTEM, chat_id=chat_id, how="idle", now=now)
        except Refusal:
            continue  # somebody ended it meanwhile
    Chat.objects.filter(said=0, seen_at__lt=now - rules.FORGOTTEN_AFTER).delete()
    return len(due) >= limit


@action(right="-")
def send_transcript(*, actor: Actor, chat_id: UUID, to: str, now: datetime) -> None:
    """What was said, as a letter; an answer to it comes to the case. Raises NoSuchChat (nothing was said)."""
    chat = queries.one(chat_id, now=now)
    case = support.by_id(chat.case) if chat.case else None
    if case is None:
        raise NoSuchChat
    said = [one for one in support.public_messages(case.id, limit=1_000) if one.at >= chat.opened_at]
    said = [one for one in said if chat.ended_at is None or one.at <= chat.ended_at + timedelta(seconds=1)]
    language = "id" if case.language[:2] in {"id", "ms"} else "en"
    marks = letters.marks_of(case=case.id, message=said[-1].id, box=BOX, language=language)
    with translation.override(language):
        lines = [f"{timezone.localtime(one.at):%H:%M} {one.handle or one.by or _('You')}: {one.text}" for one in said]
        first = _("Here is what was said in your chat with us on %(day)s (times in %(zone)s).") % {
            "day": f"{timezone.localtime(chat.opened_at):%Y-%m-%d}",
            "zone": timezone.get_current_timezone_name(),
        }
        last = _("Something is missing? Answer this letter, and we go on from here.")
        post.write_letter(
            actor=actor,
            to=to,
            kind="case_receipt",
            languages=[language],
            values={
                "title": _("Your chat with us"),
                "number": case.number,
                "paragraphs": [first, *lines, last],
                "by": "TrustDesk",
                "url": support.url_of(case.id),
                "line": marks.line,
                "marker": marks.marker,
            },
            about=f"chat:{chat.id}",
            now=now,
            reply_to=letters.plain_address(BOX),
            message_id=marks.message_id,
        )
