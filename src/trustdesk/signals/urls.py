"""The addresses of the pages of signals."""

from django.urls import path

from trustdesk.signals import pages

app_name = "signals"
urlpatterns = [
    path("signals/", pages.list_all, name="list"),
    path("signals/<slug:signal>/try", pages.try_now, name="try_now"),
]
