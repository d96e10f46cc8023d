from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "trustdesk.policy"
    label = "policy"

    def ready(self) -> None:
        from trustdesk.policy import packs
        from trustdesk.signals.queries import engine_signals

        packs.signal_sources[:] = [engine_signals]
