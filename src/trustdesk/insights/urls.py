"""The board's address."""

from django.urls import path

from trustdesk.insights import overturned_pages, pages

app_name = "insights"
urlpatterns = [
    path("board/", pages.board, name="board"),
    path("overturned", overturned_pages.all_of_them, name="overturned"),
    path("overturned/mine", overturned_pages.mine, name="overturned_mine"),
]
