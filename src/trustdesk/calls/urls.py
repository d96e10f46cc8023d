"""The addresses of the pages of calls."""

from django.urls import path

from trustdesk.calls import back_pages, pages

app_name = "calls"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("mine", pages.mine, name="mine"),
    path("of-case/<uuid:case_id>", pages.of_case, name="of_case"),
    path("of-case/<uuid:case_id>/log", pages.log, name="log"),
    path("of-case/<uuid:case_id>/call-back", back_pages.ask, name="ask_back"),
    path("call-backs/", back_pages.listed, name="backs"),
    path("call-backs/next", back_pages.take_next, name="next_back"),
    path("call-backs/<uuid:callback_id>", back_pages.show, name="back"),
    path("call-backs/<uuid:callback_id>/take", back_pages.take, name="take_back"),
    path("call-backs/<uuid:callback_id>/leave", back_pages.leave, name="leave_back"),
    path("call-backs/<uuid:callback_id>/tried", back_pages.tried, name="tried_back"),
    path("call-backs/<uuid:callback_id>/cancel", back_pages.cancel, name="cancel_back"),
    path("lines/", pages.lines, name="lines"),
    path("lines/new", pages.add_line, name="add_line"),
    path("lines/<uuid:line_id>", pages.line, name="line"),
    path("lines/<uuid:line_id>/edit", pages.edit_line, name="edit_line"),
    path("lines/<uuid:line_id>/secret", pages.rotate, name="rotate"),
    path("lines/<uuid:line_id>/archive", pages.archive, name="archive"),
    path("lines/<uuid:line_id>/put-back", pages.put_back, name="put_back"),
    path("lines/<uuid:line_id>/extensions", pages.set_extension, name="set_extension"),
    path("lines/<uuid:line_id>/extensions/<uuid:extension_id>/remove", pages.take_extension, name="take_extension"),
]
