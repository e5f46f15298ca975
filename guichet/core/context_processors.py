"""What every page knows: the body that runs the portal."""

from django.conf import settings
from django.http import HttpRequest

from .shared import shared_settings
from .views import theme_version


def body(request: HttpRequest) -> dict:
    """``body_settings``, ``theme_version``, and ``demo``: whether e-mails are kept and shown."""
    settings_of_body = shared_settings()
    return {
        "body_settings": settings_of_body,
        "theme_version": theme_version(settings_of_body),
        "demo": settings.EMAIL_KEPT,
    }
