from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "trustdesk.kernel.ledger"
    label = "ledger"
