"""The statement of reasons, made from the decision: what happened, why, what it means, how we came to it, what one can do.

Pure: words come from gettext in the chosen language and from the policy's own reason. `compose` gives the structured
data; `statement_forms` renders it; what is stored is what is sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from trustdesk.decisions.dates import add_months
from trustdesk.decisions.rules import RESTRICTIVE
from trustdesk.decisions.statement_words import FIELD_WORDS, KIND_WORDS, RESTRICTION_WORDS

APPEAL_MONTHS = 6  # Regulation (EU) 2022/2065, Article 20(1): at least six months


@dataclass(frozen=True)
class Clause:
    """A clause as the author reads it."""

    policy: str
    policy_title: str
    version: int
    clause: str
    clause_title: str
    reason: str
    url: str = ""


@dataclass(frozen=True)
class Material:
    """All a statement needs; times are UTC, shown in `time_zone`."""

    decision: str
    outcome: str
    item_kind: str
    title: str
    clauses: Sequence[Clause]
    evidence: Sequence[Mapping[str, Any]]
    fields: Mapping[str, str]
    content_language: str
    ground: str
    legal_ground: str
    author_note: str
    restrictions: Sequence[Mapping[str, Any]]
    automated_detection: bool
    automated_decision: bool
    notified: bool
    posted_at: datetime | None
    noticed_at: datetime
    decided_at: datetime
    effective_at: datetime
    platform: str
    contact: str
    url: str
    language: str
    language_why: str
    time_zone: str
    edit: Sequence[Mapping[str, Any]] = ()
    on_account: Sequence[str] = ()  # where its owner stands on the strike ladder, in sentences
    pending: bool = False  # holds only until a second person has agreed or not
    reported: bool = False  # hidden until somebody has looked; nobody says that it breaks a rule
    undone: Sequence[str] = ()  # what an earlier decision is put right by, in sentences; such a letter cites no clause


class Incomplete(ValueError):
    """A statement that would leave out what the reader has a right to."""


def compose(material: Material) -> dict[str, Any]:
    """The statement as data, in the reader's language. Raises Incomplete naming what is missing."""
    missing = next(_missing(material), None)
    if missing:
        raise Incomplete(missing)
    with translation.override(material.language):
        return _compose(material)


def _missing(m: Material) -> Iterator[str]:
    """What the reader has a right to and would not get (Regulation (EU) 2022/2065, Article 17(3))."""
    if not m.clauses and not m.edit and not m.undone:
        yield "the clause it rests on"
    if m.ground != "terms" and not m.legal_ground.strip():
        yield "the legal ground"
    for clause in m.clauses:
        if not clause.reason.strip():
            yield f"the reason of {clause.policy} for the reader"
    if m.outcome in RESTRICTIVE and not m.restrictions and not m.undone:
        yield "what is restricted"
    for one in m.restrictions:
        if one["kind"] not in RESTRICTION_WORDS:
            yield f"words for the restriction {one['kind']}"
        if one.get("ends_at") and one["ends_at"] <= (one.get("starts_at") or m.effective_at):
            yield "a time that exists: the restriction ends before it begins"
    if m.effective_at < m.decided_at:
        yield "a time that exists: it takes effect before it was decided"
    if not m.contact and not m.platform:
        yield "where to ask for another look"
    if not m.url:
        yield "the address at which it can be read"


