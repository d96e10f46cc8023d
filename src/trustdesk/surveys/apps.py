from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "trustdesk.surveys"
    label = "surveys"
