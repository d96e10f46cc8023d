from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "trustdesk.policy"
    label = "policy"
