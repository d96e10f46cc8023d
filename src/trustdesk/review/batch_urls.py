from django.urls import path

from trustdesk.review.pages import batching as pages

app_name = "batches"
urlpatterns = [
    path("", pages.all_batches, name="list"),
    path("<slug:code>", pages.batch, name="show"),
    path("<slug:code>/take", pages.take, name="take"),
    path("<slug:code>/submit", pages.submit, name="submit"),
    path("<slug:code>/undo", pages.undo, name="undo"),
    path("<slug:code>/heartbeat", pages.heartbeat, name="heartbeat"),
    path("<slug:code>/leave", pages.leave, name="leave"),
    path("<slug:code>/release", pages.release, name="release"),
]
