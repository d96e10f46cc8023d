"""Addresses of clock policies, calendars and the trial."""

from django.urls import path

from trustdesk.clocks import pages

app_name = "clocks"
urlpatterns = [
    path("clocks/", pages.overview, name="list"),
    path("clocks/simulate", pages.simulate, name="simulate"),
    path("clocks/policies/new", pages.policy, name="policy_make"),
    path("clocks/policies/<uuid:policy_id>/", pages.policy, name="policy"),
    path("clocks/policies/<uuid:policy_id>/place", pages.place, name="policy_place"),
    path("clocks/calendars/new", pages.calendar, name="calendar_make"),
    path("clocks/calendars/of/<slug:code>/", pages.calendar, name="calendar"),
    path("clocks/calendars/of/<slug:code>/archive", pages.archive, name="calendar_archive"),
]
