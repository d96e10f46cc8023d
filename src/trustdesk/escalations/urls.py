"""The addresses of the pages of hand-overs."""

from django.urls import path

from trustdesk.escalations import figure_pages, pages

app_name = "escalations"
urlpatterns = [
    path("", pages.inbox, name="inbox"),
    path("deadlines", pages.deadlines, name="deadlines"),
    path("areas", pages.area, name="area"),
    path("figures", figure_pages.show, name="figures"),
    path("figures.csv", figure_pages.file, name="figures_file"),
    path("calls", pages.calls, name="calls"),
    path("outside", pages.outside, name="outside"),
    path("levels", pages.level, name="level"),
    path("<uuid:escalation_id>", pages.show, name="show"),
    path("<uuid:escalation_id>/accept", pages.accept, name="accept"),
    path("<uuid:escalation_id>/answer", pages.answer, name="answer"),
    path("<uuid:escalation_id>/give-back", pages.give_back, name="give_back"),
    path("<uuid:escalation_id>/note", pages.note, name="note"),
    path("<uuid:escalation_id>/ask-back", pages.ask_back, name="ask_back"),
    path("<uuid:escalation_id>/tell", pages.tell, name="tell"),
    path("<uuid:escalation_id>/promise", pages.promise, name="promise"),
    path("<uuid:escalation_id>/hand-on", pages.hand_on, name="hand_on"),
    path("<uuid:escalation_id>/follow-up", pages.follow_up, name="follow_up"),
    path("<uuid:escalation_id>/cancel", pages.cancel, name="cancel"),
    path("<uuid:escalation_id>/close", pages.close, name="close"),
]
