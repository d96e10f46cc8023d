from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "trustdesk.calls"
    label = "calls"
