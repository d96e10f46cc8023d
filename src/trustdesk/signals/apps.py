from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "trustdesk.signals"
    label = "signals"
