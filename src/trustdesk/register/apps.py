from django.apps import AppConfig


class RegisterConfig(AppConfig):
    name = "trustdesk.register"
    label = "register"
