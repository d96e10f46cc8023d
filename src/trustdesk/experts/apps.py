from django.apps import AppConfig


class ExpertsConfig(AppConfig):
    name = "trustdesk.experts"
    label = "experts"
