from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "trustdesk.workforce"
    label = "workforce"

    def ready(self) -> None:
        from trustdesk.workforce import signing

        signing.connect()
