"""Addresses of states and of the reasons for being away."""

from django.urls import path

from trustdesk.workforce import pages

app_name = "workforce"
urlpatterns = [
    path("state", pages.state, name="state"),
    path("my-time", pages.my_time, name="my_time"),
    path("away-reasons/", pages.reasons, name="reasons"),
    path("away-reasons/add", pages.reason, name="reason_add"),
    path("away-reasons/<slug:code>/", pages.reason, name="reason"),
]
