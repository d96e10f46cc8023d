"""Where one lands, and one's own settings."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from trustdesk.console.forms.me import MeForm
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people import actions as people
from trustdesk.web import navigation
from trustdesk.web.look import LOOKS, keep_look
from trustdesk.web.page import PageRequest, go, page


@page(right="-")
def home(request: PageRequest) -> HttpResponse:
    """The first place that this person's rights open; who has none lands at themselves."""
    opened = (place for place in navigation.places(request.actor, request.path) if not place.face)
    return go(request, next((place.href for place in opened), reverse("console:me")))


@page(right="-")
def me(request: PageRequest) -> HttpResponseBase:
    """Language, look and sign-in of the person who looks."""
    start = {
        "language": request.user.language,
        "theme": request.COOKIES.get("theme", ""),
        "contrast": request.COOKIES.get("contrast", ""),
    }
    form = MeForm(request.POST or None, initial=start)
    if request.method != "POST" or not form.is_valid():
        return render(request, "console/me.html", {"form": form}, status=422 if form.is_bound else 200)
    language = form.cleaned_data["language"]
    if language != request.user.language:
        people.set_language(actor=request.actor, staff_id=request.user.id, language=language, now=now())
    with override(language):
        messages.success(request, _("Kept."))
    answer = go(request, reverse("console:me"))
    for name in LOOKS:
        keep_look(request, answer, name, form.cleaned_data[name])
    return answer
