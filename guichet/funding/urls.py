"""Addresses of the financial assistance in the client area: each part of the app has its own list."""

from django.urls import include, path

from .views import following, report, sending

app_name = "funding"
PARTS = (sending, following, report)

urlpatterns = [
    path(
        "espace/<int:organization_id>/demandes/",
        include(
            [
                *(pattern for part in PARTS for pattern in part.urlpatterns),
                # Until the pages of the draft are there.
                path("<int:application_id>/", sending.receipt, name="application"),
                path("", sending.receipt, name="applications"),
            ]
        ),
    ),
]
