"""The addresses of the webhook pages."""

from django.urls import path

from trustdesk.webhooks import pages

app_name = "webhooks"
urlpatterns = [
    path("", pages.list_all, name="list"),
    path("add", pages.add, name="add"),
    path("dead", pages.dead, name="dead"),
    path("<uuid:endpoint_id>", pages.show, name="show"),
    path("<uuid:endpoint_id>/rotate", pages.rotate, name="rotate"),
    path("<uuid:endpoint_id>/off", pages.switch_off, name="off"),
    path("<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/again", pages.send_again, name="again"),
]
