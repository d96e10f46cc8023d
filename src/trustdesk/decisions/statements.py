"""The statement of reasons, made from the decision: what happened, why, what it means, how we came to it, what one can do.

Pure: words come from gettext in the chosen language and from the policy's own reason. `compose` gives the structured
data; `as_text` and `as_html` render it; what is stored is what is sent.
"""

import hashlib
import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from trustdesk.decisions.dates import add_months

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
    posted_at: datetime
    noticed_at: datetime
    decided_at: datetime
    effective_at: datetime
    platform: str
    contact: str
    url: str
    language: str
    language_why: str
    time_zone: str


class Incomplete(ValueError):
    """A statement that would leave out what the reader has a right to."""


def compose(material: Material) -> dict[str, Any]:
    """The statement as data, in the reader's language. Raises Incomplete naming what is missing."""
    if not material.clauses:
        raise Incomplete("the clause it rests on")
    if material.ground == "law" and not material.legal_ground:
        raise Incomplete("the legal ground")
    for clause in material.clauses:
        if not clause.reason.strip():
            raise Incomplete(f"the reason of {clause.policy} for the reader")
    with translation.override(material.language):
        return _compose(material)


def _compose(m: Material) -> dict[str, Any]:
    zone = ZoneInfo(m.time_zone)
    appeal_until = add_months(m.effective_at, APPEAL_MONTHS)

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
    }[m.outcome] % {"kind": kind}
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
        {"what": _("You posted it"), "when": moment(m.posted_at), "state": "past"},
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
        means.append(
            {
                "label": kind[:1].upper() + kind[1:],
                "text": (
                    _("%(words)s, from %(start)s until %(end)s")
                    % {"words": words, "start": moment(m.effective_at), "end": moment(ends)}
                    if ends
                    else _("%(words)s, from %(start)s") % {"words": words, "start": day(m.effective_at)}
                ),
            }
        )
        if ends:
            timeline.append({"what": _("It ends by itself"), "when": moment(ends), "state": "ahead"})
    timeline.append({"what": _("Last day to ask us to look again"), "when": day(appeal_until), "state": "ahead"})
    ground = (
        _("This rests on the law: %(ground)s") % {"ground": m.legal_ground}
        if m.ground == "law"
        else _("This rests on our terms: %(clauses)s")
        % {
            "clauses": "; ".join(
                _("%(title)s, version %(version)s, clause %(clause)s")
                % {"title": c.policy_title, "version": c.version, "clause": c.clause or "1"}
                for c in m.clauses
            )
        }
    )
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
        "intro": [c.reason for c in m.clauses],
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


def as_text(data: Mapping[str, Any]) -> str:
    """Plain text that reads well in any mail program."""
    heads = data["headings"]
    parts: list[str] = [data["subject"], data["named"], *data["intro"]]
    if data["author_note"]:
        parts.append(data["author_note"])
    if data["seen"]:
        parts.append(heads["seen"] + "\n" + "\n".join(f"  {_plain(piece)}" for piece in data["seen"]))
    parts.append(
        heads["why"]
        + "\n"
        + "\n".join(
            f"  {c['title']}" + (f", {c['clause']} {c['clause_title']}" if c["clause"] else "") for c in data["clauses"]
        )
        + f"\n  {data['ground_text']}"
    )
    if data["means"]:
        parts.append(heads["means"] + "\n" + "\n".join(f"  {line['text']}" for line in data["means"]))
    parts.append(heads["how"] + "\n" + "\n".join(f"  {step['when']}  {step['what']}" for step in data["timeline"]))
    parts.append(heads["redress"] + "\n" + "\n".join(f"  {line}" for line in data["redress"]))
    if data["url"]:
        parts.append(data["url"])
    return "\n\n".join(parts) + "\n"


def as_html(data: Mapping[str, Any]) -> str:
    """The body of the statement as plain, class-less HTML: stored as sent, shown by the portal and the letter."""
    e = html.escape
    heads = data["headings"]
    out = [f"<h1>{e(data['subject'])}</h1>", f"<p>{e(data['named'])}</p>"]
    out += [f"<p>{e(line)}</p>" for line in data["intro"]]
    if data["author_note"]:
        out.append(f"<p>{e(data['author_note'])}</p>")
    if data["seen"]:
        out.append(f"<h2>{e(heads['seen'])}</h2>")
        lang = f' lang="{e(data["content_language"])}"' if data["content_language"] else ""
        out += [
            f"<blockquote{lang}>{e(p['before'])}<mark>{e(p['match'])}</mark>{e(p['after'])}</blockquote>"
            for p in data["seen"]
        ]
    out.append(f"<h2>{e(heads['why'])}</h2>")
    for c in data["clauses"]:
        words = f"{c['title']}, {c['clause']} {c['clause_title']}" if c["clause"] else c["title"]
        out.append(f'<p><a href="{e(c["url"])}">{e(words)}</a></p>' if c["url"] else f"<p>{e(words)}</p>")
    out.append(f"<p>{e(data['ground_text'])}</p>")
    if data["means"]:
        out.append(f"<h2>{e(heads['means'])}</h2><dl>")
        out += [f"<dt>{e(line['label'])}</dt><dd>{e(line['text'])}</dd>" for line in data["means"]]
        out.append("</dl>")
    out.append(f"<h2>{e(heads['how'])}</h2><ol>")
    out += [f"<li>{e(step['what'])} <small>{e(step['when'])}</small></li>" for step in data["timeline"]]
    out.append(f"</ol><h2>{e(heads['redress'])}</h2>")
    out += [f"<p>{e(line)}</p>" for line in data["redress"]]
    return "\n".join(out)


def digest(data: Mapping[str, Any], text: str, body: str) -> str:
    """SHA-256, hex, over the three forms as stored."""
    canonical = json.dumps([data, text, body], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _short(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _plain(piece: Mapping[str, str]) -> str:
    return f"“{piece['before']}{piece['match']}{piece['after']}”"


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


KIND_WORDS: dict[str, Any] = {
    "ad": lambda: _("ad"),
    "listing": lambda: _("listing"),
    "product": lambda: _("product"),
    "shop": lambda: _("shop"),
    "profile": lambda: _("profile"),
    "review": lambda: _("review"),
    "comment": lambda: _("comment"),
    "message": lambda: _("message"),
    "image": lambda: _("image"),
    "short_video": lambda: _("video"),
    "livestream": lambda: _("livestream"),
}

RESTRICTION_WORDS: dict[str, Any] = {
    "remove": lambda: _("Removed %(where)s"),
    "disable": lambda: _("Not shown to others %(where)s"),
    "demote": lambda: _("Shown further down in lists and search %(where)s"),
    "age": lambda: _("Shown to adults only %(where)s"),
    "geo": lambda: _("Not shown %(where)s"),
    "label": lambda: _("Shown with a label %(where)s"),
    "interaction": lambda: _("Others cannot answer or share it %(where)s"),
}
