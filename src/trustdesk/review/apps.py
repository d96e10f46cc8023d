from django.apps import AppConfig


class ReviewConfig(AppConfig):
    name = "trustdesk.review"
    label = "review"
