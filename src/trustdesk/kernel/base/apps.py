from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "trustdesk.kernel.base"
    label = "base"
