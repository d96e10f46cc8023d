from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "trustdesk.chat"
    label = "chat"
