from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "trustdesk.content"
    label = "content"
