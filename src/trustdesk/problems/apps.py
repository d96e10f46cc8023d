from django.apps import AppConfig


class ProblemsConfig(AppConfig):
    name = "trustdesk.problems"
    label = "problems"
