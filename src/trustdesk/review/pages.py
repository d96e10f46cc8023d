"""The review page: take, look, decide, undo."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from trustdesk.decisions import queries as decisions
from trustdesk.decisions.actions import Incomplete, ItemChanged
from trustdesk.files import queries as files
from trustdesk.kernel.base.refusal import NotFound, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.work.actions import NothingWaiting
from trustdesk.review import actions, queries
from trustdesk.review.films import Film, streams_of, video_of
from trustdesk.review.forms import DecisionForm, NoteForm, PreviewForm, SkipForm
from trustdesk.review.highlight import changes, pieces, spans_of
from trustdesk.review.seeing import SURE, Shown, box_of, boxes_of, reason_words, said_of, veil_of
from trustdesk.review.showing import guideline_of, options_for, suggestions, verdict_in_words
from trustdesk.web.page import PageRequest, go, page, refuse, swap


@page(right="review.decide", methods=("POST",))
def take_next(request: PageRequest) -> HttpResponseBase:
    """Claim the next item of a queue (or of all) and open it; say so kindly when nothing waits."""
    queue = request.POST.get("queue", "")
    try:
        review = actions.claim_next(actor=request.actor, now=now(), queues=[queue] if queue else None)
    except NothingWaiting:
        return go(request, reverse("review:nothing"))
    return go(request, reverse("review:desk", args=[review]))


@page(right="review.decide")
def nothing(request: PageRequest) -> HttpResponse:
    """Nothing waits: say what was done last, so that it can still be undone."""
    return swap(request, "review/nothing.html", undo=_undo_of(request))


@page(right="review.read")
def desk(request: PageRequest, review_id: UUID) -> HttpResponse:
    """One review, whole."""
    moment = now()
    sheet = queries.sheet(review_id, actor=request.actor, now=moment)
    if sheet is None:
        raise NotFound("There is no such review.")
    hits = sheet.verdict.hits
    suggested = suggestions(hits, language=request.actor.language)
    context: dict[str, Any] = {
        "sheet": sheet,
        "title_pieces": pieces(sheet.version.title, spans_of(hits, "title")),
        "body_pieces": pieces(sheet.version.body, spans_of(hits, "body")),
        "declared": [
            (_label(name), pieces(value, spans_of(hits, name)) if isinstance(value, str) else [], value)
            for name, value in sorted(sheet.version.fields.items())
        ],
        "pictures": (pictures := _pictures(sheet, moment)),
        "films": _films(sheet, pictures, moment),
        "has_faces": any(picture.faces and picture.url for picture in pictures),
        "originals": [
            (medium.position + 1, medium.file) for medium in sheet.version.media if medium.file in sheet.pictures
        ]
        if request.actor.may("files.original")
        else [],
        "read": [picture for picture in pictures if picture.words or picture.codes],
        "verdict_words": verdict_in_words(sheet, suggested),
        "reasons": [
            (hit, said, list(dict.fromkeys(filter(None, map(said_of, hit["evidence"])))))
            for hit, said in zip(hits, suggested, strict=True)
        ],
        "suggested": suggested,
        "first_options": options_for("", suggested, language=request.actor.language),
        "guideline": guideline_of(suggested, language=request.actor.language),
        "undo": _undo_of(request),
        **_edit(request, sheet),
        "can_decide": sheet.mine and sheet.review.state == "open",
    }
    return swap(request, "review/desk.html", **context)


@page(right="review.decide", methods=("POST",))
def take(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    actions.claim_this(actor=request.actor, review_id=review_id, now=now())
    return go(request, reverse("review:desk", args=[review_id]))


@page(right="review.decide", methods=("POST",))
def release(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    actions.release(actor=request.actor, review_id=review_id, now=now())
    return go(request, reverse("console:home"))


@page(right="review.decide", methods=("POST",))
def decide(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    """Decide, and open the next one at once."""
    form = DecisionForm(_listed(request))
    if not form.is_valid():
        return refuse(request, form)
    try:
        actions.decide(actor=request.actor, review_id=review_id, now=now(), **form.cleaned_data)
    except ItemChanged:
        # Nothing was decided. What was typed is still in the tab; the page shows what the author changed meanwhile.
        seen = form.cleaned_data["version"]
        return go(request, reverse("review:desk", args=[review_id]) + f"?since={seen}")
    return _next(request, after=review_id)


@page(right="review.decide", methods=("POST",))
def skip(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    form = SkipForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.skip(actor=request.actor, review_id=review_id, now=now(), **form.cleaned_data)
    return _next(request, after=review_id)


@page(right="notes.write", methods=("POST",))
def note(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    """Pin a note and show the list with it."""
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refuse(request, form)
    actions.note(actor=request.actor, review_id=review_id, now=now(), **form.cleaned_data)
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    return swap(request, "review/_notes.html", sheet=sheet)


@page(right="review.decide", methods=("POST",))
def undo(request: PageRequest, review_id: UUID) -> HttpResponseBase:
    actions.undo(actor=request.actor, review_id=review_id, now=now())
    return go(request, reverse("review:desk", args=[review_id]))


@page(right="review.decide", methods=("POST",))
def heartbeat(request: PageRequest, review_id: UUID) -> HttpResponse:
    """Still here; a lost claim answers with its refusal, which the page shows beside what was typed."""
    actions.heartbeat(actor=request.actor, review_id=review_id, now=now())
    return HttpResponse(status=204)


@page(right="review.decide")
def clauses(request: PageRequest, review_id: UUID) -> HttpResponse:
    """Fuzzy search over the clauses of all live policies; without words, the suggested ones first."""
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    if sheet is None:
        raise NotFound("There is no such review.")
    hits = sheet.verdict.hits
    options = options_for(
        request.GET.get("q", ""), suggestions(hits, language=request.actor.language), language=request.actor.language
    )
    return swap(request, "review/_clauses.html", options=options)


@page(right="review.decide")
def preview(request: PageRequest, review_id: UUID) -> HttpResponse:
    """What the author will read and what will happen, before Enter."""
    form = PreviewForm(_listed(request))
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    if sheet is None:
        raise NotFound("There is no such review.")
    if not form.is_valid() or not form.cleaned_data["clauses"]:
        return swap(request, "review/_preview.html", preview=None, sheet=sheet)
    chosen = form.cleaned_data["clauses"]
    hits = sheet.verdict.hits
    policies = {ground.policy for ground in chosen}
    try:
        shown = decisions.preview(
            actor=request.actor,
            item=sheet.item,
            version=sheet.version,
            account=sheet.account,
            outcome=form.cleaned_data["outcome"],
            clauses=chosen,
            evidence=[
                {**span, "policy": hit["policy"]}
                for hit in hits
                if hit["policy"] in policies
                for span in hit["evidence"]
            ],
            author_note=form.cleaned_data["author_note"],
            automated_detection=bool(hits),
            noticed_at=sheet.verdict.decided_at,
            now=now(),
        )
    except Incomplete as missing:
        return refuse(request, Refusal(_("The statement would lack %(what)s.") % {"what": missing}))
    with override(shown.language or None):
        language = dict_of_languages().get(shown.language, shown.language)
    return swap(request, "review/_preview.html", preview=shown, sheet=sheet, language=language)


def dict_of_languages() -> dict[str, str]:
    from django.conf import settings

    return dict(settings.LANGUAGES)


def _next(request: PageRequest, *, after: UUID) -> HttpResponseBase:
    """The next of the same queue, so that one keeps one's mind on one thing; when it is empty, of any."""
    for queues in ([queries.queue_of(after)], None):
        try:
            review = actions.claim_next(actor=request.actor, now=now(), queues=queues)
        except NothingWaiting:
            continue
        return go(request, reverse("review:desk", args=[review]))
    return go(request, reverse("review:nothing"))


