from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "trustdesk.insights"
    label = "insights"
