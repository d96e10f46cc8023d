"""What the players of the page ask for again: a video's address, how a livestream fares, its frames."""

from uuid import UUID

from django.http import HttpResponse

from trustdesk.content.queries import MediaView
from trustdesk.kernel.base.refusal import NotFound
from trustdesk.kernel.base.timesource import now
from trustdesk.review import queries
from trustdesk.review.films import play_address
from trustdesk.review.lives import lives_of
from trustdesk.review.queries import Sheet
from trustdesk.signals import queries as signals
from trustdesk.web.page import PageRequest, page, swap

KEPT_SECONDS = 600


@page(right="review.read", methods=("GET", "HEAD"))
def film(request: PageRequest, review_id: UUID, number: int) -> HttpResponse:
    """A fresh address of a video, as text: the one in the page ended after ten minutes."""
    medium, sheet = _medium(request, review_id, number)
    view = sheet.pictures.get(medium.file) if medium.file else None
    if view is None or not view.playable:
        raise NotFound("There is nothing to play.")
    return HttpResponse(play_address(view, now=now()), content_type="text/plain; charset=utf-8")


@page(right="review.read", methods=("GET", "HEAD"))
def stream(request: PageRequest, review_id: UUID, number: int) -> HttpResponse:
    """How a livestream fares now, with its newest frames: the page asks every few seconds."""
    _, sheet = _medium(request, review_id, number)
    found = next((live for live in lives_of(sheet, now=now()) if live.number == number), None)
    if found is None:
        raise NotFound("There is no such livestream.")
    return swap(request, "review/_stream.html", film=found)


@page(right="review.read", methods=("GET", "HEAD"))
def stream_frame(request: PageRequest, review_id: UUID, number: int, frame: int) -> HttpResponse:
    """One frame of a livestream. A frame never changes, so the browser may keep it for a while."""
    medium, _ = _medium(request, review_id, number)
    answer = HttpResponse(signals.stream_frame(str(medium.id), frame), content_type="image/webp")
    answer["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    return answer


def _medium(request: PageRequest, review_id: UUID, number: int) -> tuple[MediaView, Sheet]:
    """A medium of the item under review, as this person may see it now. Raises NotFound for what they may not."""
    sheet = queries.sheet(review_id, actor=request.actor, now=now())
    medium = next((one for one in sheet.version.media if one.position + 1 == number), None) if sheet else None
    if sheet is None or medium is None:
        raise NotFound("There is no such film.")
    return medium, sheet
