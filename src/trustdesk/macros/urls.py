"""The addresses of the pages of macros."""

from django.urls import path

from trustdesk.macros import pages

app_name = "macros"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("new", pages.begin, name="begin"),
    path("<uuid:macro_id>", pages.show, name="macro"),
    path("<uuid:macro_id>/edit", pages.edit, name="edit"),
    path("<uuid:macro_id>/share", pages.share, name="share"),
    path("<uuid:macro_id>/archive", pages.archive, name="archive"),
    path("<uuid:macro_id>/put-back", pages.put_back, name="put_back"),
]
