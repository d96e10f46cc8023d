from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "trustdesk.files"
    label = "files"
