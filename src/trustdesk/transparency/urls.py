"""Addresses of staff; the public reads reports in the portal."""

from django.urls import path

from trustdesk.transparency import pages

app_name = "transparency"
urlpatterns = [
    path("transparency-reports", pages.reports, name="reports"),
    path("transparency-reports/publish", pages.publish, name="publish"),
]
