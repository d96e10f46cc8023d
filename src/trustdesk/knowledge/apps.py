from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "trustdesk.knowledge"
    label = "knowledge"
