"""The addresses of the pages of mailboxes."""

from django.urls import path

from trustdesk.post.mailboxes import pages

app_name = "mailboxes"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("new", pages.begin, name="begin"),
    path("try", pages.try_new, name="try_new"),
    path("<uuid:mailbox_id>", pages.show, name="show"),
    path("<uuid:mailbox_id>/edit", pages.edit, name="edit"),
    path("<uuid:mailbox_id>/try", pages.try_kept, name="try_kept"),
    path("<uuid:mailbox_id>/try-changed", pages.try_changed, name="try_changed"),
    path("<uuid:mailbox_id>/archive", pages.archive, name="archive"),
    path("<uuid:mailbox_id>/put-back", pages.put_back, name="put_back"),
]
