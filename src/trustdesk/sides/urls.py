from django.urls import path

from trustdesk.sides import pages

app_name = "sides"
urlpatterns = [
    path("departments", pages.departments, name="departments"),
    path("cases/<uuid:case_id>", pages.of_case, name="of_case"),
    path("cases/<uuid:case_id>/begin", pages.begin, name="begin"),
    path("<uuid:side_id>/write", pages.write_on, name="write_on"),
    path("<uuid:side_id>/close", pages.close, name="close"),
]
