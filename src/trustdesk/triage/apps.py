from django.apps import AppConfig


class TriageConfig(AppConfig):
    name = "trustdesk.triage"
    label = "triage"
