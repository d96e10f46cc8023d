from django.apps import AppConfig


class EscalationsConfig(AppConfig):
    name = "trustdesk.escalations"
    label = "escalations"
