"""Every address of the desk. Slices bring their own `urls`; this is where they are hung."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include("allauth.urls")),
]
