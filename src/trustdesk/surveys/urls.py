from django.urls import path

from trustdesk.surveys import pages

app_name = "surveys"
urlpatterns = [
    path("", pages.results, name="results"),
    path("mine", pages.mine, name="mine"),
    path("setup", pages.setup, name="setup"),
    path("cases/<uuid:case_id>", pages.of_case, name="of_case"),
]
