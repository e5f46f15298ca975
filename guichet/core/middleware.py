"""Small middlewares: the language that a person chose, and what browsers may keep or load."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from .kept_forms import OWNER_COOKIE, mark_of
from .perms import is_agent

GetResponse = Callable[[HttpRequest], HttpResponse]


class CookieLocaleMiddleware:
    """French first (Charter of the French language): another language only for whoever chose it here.

    Django's own LocaleMiddleware would follow the browser's language without being asked.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the cookie, else in the portal's."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class PrivatePagesMiddleware:
    """Pages for one person are never kept by a shared cache, nor shown again after signing out."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark the answer when the session was read."""
        response = self.get_response(request)
        if request.session.accessed and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            patch_vary_headers(response, ["Cookie"])
        _remember_owner(request, response)
        return response


def _remember_owner(request: HttpRequest, response: HttpResponse) -> None:
    """Leave a mark of who is signed in: a form kept after the session's end is shown to that person alone."""
    user_id = request.session.get(SESSION_KEY) if request.session.accessed else None
    if user_id is None:
        return
    mark = mark_of(user_id)
    if request.COOKIES.get(OWNER_COOKIE) != mark:
        response.set_cookie(OWNER_COOKIE, mark, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


class AdminPolicyMiddleware:
    """The Wagtail admin: who may open it, and what its pages may load.

    Wagtail sends whoever lacks its permission to sign in; somebody who is signed in would come back at once, for ever.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Give the admin's pages their own content security policy."""
        response = self.get_response(request)
        if _is_admin_path(request) and not hasattr(response, "_csp_replace"):
            response._csp_replace = {
                **settings.ADMIN_CONTENT_SECURITY_POLICY,
                "script-src": ["'self'", *_widget_script_hashes(response)],
            }
        return response

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> None:
        """Refuse whoever is signed in and does not work here. Visitors are left to Wagtail, which has them sign in."""
        user = request.user
        if not _is_admin_path(request) or not user.is_authenticated:
            return
        if not (is_agent(user) and user.has_perm("wagtailadmin.access_admin")):
            raise PermissionDenied


def _is_admin_path(request: HttpRequest) -> bool:
    return request.path_info.startswith(_admin_prefix())


@functools.cache
def _admin_prefix() -> str:
    return reverse("wagtailadmin_home")


# Wagtail's date and object choosers are started by a script beside each field, the only inline ones of our pages:
# `initDateChooser("id_date", {…});`, `new PageChooser("id_page", {…});`. Its lists of rows: see core/panels.py.
_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_WIDGET_START = re.compile(r"(?:init\w*Chooser|new \w*Chooser)\((.*)\);?", re.DOTALL)


def _widget_script_hashes(response: HttpResponse) -> list[str]:
    """Allow these scripts one by one, and only when they are such a call on plain data: whatever else is blocked."""
    if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
        return []
    hashes = []
    for script in _INLINE_SCRIPT.findall(response.text):
        call = _WIDGET_START.fullmatch(script.strip())
        if call and _is_data(call[1]):
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            hashes.append(f"'sha256-{digest}'")
    return hashes


def _is_data(arguments: str) -> bool:
    try:
        json.loads(f"[{arguments}]")
    except ValueError:
        return False
    return True
