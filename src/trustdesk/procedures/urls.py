from django.urls import path

from trustdesk.procedures import pages

app_name = "procedures"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("new", pages.write, name="new"),
    path("cases/<uuid:case_id>", pages.of_case, name="of_case"),
    path("cases/<uuid:case_id>/start", pages.start, name="start"),
    path("runs/<uuid:run_id>/tick", pages.tick, name="tick"),
    path("runs/<uuid:run_id>/take-back", pages.take_back, name="take_back"),
    path("runs/<uuid:run_id>/stop", pages.stop, name="stop"),
    path("runs/<uuid:run_id>/words", pages.words, name="words"),
    path("runs/<uuid:run_id>/proof", pages.proof, name="proof"),
    path("proofs/<uuid:proof_id>/forget", pages.forget, name="forget"),
    path("<slug:code>", pages.show, name="show"),
    path("<slug:code>/edit", pages.edit, name="edit"),
]
