from django.apps import AppConfig


class SidesConfig(AppConfig):
    name = "trustdesk.sides"
    label = "sides"
