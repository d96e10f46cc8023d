from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "trustdesk.notices"
    label = "notices"
