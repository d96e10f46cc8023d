"""An account's story in words: each fact as one plain sentence that a stranger understands, with its details.

Who wrote a notice is never said here. A kind of fact without words of its own is told in the ledger's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop, ngettext
from django.utils.translation import gettext as _

from trustdesk.console.story_names import cut
from trustdesk.console.story_redress import REDRESS
from trustdesk.console.story_said import Said, day
from trustdesk.kernel.ledger.queries import FactView
from trustdesk.search.queries import timelines
from trustdesk.web.components import sign


@dataclass(frozen=True)
class Step:
    """One step of the story as it is shown. `decision`, `appeal`, `notice`, `proposal`: what it leads to."""

    at: datetime
    sort: str
    kind: str
    said: Said
    who: str
    item: UUID | None
    decision: UUID | None
    appeal: UUID | None
    notice: UUID | None
    proposal: UUID | None
    position: int


def steps(events: Iterable[timelines.Event], *, names: Mapping[str, str]) -> list[Step]:
    """Events as they are shown; `names` of their actors. No query."""
    return [
        Step(
            at=event.fact.at,
            sort=event.sort,
            kind=event.fact.kind,
            said=say(event.fact, names=names),
            # Who reported something stays unsaid, whatever they do later.
            who=_("a user") if event.fact.actor.startswith("user:") else names.get(event.fact.actor, event.fact.actor),
            item=event.item,
            decision=_led(event.fact, "decision"),
            appeal=_led(event.fact, "appeal"),
            # An appeal names the notice it is about: that is its notifier's, and leads nowhere from here.
            notice=_led(event.fact, "notice") if event.sort == "notices" else None,
            proposal=_led(event.fact, "proposal"),
            position=event.position,
        )
        for event in events
    ]


def say(fact: FactView, *, names: Mapping[str, str]) -> Said:
    """A fact in words of the reader's language."""
    words = _WORDS.get(fact.kind)
    if words is None:
        return Said(fact.sentence.replace(fact.actor, names.get(fact.actor, fact.actor)))
    try:
        return words(fact.told)
    except (KeyError, TypeError, ValueError, AttributeError):  # a fact older than one of its fields
        return Said(fact.sentence.replace(fact.actor, names.get(fact.actor, fact.actor)))


def _led(fact: FactView, name: str) -> UUID | None:
    """What a fact names by this name, as a field of its own or as what a letter is about."""
    about, _colon, number = str(fact.told.get("about") or "").partition(":")
    return _uuid(fact.told.get(name)) or (_uuid(number) if about == name else None)


def _uuid(told: Any) -> UUID | None:
    return UUID(told) if isinstance(told, str) and len(told) == 36 else None


def _word(code: str) -> str:
    return str(sign({"remove": "rejected", "approve": "approved"}.get(code, code)).word)


def _tone(code: str) -> str:
    return sign(code).tone


def _where(markets: Sequence[str]) -> str:
    return ", ".join(markets) if markets else _("everywhere")


