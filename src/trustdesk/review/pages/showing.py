"""One review as a page: everything that changes from item to item, gathered for the fragment `review/_desk.html`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from trustdesk.content import queries as content
from trustdesk.decisions import queries as decisions
from trustdesk.decisions.actions import UNDO_WINDOW
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import queries as policy
from trustdesk.review import actions, golden_book, queries
from trustdesk.review.beside import slang_of
from trustdesk.review.blind import words
from trustdesk.review.films import films_of, is_film
from trustdesk.review.highlight import changes
from trustdesk.review.lives import Live
from trustdesk.review.records import rights
from trustdesk.review.rules import harm_of
from trustdesk.review.seeing import SURE, Shown, box_of, boxes_of, reason_words, veil_of
from trustdesk.review.showing import guideline_of, options_for, reasons_of, restrained, suggestions, verdict_in_words
from trustdesk.review.things import thing_of
from trustdesk.web.page import PageRequest, page, swap
from trustdesk.wellbeing import queries as wellbeing


@page(right="review.read")
def desk(request: PageRequest, review_id: UUID) -> HttpResponse:
    """One review, whole."""
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    if sheet is None:
        raise NotFound("There is no such review.")
    known = sorted(policy.labels().values(), key=lambda label: (label.family, label.name))
    return swap(request, "review/desk.html", labels=known, **context_of(request, sheet))


def context_of(request: PageRequest, sheet: queries.Sheet, *, ahead: bool = False) -> dict[str, Any]:
    """What `review/_desk.html` shows, by name. `ahead`: rendered before it is needed, so what can be undone is not asked
    for; the page knows that when it shows it."""
    moment = now()
    hits = sheet.verdict.hits
    suggested = suggestions(hits, language=request.actor.language)
    pictures = _pictures(sheet, moment)
    return {
        "sheet": sheet,
        "thing": thing_of(
            item=sheet.item,
            version=sheet.version,
            account=sheet.account,
            hits=hits,
            around=sheet.around,
            terms=slang_of(sheet.known),
            picture=lambda file: _thumb(sheet, file, moment),
        ),
        "pictures": pictures,
        "films": (films := films_of(sheet, now=moment)),
        "live": next((film for film in films if isinstance(film, Live)), None),
        "has_faces": any(picture.faces and picture.url for picture in pictures),
        "originals": [
            (medium.position + 1, medium.file) for medium in sheet.version.media if medium.file in sheet.pictures
        ]
        if request.actor.may("files.original")
        else [],
        "read": [picture for picture in pictures if picture.words or picture.codes],
        "verdict_words": verdict_in_words(sheet, suggested),
        "reasons": reasons_of(hits, suggested, rights(now=moment)),
        "restrained": restrained(sheet),
        "ladder": None
        if sheet.hidden & {"account", "history"}
        else decisions.ladder_of(sheet.account.id, market=sheet.item.market, now=sheet.as_of or moment),
        "standing_notes": [one.note for one in sheet.known if one.note.sort in {"law", "custom"}],
        "suggested": suggested,
        "first_options": options_for("", suggested, language=request.actor.language),
        "guideline": guideline_of(suggested, language=request.actor.language),
        **({"undo": None, "told": None} if ahead else undo_and_told(request)),
        "asks_experts": request.actor.may("experts.ask"),
        "may_escalate": request.actor.may("escalations.send"),
        "mine_aside": sheet.work.state == "held" and str(sheet.work.holder) == request.actor.id,
        "price_plain": actions.plain_value(sheet.version.price),
        "can_edit": sheet.item.kind in content.EDITABLE_KINDS,
        "undo_when_decided": {"review": sheet.review.id, "seconds": int(UNDO_WINDOW.total_seconds())},
        "may_keep_golden": sheet.review.state == "decided" and not sheet.golden and request.actor.may("golden.manage"),
        "hidden_words": words(sheet.hidden),
        **_edit(request, sheet),
        "can_decide": sheet.mine and sheet.review.state == "open",
        "care": _care(request, sheet, moment),
    }


def _care(request: PageRequest, sheet: queries.Sheet, moment: datetime) -> wellbeing.Care:
    """How what may hurt comes to this person, their meter, someone to talk to."""
    harm, _weight = harm_of(sheet.labels, policy.severities())
    return wellbeing.care_for(
        request.actor.id,
        harm=harm,
        time_zone=request.user.time_zone,
        language=request.actor.language,
        now=moment,
        markets=(sheet.item.market,),
    )


def _edit(request: PageRequest, sheet: queries.Sheet) -> dict[str, Any]:
    """What the author changed: since the version this person decided about in vain, else since the one before."""
    asked = request.GET.get("since", "")
    since = int(asked) if asked.isdecimal() and len(asked) < 9 else None
    edit = queries.edit_of(sheet, since=since)
    if edit is None:
        return {"edit": None}
    before, after = edit
    parts = [*changes(before.title, after.title), *changes(before.body, after.body)]
    return {"edit": parts, "edit_since": before.no, "edit_in_vain": since is not None}


def _thumb(sheet: queries.Sheet, file: UUID, moment: datetime) -> str:
    """The address of a file's small picture, "" where it has none."""
    view = sheet.pictures.get(file)
    return files.signed_url(file, "thumb", now=moment) if view is not None and "thumb" in view.renditions else ""


def undo_and_told(request: PageRequest) -> dict[str, Any]:
    """What this person can still take back, and what the golden item expected that they judged last."""
    moment = now()
    last = queries.last_done(request.actor, now=moment)
    undo = None
    if last.undo is not None:
        seconds = max(0, int((last.undo.effective_at - moment).total_seconds() + 0.999))
        undo = {"review": last.undo.review, "outcome": last.undo.outcome, "seconds": seconds}
    return {"undo": undo, "told": golden_book.told(last.told) if last.told else None}


def _pictures(sheet: queries.Sheet, moment: datetime) -> list[Shown]:
    """The item's pictures, those veiled that may hurt, with what machines found in them."""
    hits, labels = sheet.verdict.hits, sheet.labels
    shown = []
    for medium in sheet.version.media:
        if medium.kind == "stream":
            continue
        file = sheet.pictures.get(medium.file) if medium.file else None
        look = sheet.looks.get(file.hash) if file is not None else None
        if file is not None and is_film(file):
            continue  # it has a place of its own: `films`
        url = files.signed_url(file.id, "shown", now=moment) if file is not None and file.is_picture else ""
        number = medium.position + 1
        width, height = getattr(file, "width", None) or 960, getattr(file, "height", None) or 660
        refused = reason_words(file.reason) if file is not None and file.reason else ""
        shown.append(
            Shown(
                number=number,
                url=url,
                alt=medium.alt or _("Picture %(n)s, without a description") % {"n": number},
                why_not="" if url else (medium.reason or refused or _("Not looked into yet")),
                width=width,
                height=height,
                veil=veil_of(labels, look.adult if look else None, told="verdict" not in sheet.hidden) if url else "",
                boxes=boxes_of(hits, number, width, height),
                faces=tuple(box_of(face["box"], width, height) for face in look.faces if face.get("box"))
                if look
                else (),
                words=tuple(line["text"] for line in look.texts if line.get("score", 1.0) >= SURE) if look else (),
                codes=tuple(code["text"] for code in look.codes) if look else (),
                adult=look.adult if look else None,
                thumb=_thumb(sheet, file.id, moment) if file is not None and url else "",
            )
        )
    return shown
