from django.urls import path

from trustdesk.review import pages

app_name = "review"
urlpatterns = [
    path("next", pages.take_next, name="next"),
    path("ahead", pages.ahead, name="ahead"),
    path("leave", pages.leave, name="leave"),
    path("token", pages.token, name="token"),
    path("nothing", pages.nothing, name="nothing"),
    path("<uuid:review_id>", pages.desk, name="desk"),
    path("told", pages.told, name="told"),
    path("told/<uuid:answer_id>/read", pages.read, name="read"),
    path("<uuid:review_id>/escalate", pages.escalate, name="escalate"),
    path("<uuid:review_id>/ask-author", pages.ask_author, name="ask_author"),
    path("<uuid:review_id>/evidence", pages.evidence, name="evidence"),
    path("<uuid:review_id>/asked", pages.asked, name="asked"),
    path("<uuid:review_id>/take-up", pages.take_up, name="take_up"),
    path("<uuid:review_id>/take", pages.take, name="take"),
    path("<uuid:review_id>/release", pages.release, name="release"),
    path("<uuid:review_id>/decide", pages.decide, name="decide"),
    path("<uuid:review_id>/skip", pages.skip, name="skip"),
    path("<uuid:review_id>/edit", pages.edit_and_approve, name="edit"),
    path("<uuid:review_id>/compare", pages.compare, name="compare"),
    path("<uuid:review_id>/aside", pages.put_aside, name="aside"),
    path("<uuid:review_id>/note", pages.note, name="note"),
    path("<uuid:review_id>/undo", pages.undo, name="undo"),
    path("<uuid:review_id>/heartbeat", pages.heartbeat, name="heartbeat"),
    path("<uuid:review_id>/clauses", pages.clauses, name="clauses"),
    path("<uuid:review_id>/films/<int:number>", pages.film, name="film"),
    path("<uuid:review_id>/streams/<int:number>", pages.stream, name="stream"),
    path("<uuid:review_id>/streams/<int:number>/<int:frame>", pages.stream_frame, name="stream_frame"),
    path("<uuid:review_id>/preview", pages.preview, name="preview"),
]
