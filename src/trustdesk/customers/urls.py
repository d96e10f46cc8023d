from django.urls import path

from trustdesk.customers import pages

app_name = "customers"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("of-account/<uuid:account_id>", pages.of_account, name="of_account"),
    path("cases/<uuid:case_id>", pages.of_case, name="of_case"),
    path("merges/<uuid:merge_id>", pages.part, name="part"),
    path("<uuid:customer_id>", pages.show, name="show"),
    path("<uuid:customer_id>/change", pages.change, name="change"),
    path("<uuid:customer_id>/contacts", pages.add_contact, name="add_contact"),
    path("<uuid:customer_id>/contacts/<uuid:contact_id>/remove", pages.remove_contact, name="remove_contact"),
    path("<uuid:customer_id>/consents", pages.consent, name="consent"),
    path("<uuid:customer_id>/promises", pages.promise, name="promise"),
    path("<uuid:customer_id>/promises/<uuid:promise_id>", pages.end_promise, name="end_promise"),
    path("<uuid:customer_id>/merge/<uuid:other_id>", pages.merge, name="merge"),
    path("<uuid:customer_id>/apart/<uuid:other_id>", pages.keep_apart, name="keep_apart"),
    path("<uuid:customer_id>/erase", pages.erase, name="erase"),
]
