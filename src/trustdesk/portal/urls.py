from django.urls import path, re_path

from trustdesk.portal import pages

app_name = "portal"
urlpatterns = [
    re_path(r"^s/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})$", pages.statement, name="statement"),
    re_path(
        r"^s/(?P<token>[0-9a-f-]{36}:[A-Za-z0-9_-]{20,100})\.(?P<form>json|txt)$", pages.statement, name="statement-as"
    ),
    path("rules/", pages.rules, name="rules"),
    path("rules/<slug:code>", pages.rule, name="rule"),
]
