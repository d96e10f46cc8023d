"""Addresses of rehearsals."""

from django.urls import path

from trustdesk.rehearsal import pages

app_name = "rehearsal"
urlpatterns = [
    path("", pages.list_all, name="list"),
    path("start/", pages.start, name="start"),
    path("shadow/", pages.shadow, name="shadow"),
    path("of/<uuid:version_id>/", pages.of_version, name="of_version"),
    path("preview/<uuid:version_id>/", pages.preview, name="preview"),
    path("<uuid:rehearsal_id>/", pages.show, name="show"),
    path("<uuid:rehearsal_id>/progress/", pages.progress, name="progress"),
    path("<uuid:rehearsal_id>/cancel/", pages.cancel, name="cancel"),
    path("<uuid:rehearsal_id>/stop/", pages.stop, name="stop"),
]
