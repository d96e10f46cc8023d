"""Letters about an appeal, in the appellant's language: it came in, a question, what came of it."""

import html
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from trustdesk.appeals.links import url_of
from trustdesk.appeals.models import Appeal
from trustdesk.content import queries as content
from trustdesk.kernel.people.actor import Actor
from trustdesk.kernel.people.queries import markets, sources
from trustdesk.post.actions import LetterDraft, write_letters
from trustdesk.post.queries import reply_address


def language_of(wished: str, market: str) -> str:
    """The appellant's language if the desk writes it, else the market's first that it does, else English."""
    shipped = {code for code, _name in settings.LANGUAGES}
    there = markets().get(market)
    return next((code for code in (wished, *(there.languages if there else ())) if code in shipped), "en")


def time_zone_of(market: str) -> str:
    found = markets().get(market)
    return found.time_zone if found else "UTC"


def tell_received(*, actor: Actor, appeal: Appeal, due_at: datetime | None, market: str, now: datetime) -> None:
    with translation.override(appeal.language):
        zone = ZoneInfo(time_zone_of(market))
        lines = [
            _("We have got what you wrote. Somebody who had nothing to do with the decision will look at it."),
            _("You can add something, send files or take it back at this address."),
        ]
        if due_at:
            day = date_format(due_at.astimezone(zone), "j F Y")
            lines.insert(1, _("We mean to answer by %(day)s.") % {"day": day})
        if appeal.opened_at >= appeal.open_until:
            lines.append(_("It came after the last day. A person decides whether we can still look at it."))
        _write(
            actor=actor,
            appeal=appeal,
            subject=_("We will look again"),
            lines=lines,
            kind="appeal_received",
            now=now,
        )


def tell_asked(*, actor: Actor, appeal: Appeal, text: str, now: datetime) -> None:
    with translation.override(appeal.language):
        lines = [_("Before we decide, we would like to ask you this:"), text, _("You can answer at this address.")]
        _write(
            actor=actor,
            appeal=appeal,
            subject=_("A question about your appeal"),
            lines=lines,
            kind="appeal_question",
            now=now,
        )


def tell_decided(*, actor: Actor, appeal: Appeal, outcome: str, reasons: str, now: datetime) -> None:
    with translation.override(appeal.language):
        lines = [*_outcome_lines(outcome), reasons]
        if outcome != "overturned":
            lines += redress()
        _write(actor=actor, appeal=appeal, subject=_subject(outcome), lines=lines, kind="appeal_decided", now=now)


def tell_warned(
    *, actor: Actor, account: content.AccountView, misuse: UUID, unfounded: int, decided: int, now: datetime
) -> None:
    with translation.override(language_of(account.language, "")):
        lines = [
            _("In the last year people decided %(decided)s of your appeals. %(unfounded)s were without any ground.")
            % {"decided": decided, "unfounded": unfounded},
            _(
                "Each appeal takes somebody's time, and others wait for it. Please appeal only where we got something wrong."
            ),
            _("If it goes on, we may take no appeals of yours for a while."),
        ]
        _tell_account(actor, account, misuse, _("Please appeal only where we were wrong"), lines, now=now)


def tell_paused(*, actor: Actor, account: content.AccountView, misuse: UUID, until: datetime, now: datetime) -> None:
    with translation.override(language_of(account.language, "")):
        day = date_format(until.astimezone(ZoneInfo("UTC")), "j F Y")
        lines = [
            _("We warned you, and appeals without any ground went on. We take none of yours until %(day)s.")
            % {"day": day},
            _("You lose no right by it: the time to appeal a decision that ends before then is moved on."),
            *redress(),
        ]
        _tell_account(actor, account, misuse, _("We take no appeals of yours for a while"), lines, now=now)


def redress() -> list[str]:
    """Where one can go who still disagrees; in the language in force."""
    return [
        _(
            "If you still disagree, you can go to a certified body for out-of-court disputes, or to a court. "
            "We will work with the body you choose."
        )
    ]


def _subject(outcome: str) -> str:
    return {
        "upheld": _("We looked again: the decision stays"),
        "overturned": _("We looked again: you were right"),
        "late": _("Your appeal came too late"),
    }[outcome]


def _outcome_lines(outcome: str) -> Iterator[str]:
    if outcome == "overturned":
        # Only to a notifier: an author is told by the letter of the reversal.
        yield _("You were right to report it, and we have acted on it now. Thank you for not letting go.")
        yield _("Who posted it was told the reasons and can object. Your name was not told to them.")
    elif outcome == "upheld":
        yield _("Somebody who had nothing to do with the decision looked at it again. It stays as it is.")
    else:
        yield _("The last day to appeal this decision was over, so it stays as it is.")


def _write(*, actor: Actor, appeal: Appeal, subject: str, lines: Sequence[str], kind: str, now: datetime) -> None:
    """By letter where there is an address; else the platform tells it, by webhook."""
    account = content.accounts([appeal.account_id])[appeal.account_id]
    source = sources().get(account.source)
    sender = source.letter_sender if source else ""
    # Who posted is written to where their platform lets the desk write; a notifier left their address here.
    if not appeal.address or (not sender and appeal.appellant == "author"):
        return
    draft = _draft(
        to=appeal.address,
        sender=sender,
        language=appeal.language,
        kind=kind,
        subject=subject,
        lines=lines,
        url=url_of(appeal.id),
        about=about(appeal.id),
        cause=appeal.id,
        reply_to=reply_address("appeal", appeal.id),
    )
    write_letters(actor=actor, letters=[draft], now=now)


def _tell_account(
    actor: Actor, account: content.AccountView, misuse: UUID, subject: str, lines: Sequence[str], *, now: datetime
) -> None:
    source = sources().get(account.source)
    if not account.email or source is None or not source.letter_sender:
        return
    draft = _draft(
        to=account.email,
        sender=source.letter_sender,
        language=translation.get_language() or "en",
        kind="appeals_misuse",
        subject=subject,
        lines=lines,
        url=f"{settings.PUBLIC_URL}/rules/",
        about=f"account:{account.id}",
        cause=misuse,
    )
    write_letters(actor=actor, letters=[draft], now=now)


def _draft(*, subject: str, lines: Sequence[str], url: str, **more: Any) -> LetterDraft:
    body = [f"<h1>{html.escape(subject)}</h1>"]
    body += [f"<p>{html.escape(line)}</p>" for line in lines]
    body.append(f'<p><a href="{html.escape(url)}">{html.escape(url)}</a></p>')
    text = "\n\n".join([subject, *lines, url]) + "\n"
    return LetterDraft(subject=subject, text=text, html="\n".join(body), **more)


def about(appeal_id: UUID) -> str:
    return f"appeal:{appeal_id}"
