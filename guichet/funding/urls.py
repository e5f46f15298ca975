"""Addresses of the financial assistance in the client area: each part of the app has its own list."""

from django.urls import include, path

from .views import (
    applications,
    calls,
    comments,
    conversation,
    decisions,
    drafts,
    files,
    following,
    report,
    restarting,
    sections,
    sending,
    uploads,
)

app_name = "funding"
PARTS = (
    applications,
    calls,
    drafts,
    sections,
    files,
    comments,
    sending,
    conversation,
    decisions,
    following,
    report,
    restarting,
    uploads,
)

urlpatterns = [
    path(
        "espace/<int:organization_id>/demandes/",
        include([pattern for part in PARTS for pattern in part.urlpatterns]),
    ),
]
