"""The addresses of the pages of signals and banks."""

from django.urls import path

from trustdesk.signals import pages

app_name = "signals"
urlpatterns = [
    path("signals/", pages.list_all, name="list"),
    path("signals/<slug:signal>/try", pages.try_now, name="try_now"),
    path("banks/", pages.banks, name="banks"),
    path("new-bank/", pages.make, name="make"),
    path("banks/<slug:code>/", pages.bank, name="bank"),
    path("banks/<slug:code>/settings", pages.set_bank, name="set_bank"),
    path("banks/<slug:code>/add", pages.add, name="add"),
    path("banks/<slug:code>/try", pages.try_content, name="try_text"),
    path("banks/<slug:code>/<uuid:entry_id>", pages.entry, name="entry"),
    path("banks/<slug:code>/<uuid:entry_id>/remove", pages.remove, name="remove"),
    path("banks/<slug:code>/<uuid:entry_id>/release", pages.release, name="release"),
    path("banks/<slug:code>/<uuid:entry_id>/<uuid:match_id>", pages.judge, name="judge"),
]
