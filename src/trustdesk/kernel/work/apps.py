from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "trustdesk.kernel.work"
    label = "work"
