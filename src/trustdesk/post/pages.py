"""A mail as its sender made it, in a frame that runs and loads nothing."""

from uuid import UUID

from django.http import HttpResponse

from trustdesk.post import queries
from trustdesk.web.page import PageRequest, page


@page(right="-", methods=("GET", "HEAD"))
def frame(request: PageRequest, mail_id: UUID) -> HttpResponse:
    """The words of a mail, cleaned now. Its address is the right: the page around it made it for whoever looks, and asked
    whether they may."""
    remote = request.GET.get("pictures") == "1"
    queries.check_frame(mail_id, actor=request.actor, remote=remote, seen=request.GET.get("seen", ""))
    mail = queries.one_mail(mail_id)
    answer = HttpResponse(queries.page_of(mail, remote=remote).page, content_type="text/html; charset=utf-8")
    answer["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; "
        f"img-src data:{' https: http:' if remote else ''}; frame-ancestors 'self'"
    )
    answer["X-Frame-Options"] = "SAMEORIGIN"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
