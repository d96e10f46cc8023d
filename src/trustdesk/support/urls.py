from django.urls import path

from trustdesk.support import field_pages, handing, pages

app_name = "support"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("new", pages.add, name="add"),
    path("fields", field_pages.fields, name="fields"),
    path("fields/new", field_pages.add_field, name="add-field"),
    path("fields/<uuid:field_id>", field_pages.change_field, name="field"),
    path("fields/<uuid:field_id>/move", field_pages.move_field, name="move-field"),
    path("fields/<uuid:field_id>/archive", field_pages.archive_field, name="archive-field"),
    path("fields/<uuid:field_id>/put-back", field_pages.put_back_field, name="put-back-field"),
    path("<int:number>", pages.numbered, name="numbered"),
    path("<uuid:case_id>", pages.show, name="show"),
    path("<uuid:case_id>/talk", pages.talk, name="talk"),
    path("<uuid:case_id>/here", pages.here, name="here"),
    path("<uuid:case_id>/draft", pages.draft, name="draft"),
    path("<uuid:case_id>/reply", pages.reply, name="reply"),
    path("<uuid:case_id>/note", pages.note, name="note"),
    path("<uuid:case_id>/messages/<uuid:message_id>/undo", pages.undo, name="undo"),
    path("<uuid:case_id>/messages/<uuid:message_id>/mail", pages.as_sent, name="as_sent"),
    path("<uuid:case_id>/messages/<uuid:message_id>/raw", pages.raw, name="raw"),
    path("<uuid:case_id>/saved", pages.saved, name="saved"),
    path("<uuid:case_id>/use", pages.use, name="use"),
    path("<uuid:case_id>/status", pages.status, name="status"),
    path("<uuid:case_id>/priority", pages.priority, name="priority"),
    path("<uuid:case_id>/sort", pages.sort, name="sort"),
    path("<uuid:case_id>/snooze", pages.snooze, name="snooze"),
    path("<uuid:case_id>/wake", pages.wake, name="wake"),
    path("<uuid:case_id>/take", pages.take, name="take"),
    path("<uuid:case_id>/release", pages.release, name="release"),
    path("<uuid:case_id>/escalate", handing.escalate, name="escalate"),
    path("<uuid:case_id>/merge", pages.merge, name="merge"),
    path("<uuid:case_id>/split", pages.split, name="split"),
]
