"""The addresses of the pages of triggers."""

from django.urls import path

from trustdesk.triggers import pages

app_name = "triggers"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("new", pages.begin, name="begin"),
    path("check", pages.check, name="check"),
    path("of-case/<uuid:case_id>", pages.of_case, name="of_case"),
    path("trials/<uuid:trial_id>", pages.progress, name="progress"),
    path("trials/<uuid:trial_id>/cancel", pages.cancel, name="cancel"),
    path("<uuid:trigger_id>", pages.show, name="trigger"),
    path("<uuid:trigger_id>/edit", pages.edit, name="edit"),
    path("<uuid:trigger_id>/try", pages.try_it, name="try"),
    path("<uuid:trigger_id>/put-in-force", pages.put_in_force, name="put_in_force"),
    path("<uuid:trigger_id>/off", pages.switch_off, name="off"),
    path("<uuid:trigger_id>/move", pages.move, name="move"),
]
