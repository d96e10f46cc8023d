"""Letters to reporters about themselves: a warning, and that they are not counted any more."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from trustdesk.kernel.people import queries as people
from trustdesk.kernel.people.actor import Actor
from trustdesk.notices.models import Reporter
from trustdesk.notices.wording import Words
from trustdesk.post.actions import LetterDraft, write_letters


def tell_reporter(*, actor: Actor, reporter: Reporter, what: str, now: datetime) -> None:
    """Write to who left an address; part of the caller's action. A platform's user is told by the platform."""
    if not reporter.email:
        return
    wished = reporter.language.split("-")[0]
    language = wished if wished in dict(settings.LANGUAGES) else "en"
    with translation.override(language):
        if what == "warned":
            subject = _("About your reports")
            paragraphs = [
                _("many of the reports you sent us turned out to be unfounded."),
                _(
                    "Please report what you have reason to think is wrong. If this goes on, your reports will not be looked at for a while."
                ),
            ]
        else:
            subject = _("Your reports are not looked at for now")
            paragraphs = [
                _(
                    "we warned you that many of your reports were unfounded. That went on, so we keep them without looking at them for now."
                ),
                _("If you think this is wrong, answer this letter: a person will read it."),
            ]
        hello = _("Hello %(name)s,") % {"name": reporter.name} if reporter.name else _("Hello,")
        told = [hello, *paragraphs]
        rules = settings.PUBLIC_URL + "/our-rules/"
        words = Words(language, subject, tuple(told), rules, "\n\n".join([*told, rules]) + "\n")
        source = people.sources().get(reporter.source_id) if reporter.source_id else None
        html = render_to_string(
            "notices/letter.html",
            {
                "words": words,
                "subject": subject,
                "language": language,
                "source": source.name if source else "",
                "rules": True,
            },
        )
    letter = LetterDraft(
        to=reporter.email,
        sender=source.letter_sender if source else "",
        language=language,
        kind="reporter",
        subject=subject,
        text=words.text,
        html=html,
        about=f"reporter:{reporter.id}",
        cause=reporter.id,
    )
    write_letters(actor=actor, letters=[letter], now=now)
