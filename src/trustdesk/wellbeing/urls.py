"""Addresses of care."""

from django.urls import path

from trustdesk.wellbeing import pages

app_name = "wellbeing"
urlpatterns = [
    path("", pages.mine, name="mine"),
    path("ways", pages.set_ways, name="set_ways"),
    path("limits", pages.set_limits, name="set_limits"),
    path("break-after", pages.set_break_after, name="set_break_after"),
    path("revealed", pages.revealed, name="revealed"),
    path("break", pages.rest, name="rest"),
    path("break/end", pages.back, name="back"),
    path("desk", pages.desk, name="desk"),
    path("desk/budgets", pages.set_budgets, name="set_budgets"),
    path("desk/rules", pages.set_desk, name="set_desk"),
    path("desk/contacts", pages.add_contact, name="add_contact"),
    path("desk/contacts/<uuid:contact_id>/remove", pages.remove_contact, name="remove_contact"),
    path("team", pages.team, name="team"),
    path("team/<uuid:team_id>", pages.one_team, name="one_team"),
]
