"""The addresses of the pages of proposals."""

from django.urls import path

from trustdesk.decisions import proposal_pages as pages

app_name = "proposals"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("new/<uuid:account_id>", pages.propose, name="new"),
    path("<uuid:proposal_id>", pages.show, name="show"),
    path("<uuid:proposal_id>/confirm", pages.confirm, name="confirm"),
    path("<uuid:proposal_id>/refuse", pages.refuse_it, name="refuse"),
    path("<uuid:proposal_id>/close", pages.close, name="close"),
    path("<uuid:proposal_id>/prolong", pages.renew, name="renew"),
    path("<uuid:proposal_id>/take-back", pages.take_back, name="take_back"),
]
