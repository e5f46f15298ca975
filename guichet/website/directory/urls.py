"""Addresses of the directory. An organisation's number is permanent."""

from django.urls import path

from . import open_data, views

urlpatterns = [
    path("repertoire/", views.directory, name="directory"),
    path("repertoire/<int:pk>-<slug:slug>/", views.entry, name="directory_entry"),
    path("repertoire/<int:pk>/images/<int:file_id>/<slug:size>.webp", views.picture, name="directory_picture"),
    path("repertoire/<int:pk>/erreur/", views.report_error, name="report_error"),
    path("donnees/repertoire.json", open_data.directory_json, name="directory_json"),
    path("donnees/repertoire.csv", open_data.directory_csv, name="directory_csv"),
    path("donnees/openapi.json", open_data.openapi, name="openapi"),
]
