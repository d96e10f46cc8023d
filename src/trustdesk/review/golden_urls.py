"""The addresses of golden items."""

from django.urls import path

from trustdesk.review.pages import golden

app_name = "golden"
urlpatterns = [
    path("", golden.listed, name="list"),
    path("mine", golden.mine, name="mine"),
    path("share", golden.set_share, name="share"),
    path("of/<uuid:review_id>", golden.make, name="make"),
    path("<uuid:golden_id>/retire", golden.retire, name="retire"),
]
