from django.urls import path

from trustdesk.review import pages

app_name = "review"
urlpatterns = [
    path("next", pages.take_next, name="next"),
    path("nothing", pages.nothing, name="nothing"),
    path("<uuid:review_id>", pages.desk, name="desk"),
    path("<uuid:review_id>/take", pages.take, name="take"),
    path("<uuid:review_id>/release", pages.release, name="release"),
    path("<uuid:review_id>/decide", pages.decide, name="decide"),
    path("<uuid:review_id>/skip", pages.skip, name="skip"),
    path("<uuid:review_id>/note", pages.note, name="note"),
    path("<uuid:review_id>/undo", pages.undo, name="undo"),
    path("<uuid:review_id>/heartbeat", pages.heartbeat, name="heartbeat"),
    path("<uuid:review_id>/clauses", pages.clauses, name="clauses"),
    path("<uuid:review_id>/preview", pages.preview, name="preview"),
]
