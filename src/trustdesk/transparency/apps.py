from django.apps import AppConfig


class TransparencyConfig(AppConfig):
    name = "trustdesk.transparency"
    label = "transparency"
