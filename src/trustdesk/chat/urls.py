from django.urls import path

from trustdesk.chat import pages

app_name = "chat"
urlpatterns = [
    path("<uuid:case_id>", pages.of_case, name="of_case"),
    path("<uuid:case_id>/beat", pages.beat, name="beat"),
    path("<uuid:case_id>/hand-over", pages.hand_over, name="hand_over"),
    path("<uuid:case_id>/end", pages.end, name="end"),
]
