from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "trustdesk.signals"
    label = "signals"

    def ready(self) -> None:
        from trustdesk.signals.remote.declaring import declare_configured
        from trustdesk.signals.shipped import declare_all

        declare_all()
        declare_configured()
