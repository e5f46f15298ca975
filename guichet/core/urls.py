"""Addresses of the core."""

from django.urls import path

from . import views

app_name = "core"
urlpatterns = [
    path("theme-<str:version>.css", views.theme, name="theme"),
    path("courriels-envoyes/", views.sent_messages, name="sent_messages"),
    path("courriels-envoyes/<int:pk>/", views.sent_message, name="sent_message"),
    path("courriels-envoyes/<int:pk>/page/", views.sent_message_page, name="sent_message_page"),
]
