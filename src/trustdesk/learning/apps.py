from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "trustdesk.learning"
    label = "learning"
