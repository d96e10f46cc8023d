"""The addresses of the pages of experts."""

from django.urls import path

from trustdesk.experts import pages

app_name = "experts"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("calls", pages.calls, name="calls"),
    path("ask", pages.ask, name="ask"),
    path("similar", pages.similar, name="similar"),
    path("about/<uuid:work_id>", pages.about, name="about"),
    path("fields/", pages.fields, name="fields"),
    path("fields/<uuid:field_id>/archive", pages.archive_field, name="archive_field"),
    path("questions/<uuid:question_id>", pages.question, name="question"),
    path("questions/<uuid:question_id>/answer", pages.reply, name="reply"),
    path("questions/<uuid:question_id>/answer/<uuid:answer_id>", pages.reply_with, name="reply_with"),
    path("questions/<uuid:question_id>/decline", pages.decline, name="decline"),
    path("questions/<uuid:question_id>/hand-on", pages.hand_on, name="hand_on"),
    path("questions/<uuid:question_id>/withdraw", pages.withdraw, name="withdraw"),
    path("answers/<uuid:answer_id>", pages.answer, name="answer"),
    path("answers/<uuid:answer_id>/serves", pages.served, name="served"),
    path("answers/<uuid:answer_id>/replace", pages.replace, name="replace"),
    path("answers/<uuid:answer_id>/confirm", pages.confirm, name="confirm"),
    path("answers/<uuid:answer_id>/retire", pages.retire, name="retire"),
]
