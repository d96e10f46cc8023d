from django.apps import AppConfig


class ClocksConfig(AppConfig):
    name = "trustdesk.clocks"
    label = "clocks"
