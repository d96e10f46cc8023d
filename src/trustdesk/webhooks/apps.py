from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "trustdesk.webhooks"
    label = "webhooks"
