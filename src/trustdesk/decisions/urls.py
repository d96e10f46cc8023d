"""The addresses of the ladder pages."""

from django.urls import path

from trustdesk.decisions import pages

app_name = "decisions"
urlpatterns = [
    path("ladders/", pages.ladders, name="ladders"),
    path("ladders/of/<uuid:account_id>", pages.of_account, name="ladder-of"),
    path("ladders/<str:market>", pages.ladder, name="ladder"),
    path("ladders/<str:market>/draft", pages.draft, name="ladder-draft"),
    path("ladders/<str:market>/tried", pages.tried, name="ladder-tried"),
    path("ladders/<str:market>/versions/<uuid:ladder_id>/approve", pages.approve, name="ladder-approve"),
]