def _listed(request: PageRequest) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    return {**given.dict(), "clauses": given.getlist("clauses")}


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


def _label(name: str) -> str:
    """A declared field's name as people read it: ad_type → Ad type."""
    return name.replace("_", " ").capitalize()


def _undo_of(request: PageRequest) -> dict[str, Any] | None:
    moment = now()
    last = queries.last_decided(request.actor, now=moment)
    if last is None:
        return None
    review, decision = last
    seconds = max(0, int((decision.effective_at - moment).total_seconds() + 0.999))
    return {"review": review.id, "outcome": decision.outcome, "seconds": seconds}


def _films(sheet: queries.Sheet, pictures: list[Shown], moment: Any) -> list[Film]:
    """Videos and livestreams frame by frame, veiled as their posters are."""
    hits, veils = sheet.verdict.hits, {picture.number: picture.veil for picture in pictures}
    stored = [
        video_of(medium.position + 1, sheet.pictures[medium.file], hits, veil=veils[medium.position + 1], now=moment)
        for medium in sheet.version.media
        if medium.file in sheet.pictures
    ]
    labels = [label for hit in hits for label in hit["labels"]]
    adult = [span["score"] for hit in hits for span in hit["evidence"] if span["field"] == "adult"]
    live = streams_of(sheet.version.media, veil=veil_of(labels, max(adult, default=None)))
    return [*filter(None, stored), *live]


def _pictures(sheet: queries.Sheet, moment: Any) -> list[Shown]:
    """The item's pictures, those veiled that may hurt, with what machines found in them."""
    hits = sheet.verdict.hits
    labels = [label for hit in hits for label in hit["labels"]]
    shown = []
    for medium in sheet.version.media:
        if medium.kind == "stream":
            continue
        file = sheet.pictures.get(medium.file) if medium.file else None
        look = sheet.looks.get(file.hash) if file is not None else None
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
                veil=veil_of(labels, look.adult if look else None) if url else "",
                boxes=boxes_of(hits, number, width, height),
                faces=tuple(box_of(face["box"], width, height) for face in look.faces if face.get("box"))
                if look
                else (),
                words=tuple(line["text"] for line in look.texts if line.get("score", 1.0) >= SURE) if look else (),
                codes=tuple(code["text"] for code in look.codes) if look else (),
                adult=look.adult if look else None,
            )
        )
    return shown
