from django.urls import path

from trustdesk.triage import pages

app_name = "triage"
urlpatterns = [
    path("", pages.figures, name="figures"),
    path("choices.csv", pages.corrections, name="corrections"),
    path("cases/<uuid:case_id>", pages.of_case, name="of_case"),
    path("cases/<uuid:case_id>/choose", pages.choose, name="choose"),
]
