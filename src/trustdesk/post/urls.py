from django.urls import path

from trustdesk.post import pages

app_name = "post"
urlpatterns = [path("<uuid:mail_id>", pages.frame, name="mail_frame")]