def _clauses(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The clauses a decision names, by their titles where the fact has them."""
    found = [
        " ".join(part for part in (one.get("title") or one.get("policy", ""), one.get("clause", "")) if part)
        for one in told.get("policies", ())
    ]
    return tuple(dict.fromkeys(found)) or tuple(told.get("clauses", ()))


def _told(told: Mapping[str, Any]) -> tuple[str, ...]:
    by = told.get("told_by")
    if by == "letter":
        return (_("The author is told by letter."),)
    return (_("The platform tells the author."),) if by == "webhook" else ()


def _received(told: Mapping[str, Any]) -> Said:
    kind = _word(told["kind_of_item"])
    if told["version"] == 1:
        return Said(_("Posted: %(kind)s") % {"kind": kind}, icon="plus")
    return Said(_("Changed by its author: %(kind)s, version %(n)s") % {"kind": kind, "n": told["version"]}, icon="edit")


def _screened(told: Mapping[str, Any]) -> Said:
    outcome = told["outcome"]
    if outcome == "approve" and not told["hits"]:
        return Said(_("The rules had nothing to say"), icon="check")
    found = tuple(
        dict.fromkeys(" ".join(p for p in (hit["policy"], hit.get("clause") or "") if p) for hit in told["hits"])
    )
    return Said(_("The rules said: %(outcome)s") % {"outcome": sign(outcome).word}, found, _tone(outcome), "policy")


def _decided(told: Mapping[str, Any]) -> Said:
    outcome = told["outcome"]
    note = (told["note"],) if told.get("note") else ()
    return Said(
        _("Decided: %(outcome)s") % {"outcome": _word(outcome)},
        (*_clauses(told), *note, *_told(told)),
        _tone(outcome),
        sign(outcome).icon,
    )


def _decided_account(told: Mapping[str, Any]) -> Said:
    outcome = told["outcome"]
    note = (told["note"],) if told.get("note") else ()
    return Said(
        _("Decided about the account: %(outcome)s") % {"outcome": _word(outcome)},
        (*_clauses(told), *note, *_told(told)),
        _tone(outcome),
        sign(outcome).icon,
    )


def _overturned(told: Mapping[str, Any]) -> Said:
    title = _("Decided anew: %(outcome)s in place of %(before)s") % {
        "outcome": _word(told["outcome"]),
        "before": _word(told["before"]),
    }
    return Said(title, tuple(filter(None, (told.get("why", ""),))), _tone(told["outcome"]), "undo")


def _applied(told: Mapping[str, Any]) -> Said:
    ends = day(told.get("ends_at"))
    title = _("Restricted: %(what)s, %(where)s") % {
        "what": cut(told["restriction_kind"]),
        "where": _where(told.get("markets", ())),
    }
    return Said(title, (_("until %(day)s") % {"day": ends} if ends else _("without an end"),), "reject", "limit")


def _moved(told: Mapping[str, Any]) -> Said:
    title = _("The restriction %(what)s ends at another time") % {"what": cut(told["restriction_kind"])}
    ends = day(told.get("ends_at"))
    return Said(title, (_("until %(day)s") % {"day": ends} if ends else _("without an end"), told["why"]), "", "clock")


def _lifted(told: Mapping[str, Any]) -> Said:
    still = told.get("still") or []
    more = tuple(_("Another decision still holds: %(what)s") % {"what": cut(one.get("kind", ""))} for one in still[:5])
    title = _("No longer restricted: %(what)s") % {"what": cut(told["restriction_kind"])}
    return Said(title, (told["why"].replace("_", " "), *more), "approve", "check")


def _strike(told: Mapping[str, Any]) -> Said:
    kind, number = told["strike_kind"], told["number"]
    if kind == "lesson":
        return Said(_("A lesson in place of a strike"), tuple(told.get("codes", ())), "accent", "book")
    if kind == "joined":
        return Said(_("Belongs to a strike that counts already"), tuple(told.get("codes", ())))
    if kind == "old":
        return Said(_("Too old to count as a strike"), tuple(told.get("codes", ())))
    total = ngettext("%(n)s strike in force with it", "%(n)s strikes in force with it", number) % {"n": number}
    ends = day(told.get("expires_at"))
    until = (_("goes away %(day)s") % {"day": ends},) if ends else ()
    return Said(_("Strike"), (total, *until, *told.get("codes", ())), "reject", "warn")


def _left(number: int) -> str:
    return ngettext("%(n)s strike is left", "%(n)s strikes are left", number) % {"n": number}


def _strike_again(told: Mapping[str, Any]) -> Said:
    words = {
        "strike": _("Counted again: it is a strike"),
        "lesson": _("Counted again: it is a lesson in place of a strike"),
        "joined": _("Counted again: it belongs to a strike that counts already"),
        "old": _("Counted again: it is too old to count as a strike"),
    }
    return Said(words[told["strike_kind"]], (_left(told["number"]),), "", "undo")


def _strike_gone(told: Mapping[str, Any]) -> Said:
    return Said(_("A strike was taken away"), (_left(told["number"]), told.get("why", "")), "approve", "undo")


def _strike_expired(told: Mapping[str, Any]) -> Said:
    return Said(_("A strike went away with time"), (_left(told["number"]),), "approve", "clock")


def _lesson(told: Mapping[str, Any]) -> Said:
    said = _("After the lesson, %(broken)s of the next %(n)s items broke a rule") % {
        "broken": told["next_broken"],
        "n": told["next_items"],
    }
    return Said(said, icon="book")


def _letter(told: Mapping[str, Any]) -> Said:
    about = told["about"].partition(":")[0]
    if told.get("letter_kind") == "statement":
        return Said(_("The statement of reasons was sent"), icon="out")
    if about == "appeal":
        return Said(_("A letter about the appeal was sent"), icon="out")
    return Said(_("A letter about the decision was sent"), icon="out")


def _letter_lost(told: Mapping[str, Any]) -> Said:
    return Said(_("A letter could not be sent"), (told["why"],), "warning", "warn")


def _asked(told: Mapping[str, Any]) -> Said:
    due = _("answer until %(day)s") % {"day": day(told["due_at"])}
    return Said(_("The author was asked"), (told["questions"], due), "hold", "out")


def _answered(told: Mapping[str, Any]) -> Said:
    files = told["files"]
    more = (ngettext("%(n)s file", "%(n)s files", files) % {"n": files},) if files else ()
    return Said(_("The author answered"), (told["text"], *more), "", "edit")


def _proposal(title: str, tone: str = "", icon: str = "people") -> Callable[[Mapping[str, Any]], Said]:
    """Words of a step of a proposal; `title` is marked for translation where it is given."""

    def words(told: Mapping[str, Any]) -> Said:
        until = day(told.get("until"))
        held = (_("suspended until %(day)s") % {"day": until},) if until else ()
        why = told.get("why") or told.get("words") or ""
        said = gettext(title) % {"what": cut(told["what"])}
        return Said(said, (*held, *(told.get("clauses") or ()), why), tone, icon)

    return words


def _kept(told: Mapping[str, Any]) -> Said:
    what = list(told["what"])
    if what == ["new"]:
        return Said(_("The platform told of the account"), icon="person")
    if what == ["nothing new"]:
        return Said(_("The platform told of the account again: nothing new"), icon="person")
    return Said(_("The platform told what changed"), (", ".join(what).replace("_", " "),), "", "person")


_WORDS: dict[str, Callable[[Mapping[str, Any]], Said]] = {
    "item.received": _received,
    "item.screened": _screened,
    "item.edited": lambda told: Said(
        _("Changed at the desk, version %(n)s") % {"n": told["version"]}, (told["what"],), "", "edit"
    ),
    "item.withdrawn": lambda told: Said(_("Taken back"), (told["reason"].replace("_", " "),), "", "skip"),
    "decision.made": _decided,
    "decision.made_on_account": _decided_account,
    "decision.withdrawn": lambda told: Said(
        _("Decision taken back before it took effect: %(outcome)s") % {"outcome": _word(told["outcome"])}, icon="undo"
    ),
    "decision.overturned": _overturned,
    "evidence.asked": _asked,
    "evidence.given": _answered,
    "evidence.not_given": lambda _told: Said(_("The author did not answer in time"), icon="clock"),
    "proposal.made": _proposal(gettext_noop("Proposed, for two people to agree: %(what)s"), "warning"),
    "proposal.repeated": _proposal(gettext_noop("Proposed again while it waits: %(what)s"), "warning"),
    "proposal.approved": _proposal(gettext_noop("The first of two people agreed: %(what)s")),
    "proposal.confirmed": _proposal(gettext_noop("Confirmed by two people: %(what)s"), "reject"),
    "proposal.refused": _proposal(gettext_noop("The proposal was refused: %(what)s"), "approve"),
    "proposal.renewed": _proposal(gettext_noop("The suspension was prolonged, for the only time: %(what)s"), "warning"),
    "proposal.lapsed": _proposal(
        gettext_noop("Nobody confirmed it in time, the suspension ended: %(what)s"), "approve"
    ),
    "proposal.withdrawn": _proposal(gettext_noop("The proposal was withdrawn: %(what)s")),
    "restriction.applied": _applied,
    "restriction.applied_to_account": _applied,
    "restriction.changed_on_account": _moved,
    "restriction.lifted": _lifted,
    "restriction.lifted_from_account": _lifted,
    "strike.counted": _strike,
    "strike.reversed": _strike_gone,
    "strike.recounted": _strike_again,
    "strike.expired": _strike_expired,
    "strike.lesson_measured": _lesson,
    "post.letter_sent": _letter,
    "post.letter_given_up": _letter_lost,
    **REDRESS,
    "content.note_pinned": lambda told: Said(_("Note"), (told["text"],), "", "edit"),
    "content.account_kept": _kept,
    "search.timeline_exported": lambda told: Said(
        _("This story was taken out: %(n)s steps") % {"n": told["rows"]}, icon="file"
    ),
}
