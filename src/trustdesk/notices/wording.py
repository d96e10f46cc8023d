"""What notices say to people: words of categories, the receipt, the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from trustdesk.content.queries import ItemView
from trustdesk.notices.links import notice_url
from trustdesk.notices.models import Notice
from trustdesk.notices.rules import OBJECTABLE

CATEGORY_WORDS = {
    "child_safety": gettext_lazy("A child is abused, shown or approached sexually"),
    "self_harm": gettext_lazy("Suicide or self-harm"),
    "violence": gettext_lazy("Threats, violence, trafficking or cruelty to animals"),
    "extremism": gettext_lazy("Terrorism, or how to make weapons"),
    "sexual": gettext_lazy("Sexual pictures, also those shared without consent"),
    "hate": gettext_lazy("Hatred against a group of people"),
    "harassment": gettext_lazy("Bullying, stalking or insults against a person"),
    "privacy": gettext_lazy("Somebody's private data"),
    "fraud": gettext_lazy("Fraud, a scam or a stolen identity"),
    "goods": gettext_lazy("Something dangerous or not allowed is sold"),
    "ip": gettext_lazy("A counterfeit, or a work used without permission"),
    "consumer": gettext_lazy("Hidden advertising, false prices or promises"),
    "inauthentic": gettext_lazy("Fake accounts, fake reviews or spam"),
    "civic": gettext_lazy("False information, or against election law"),
    "other": gettext_lazy("Something else"),
}
OUTCOME_WORDS = {
    "acted": gettext_lazy("Something was done"),
    "no_action": gettext_lazy("It may stay"),
    "judged_before": gettext_lazy("Judged before, nothing new"),
    "gone": gettext_lazy("It was gone already"),
}
CHANNEL_WORDS = {"portal": gettext_lazy("form"), "api": gettext_lazy("API"), "mail": gettext_lazy("mail")}


@dataclass(frozen=True)
class Words:
    """A letter's words: the subject, and paragraphs that text and HTML share; `url` is where to read on."""

    language: str
    subject: str
    paragraphs: tuple[str, ...]
    url: str
    text: str


def language_of(row: Notice) -> str:
    """In which language its sender is answered: theirs if the desk speaks it, else English."""
    wished = row.language.split("-")[0].lower()
    return wished if wished in dict(settings.LANGUAGES) else "en"


def receipt(rows: Sequence[Notice], *, asks: bool = False) -> Words:
    """What says that a notice arrived. One for a submission, however many things it is about. `asks`: it names no place, and
    an answer to the letter can."""
    first = rows[0]
    with translation.override(language_of(first)):
        waits = any(row.state == Notice.State.WAITING for row in rows)
        paragraphs = [
            ngettext(
                "thank you for your report. It arrived, and its number is below.",
                "thank you for your report about %(n)s things. It arrived, and its number is below.",
                len(rows),
            )
            % {"n": len(rows)},
            _("You wrote that it is about: %(category)s.") % {"category": CATEGORY_WORDS[first.category]},
        ]
        if asks:
            paragraphs.append(
                _(
                    "We found no address in what you wrote. Please answer this letter with the address of the page, as your browser shows it: without it we may not find what you mean."
                )
            )
        if waits:
            paragraphs.append(_("People look at it. We tell you what was decided and what you can do then."))
        elif first.state == Notice.State.STORED:
            paragraphs.append(
                _(
                    "Reports from this address are kept but not looked at just now, because too many of them were unfounded; you were told so before."
                )
            )
        return _words(first, _("Your report arrived"), paragraphs)


def answer(
    row: Notice,
    *,
    outcome: str,
    automated: bool,
    told: str,
    item: ItemView | None,
    objectable: bool,
    again: bool = False,
) -> Words:
    """What was decided on a notice, whether by automated means, and what its sender can do. `objectable`: there is a
    decision that can be objected to; `again`: it is another than they were told before."""
    with translation.override(language_of(row)):
        title = item.title if item else ""
        about = _("you reported “%(title)s”.") % {"title": title} if title else _("you sent us a report.")
        said = {
            "acted": _("We looked at it and did something about it: it broke our rules or the law."),
            "no_action": _("We looked at it and decided that it may stay as it is."),
            "judged_before": _(
                "We had looked at the same thing before, and it may stay as it is. Your report is kept: when others report it too, we look again."
            ),
            "gone": _("It was gone before anybody had to decide: it is not shown any more."),
        }[outcome]
        if again and outcome == "acted":
            said = _(
                "Somebody disagreed with our answer, so another person looked again. Something is done about it now."
            )
        elif again:
            said = _("Its author disagreed, so another person looked again. It may stay after all.")
        means = _("This was decided by automated means.") if automated else _("A person decided this.")
        paragraphs = [about, said, *([told] if told else []), *([means] if outcome in {"acted", "no_action"} else [])]
        if outcome in OBJECTABLE and not objectable:
            paragraphs.append(
                _(
                    "If you think this is wrong, report it again and say where exactly it is. You can also turn to a certified out-of-court body, or to a court."
                )
            )
        elif outcome in OBJECTABLE:
            paragraphs.append(
                _(
                    "If you think this is wrong, you can object within six months, free of charge: another person will look. You can also turn to a certified out-of-court body, or to a court."
                )
            )
        elif outcome == "acted":
            paragraphs.append(_("Who posted it was told the reasons and can object. Your name was not told to them."))
        return _words(row, _("What became of your report"), paragraphs)


def _words(row: Notice, subject: str, paragraphs: Sequence[str]) -> Words:
    url = notice_url(row.id)
    name = row.reporter.name if row.reporter else ""
    hello = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
    number = _("Report %(number)s") % {"number": row.id}
    told = [hello, *paragraphs]
    text = "\n\n".join([*told, f"{_('See how it stands:')}\n{url}", number]) + "\n"
    return Words(language_of(row), subject, (*told, number), url, text)


def part_words(part: dict[str, Any]) -> str:
    """One reason why a notice weighs what it weighs, in words."""
    match part["name"]:
        case "trust":
            if not part["judged"]:
                return _("nothing is known of this reporter yet")
            return ngettext(
                "%(right)s of %(n)s judged report led to something",
                "%(right)s of %(n)s judged reports led to something",
                part["judged"],
            ) % {"right": part["right"], "n": part["judged"]}
        case "muted":
            return _("muted: kept, not counted")
        case "own":
            return _("about their own thing: not counted")
        case "repeats":
            return _("repeats what was said before: not counted")
        case "flagger":
            return _("trusted flagger, inside its area")
        case "outside":
            return _("trusted flagger, outside its area: counts as anybody's")
    return _("trusted flagger that is suspended: counts as anybody's")
