from django.apps import AppConfig


class RehearsalConfig(AppConfig):
    name = "trustdesk.rehearsal"
    label = "rehearsal"
