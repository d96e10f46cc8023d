from django.urls import path

from trustdesk.learning import pages

app_name = "learning"
urlpatterns = [
    path("", pages.list_all, name="list"),
    path("bring", pages.bring, name="bring"),
    path("learn", pages.learn, name="learn"),
    path("labels/<uuid:file_id>/forget", pages.forget, name="forget"),
    path("studies/<uuid:study_id>/", pages.study, name="study"),
    path("studies/<uuid:study_id>/progress", pages.progress, name="progress"),
    path("studies/<uuid:study_id>/points.csv", pages.points_csv, name="points"),
    path("studies/<uuid:study_id>/use", pages.use, name="use"),
    path("versions/<uuid:model_id>/", pages.model, name="model"),
    path("versions/<uuid:model_id>/shadow", pages.shadow, name="shadow"),
    path("versions/<uuid:model_id>/release", pages.release, name="release"),
    path("versions/<uuid:model_id>/withdraw", pages.withdraw, name="withdraw"),
    path("label/<str:label>/", pages.label, name="label"),
    path("label/<str:label>/measure", pages.measure, name="measure"),
    path("label/<str:label>/roll-back", pages.roll_back, name="roll_back"),
]
