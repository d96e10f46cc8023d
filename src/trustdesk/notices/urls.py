"""The addresses of the desk's pages of notices."""

from django.urls import path

from trustdesk.notices import pages

app_name = "notices"
urlpatterns = [
    path("", pages.listing, name="list"),
    path("alerts", pages.alerts, name="alerts"),
    path("alerts/<uuid:alert_id>/acknowledge", pages.acknowledge, name="acknowledge"),
    path("reporters", pages.reporters, name="reporters"),
    path("reporters/<uuid:reporter_id>", pages.reporter, name="reporter"),
    path("reporters/<uuid:reporter_id>/warn", pages.warn, name="warn"),
    path("reporters/<uuid:reporter_id>/mute", pages.mute, name="mute"),
    path("reporters/<uuid:reporter_id>/unmute", pages.unmute, name="unmute"),
    path("flaggers", pages.flaggers, name="flaggers"),
    path("of-item/<uuid:item_id>", pages.of_item, name="of_item"),
    path("<uuid:notice_id>", pages.show, name="show"),
    path("<uuid:notice_id>/close", pages.close, name="close"),
    path("<uuid:notice_id>/place", pages.place, name="place"),
]
