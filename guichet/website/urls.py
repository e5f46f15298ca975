"""Addresses of the public site that are no pages of Wagtail's."""

from django.urls import include, path

app_name = "website"
urlpatterns = [path("", include("guichet.website.directory.urls"))]
