from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "trustdesk.config"
    label = "config"

    def ready(self) -> None:
        from trustdesk.config import wiring

        wiring.connect()
