from django.apps import AppConfig


class TriggersConfig(AppConfig):
    name = "trustdesk.triggers"
    label = "triggers"
