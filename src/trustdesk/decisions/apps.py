from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "trustdesk.decisions"
    label = "decisions"
