"""What search engines read."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=60 * 60 * 24)
def robots(request: HttpRequest) -> HttpResponse:
    """The public pages may be indexed, in production only: a demo must not answer for the body's real site."""
    if settings.PRODUCTION:
        closed = ["wagtailadmin_home", "organizations:area", "account_login", "account_signup"]
        lines = [f"Disallow: {reverse(name)}" for name in closed]
        lines += ["", f"Sitemap: {settings.BASE_URL}/sitemap.xml"]
    else:
        lines = ["Disallow: /"]
    return HttpResponse("\n".join(["User-agent: *", *lines, ""]), content_type="text/plain; charset=utf-8")
