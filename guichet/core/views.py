"""The theme, the demo's kept e-mails, and what a refused form gets."""

from __future__ import annotations

import hashlib
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import get_object_or_404, render
from django.views import defaults
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from .models import OutgoingMessage, SiteSettings


def theme_version(body: SiteSettings) -> str:
    """A short mark that changes with the body's colours: the theme is cached for ever under it."""
    return hashlib.sha256(f"{body.primary_color}{body.banner_color}".encode()).hexdigest()[:8]


@require_safe
@cache_control(public=True, max_age=60 * 60 * 24 * 365, immutable=True)
def theme(request: HttpRequest, version: str) -> HttpResponse:
    """The body's colours as a stylesheet: no inline style anywhere."""
    body = SiteSettings.load(request_or_site=request)
    css = f":root{{--guichet-primary:{body.primary_color};--guichet-banner:{body.banner_color}}}"
    return HttpResponse(css, content_type="text/css; charset=utf-8")


def _only_in_demo() -> None:
    if not settings.EMAIL_KEPT:
        raise Http404


@require_safe
def sent_messages(request: HttpRequest) -> HttpResponse:
    """« Courriels envoyés »: what would have left, on a machine without a mail server. Never in production."""
    _only_in_demo()
    page = Paginator(OutgoingMessage.objects.defer("html"), 20).get_page(request.GET.get("page"))
    return render(request, "core/sent_messages.html", {"page": page})


@require_safe
def sent_message(request: HttpRequest, pk: int) -> HttpResponse:
    """One kept e-mail, as its reader would see it."""
    _only_in_demo()
    return render(request, "core/sent_message.html", {"message": get_object_or_404(OutgoingMessage, pk=pk)})


@require_safe
@xframe_options_sameorigin
def sent_message_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML of one kept e-mail, alone, under a policy that runs nothing."""
    _only_in_demo()
    response = HttpResponse(get_object_or_404(OutgoingMessage, pk=pk).html)
    response._csp_replace = {
        "default-src": ["'none'"],
        "script-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose protection has lapsed: say what happened and how to send it again."""
    return render(request, "core/csrf_failure.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read; one that is too long for us says what to do about it."""
    if isinstance(exception, RequestDataTooBig):
        _hear_out(request)
        return render(request, "core/too_much.html", status=413)
    return defaults.bad_request(request, exception)


def _hear_out(request: HttpRequest) -> None:
    """Let the rest of a request come in, unread: a browser that is still sending would show that it was cut off.

    Up to what any form may weigh; who sends more is cut off.
    """
    left = settings.UPLOAD_MAX_BYTES
    with suppress(UnreadablePostError):
        while left > 0 and (piece := request.read(64 * 1024)):
            left -= len(piece)
