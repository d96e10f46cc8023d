from django.urls import path

from trustdesk.review import market_pages as pages

app_name = "market_notes"
urlpatterns = [
    path("", pages.list_all, name="list"),
    path("new", pages.write, name="write"),
    path("<uuid:note_id>", pages.write, name="edit"),
    path("<uuid:note_id>/retire", pages.retire, name="retire"),
]
