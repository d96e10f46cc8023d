from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "trustdesk.screening"
    label = "screening"
