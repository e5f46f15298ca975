"""Addresses of the applications in the client area: each names the fiche."""

from django.urls import include, path

from .views import conversation, decisions, sending

app_name = "funding"
urlpatterns = [
    path(
        "espace/<int:organization_id>/demandes/",
        include(
            [
                *sending.urlpatterns,
                *conversation.urlpatterns,
                *decisions.urlpatterns,
                path("<int:application_id>/", sending.receipt, name="application"),
                path("", sending.receipt, name="applications"),
            ]
        ),
    )
]
