from django.apps import AppConfig


class AppealsConfig(AppConfig):
    name = "trustdesk.appeals"
    label = "appeals"
