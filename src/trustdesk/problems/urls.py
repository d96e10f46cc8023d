from django.urls import path

from trustdesk.problems import pages

app_name = "problems"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("new", pages.begin, name="begin"),
    path("cases/<uuid:case_id>", pages.of_case, name="of_case"),
    path("tellings/<uuid:telling_id>", pages.progress, name="progress"),
    path("tellings/<uuid:telling_id>/stop", pages.stop, name="stop"),
    path("tellings/<uuid:telling_id>/go-on", pages.go_on, name="go_on"),
    path("<uuid:problem_id>", pages.show, name="show"),
    path("<uuid:problem_id>/change", pages.change, name="change"),
    path("<uuid:problem_id>/state", pages.state, name="state"),
    path("<uuid:problem_id>/cases", pages.link, name="link"),
    path("<uuid:problem_id>/cases/<uuid:case_id>/unlink", pages.unlink, name="unlink"),
    path("<uuid:problem_id>/tell", pages.tell, name="tell"),
]
