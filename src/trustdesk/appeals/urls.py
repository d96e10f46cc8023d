from django.urls import path

from trustdesk.appeals import pages, panels

app_name = "appeals"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("next", pages.take_next, name="next"),
    path("of-account/<uuid:account_id>", panels.of_account, name="of_account"),
    path("<uuid:appeal_id>", pages.show, name="show"),
    path("<uuid:appeal_id>/take", pages.take, name="take"),
    path("<uuid:appeal_id>/release", pages.release, name="release"),
    path("<uuid:appeal_id>/heartbeat", pages.heartbeat, name="heartbeat"),
    path("<uuid:appeal_id>/first", pages.judge_first, name="first"),
    path("<uuid:appeal_id>/ask", pages.ask, name="ask"),
    path("<uuid:appeal_id>/decide", pages.decide, name="decide"),
    path("<uuid:appeal_id>/clauses", pages.clauses, name="clauses"),
    path("<uuid:appeal_id>/letter", pages.letter, name="letter"),
    path("<uuid:appeal_id>/refer", pages.refer, name="refer"),
    path("<uuid:appeal_id>/cases/<uuid:referral_id>/extend", pages.extend, name="extend"),
    path("<uuid:appeal_id>/cases/<uuid:referral_id>/conclude", pages.conclude, name="conclude"),
    path("<uuid:appeal_id>/cases/<uuid:referral_id>/followed", pages.implement, name="implement"),
    path("<uuid:appeal_id>/warn", pages.warn, name="warn"),
    path("<uuid:appeal_id>/pause", pages.pause, name="pause"),
]
