from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "trustdesk.kernel.people"
    label = "people"