def _compose(m: Material) -> dict[str, Any]:
    zone = ZoneInfo(m.time_zone)
    appeal_until = add_months(m.effective_at.astimezone(zone), APPEAL_MONTHS)  # days are the market's

    def day(at: datetime) -> str:
        return date_format(at.astimezone(zone), "j F Y")

    def moment(at: datetime) -> str:
        return date_format(at.astimezone(zone), "j F Y, H:i")

    kind = KIND_WORDS[m.item_kind]()
    what = {
        "remove": _("We removed your %(kind)s"),
        "hold": _("We are holding your %(kind)s back for now"),
        "limit": _("We limited who sees your %(kind)s"),
        "warn": _("A warning about your %(kind)s"),
        "educate": _("How to make your %(kind)s fit our rules"),
        "approve": _("We changed your %(kind)s and approved it"),
    }[m.outcome] % {"kind": kind}
    if m.item_kind == "livestream" and m.outcome == "remove":
        what = _("We ended your livestream")
    if m.item_kind == "account":
        what = _about_account(m)
    if m.undone:
        what = _("We changed our decision about your %(kind)s") % {"kind": kind}
    named = _("“%(title)s”") % {"title": _short(m.title, 80)} if m.title else kind
    detection = (
        _("Somebody reported it to us.")
        if m.notified
        else (
            _("Our software noticed it, without a report from anyone.")
            if m.automated_detection
            else _("A person on our team noticed it, without a report from anyone.")
        )
    )
    decided = (
        _("Software decided, by a rule that people wrote and approved.")
        if m.automated_decision
        else _("A person looked at it and decided.")
    )
    timeline = [
        *([{"what": _("You posted it"), "when": moment(m.posted_at), "state": "past"}] if m.posted_at else []),
        {"what": detection, "when": moment(m.noticed_at), "state": "past"},
        {"what": decided, "when": moment(m.decided_at), "state": "past"},
        {"what": _("The decision took effect and we told you"), "when": moment(m.effective_at), "state": "now"},
    ]
    means = []
    for restriction in m.restrictions:
        markets = restriction.get("markets") or []
        where = _("in %(markets)s") % {"markets": ", ".join(markets)} if markets else _("in all countries")
        ends: datetime | None = restriction.get("ends_at")
        words = RESTRICTION_WORDS[restriction["kind"]]() % {"where": where}
        starts: datetime = restriction.get("starts_at") or m.effective_at
        of_account = restriction.get("on") == "account"
        if m.item_kind == "livestream" and restriction["kind"] == "remove":
            words = _("Ended, and not shown again %(where)s") % {"where": where}
        means.append(
            {
                "label": _("Your account") if of_account else kind[:1].upper() + kind[1:],
                "text": (
                    _("%(words)s, from %(start)s until %(end)s")
                    % {"words": words, "start": moment(starts), "end": moment(ends)}
                    if ends
                    else _("%(words)s, from %(start)s") % {"words": words, "start": day(starts)}
                ),
            }
        )
        if ends and m.pending:
            means.append({"label": _("Not final yet"), "text": _pending() % {"end": moment(ends)}})
        if ends:
            timeline.append({"what": _("It ends by itself"), "when": moment(ends), "state": "ahead"})
    if m.outcome == "warn" and not m.automated_decision:  # a rule may warn beside what it takes away
        means.append({"label": kind[:1].upper() + kind[1:], "text": _("It stays as it is. Nothing is taken away.")})
    means += [{"label": _("Your account"), "text": line} for line in m.on_account]
    timeline.append({"what": _("Last day to ask us to look again"), "when": day(appeal_until), "state": "ahead"})
    ground = (
        {
            "law": _("This rests on the law: %(ground)s"),
            "order": _("This rests on an order of an authority: %(ground)s"),
        }[m.ground]
        % {"ground": m.legal_ground}
        if m.ground != "terms"
        else _("This rests on our terms: %(clauses)s")
        % {
            "clauses": "; ".join(
                _("%(title)s, version %(version)s, clause %(clause)s")
                % {"title": c.policy_title, "version": c.version, "clause": c.clause or "1"}
                for c in m.clauses
            )
        }
    )
    if m.undone:
        ground = _("We looked again and put this right. You need not do anything.")
    if m.edit:
        ground = _("We changed only what is named here, so that it could stay; the rest is as you wrote it.")
    again = (
        _("Write to %(contact)s in your own words, in any language, and name decision %(number)s.")
        if m.contact
        else _("Answer us on %(platform)s in your own words, in any language, and name decision %(number)s.")
    ) % {"contact": m.contact, "platform": m.platform, "number": m.decision[:8]}
    return {
        "decision": m.decision,
        "language": m.language,
        "language_why": m.language_why,
        "platform": m.platform,
        "outcome": m.outcome,
        "subject": what,
        "named": named,
        "intro": [*m.undone, *([_reported(kind)] if m.reported else (c.reason for c in m.clauses)), *_edited(m)],
        "author_note": m.author_note,
        "seen": _excerpts(m),
        "content_language": m.content_language,
        "clauses": [
            {
                "policy": c.policy,
                "title": c.policy_title,
                "version": c.version,
                "clause": c.clause,
                "clause_title": c.clause_title,
                "url": c.url,
            }
            for c in m.clauses
        ],
        "means": means,
        "timeline": timeline,
        "ground": m.ground,
        "ground_text": ground,
        "automated_detection": m.automated_detection,
        "automated_decision": m.automated_decision,
        "notified": m.notified,
        "appeal_until": appeal_until.isoformat(),
        "redress": [
            again,
            _("You have until %(day)s. Somebody else will look, not the one who decided.") % {"day": day(appeal_until)},
            _("If you still disagree, an out-of-court dispute body or a court can look at it."),
        ],
        "url": m.url,
        "headings": {
            "seen": _("What we saw"),
            "why": _("Which rule it is about"),
            "means": _("What it means for you"),
            "how": _("How we came to this"),
            "redress": _("If you think we are wrong"),
        },
    }


