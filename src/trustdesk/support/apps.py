from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "trustdesk.support"
    label = "support"
