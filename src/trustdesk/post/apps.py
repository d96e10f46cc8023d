from django.apps import AppConfig


class PostConfig(AppConfig):
    name = "trustdesk.post"
    label = "post"
