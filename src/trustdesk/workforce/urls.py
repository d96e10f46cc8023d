"""Addresses of states and of the reasons for being away."""

from django.urls import path

from trustdesk.workforce import pages

app_name = "workforce"
urlpatterns = [
    path("state", pages.state, name="state"),
    path("my-time", pages.my_time, name="my_time"),
    path("my-load", pages.my_load, name="my_load"),
    path("capacity/", pages.capacity, name="capacity"),
    path("capacity/<uuid:capacity_id>/remove", pages.capacity_remove, name="capacity_remove"),
    path("away-reasons/", pages.reasons, name="reasons"),
    path("away-reasons/add", pages.reason, name="reason_add"),
    path("away-reasons/<slug:code>/", pages.reason, name="reason"),
]
