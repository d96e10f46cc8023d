from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "trustdesk.procedures"
    label = "procedures"
