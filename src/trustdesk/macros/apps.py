from django.apps import AppConfig


class MacrosConfig(AppConfig):
    name = "trustdesk.macros"
    label = "macros"