def _about_account(m: Material) -> str:
    kinds = {str(restriction["kind"]) for restriction in m.restrictions}
    if "end_account" in kinds:
        return _("We ended your account")
    if m.outcome == "hold":
        return _("We suspended your account until people have looked at it")
    if "suspend_account" in kinds:
        return _("We suspended your account for a while")
    return {
        "warn": _("A warning about your account"),
        "educate": _("What our rules ask of your account"),
        "approve": _("Your account is as it was"),
    }.get(m.outcome) or _("We limited what your account can do")


def _reported(kind: str) -> str:
    return _(
        "People whose reports are usually right reported your %(kind)s. Nobody has judged it yet: it is hidden only until "
        "one of us has looked, and shown again at the latest at the time named below."
    ) % {"kind": kind}


def _pending() -> str:
    return _(
        "A second person on our team has to agree before this becomes final. If nobody does, it ends on %(end)s. "
        "We may prolong it once, by 14 days, and would tell you."
    )


def _edited(m: Material) -> list[str]:
    """What the desk changed, one line a field."""
    lines = []
    for one in m.edit:
        told = {"field": FIELD_WORDS[one["field"]](), "before": one["before"], "after": one["after"]}
        if one["field"] == "body":
            lines.append(_("The text now reads: %(after)s") % told)
        elif one["after"] in (None, ""):
            lines.append(_("%(field)s: “%(before)s” was taken out") % told)
        else:
            lines.append(_("%(field)s: “%(before)s” is now “%(after)s”") % told)
    return lines


def _short(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _in_picture(span: Mapping[str, Any]) -> list[dict[str, str]]:
    """Words that stood in a picture, with its number; nothing of what a picture showed otherwise."""
    words = " ".join(str(span.get("text", "")).split())
    if not words:
        return []
    where = _("(in picture %(n)s)") % {"n": span["picture"]}
    return [{"before": "", "match": _short(words, 120), "after": f" {where}"}]


def _excerpts(m: Material, *, around: int = 60, most: int = 4) -> list[dict[str, str]]:
    """What was matched, with a few words around it, never the whole text."""
    pieces: list[dict[str, str]] = []
    seen: set[tuple[str, int, int]] = set()
    for span in m.evidence:
        field, start, end = str(span["field"]), int(span["start"]), int(span["end"])
        if span.get("picture"):
            pieces += [] if len(pieces) == most else _in_picture(span)
            continue
        words = m.fields.get(field, "")
        if not words or (field, start, end) in seen or end > len(words):
            continue
        seen.add((field, start, end))
        before, after = words[max(0, start - around) : start], words[end : end + around]
        pieces.append(
            {
                "before": ("… " if start > around else "") + " ".join(before.split(" ")[1 if start > around else 0 :]),
                "match": words[start:end],
                "after": after.rsplit(" ", 1)[0] + " …" if end + around < len(words) else after,
            }
        )
        if len(pieces) == most:
            break
    return pieces
