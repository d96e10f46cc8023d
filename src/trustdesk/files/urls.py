from django.urls import path

from trustdesk.files import pages

urlpatterns = [path("<uuid:file_id>/<slug:rendition>", pages.serve, name="file")]
