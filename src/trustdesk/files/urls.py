from django.urls import path

from trustdesk.files import pages

urlpatterns = [
    path("<uuid:file_id>/take-original", pages.take_original, name="take_original"),
    path("<uuid:file_id>/<slug:rendition>", pages.serve, name="file"),
]
