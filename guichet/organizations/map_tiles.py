"""A map's background from the operator's server of tiles: pages that show it may load its images, no other page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def tiles_policy() -> dict[str, list[str]]:
    """What a page with the map adds to the content security policy: the tiles' origin, when there are tiles."""
    if not settings.MAP_TILES_URL:
        return {}
    address = urlsplit(settings.MAP_TILES_URL)
    return {"img-src": [f"{address.scheme}://{address.netloc}"]}


def allows_map_tiles(view: View) -> View:
    """Let a view's page load the tiles. Without GUICHET_MAP_TILES_URL it changes nothing.

    Servers of tiles ask who shows them: they learn the portal's origin, and not which page.
    """

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        addition = tiles_policy()
        if addition:
            former = getattr(response, "_csp_update", None) or {}
            response._csp_update = {**former, "img-src": [*former.get("img-src", []), *addition["img-src"]]}
            response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        return response

    return wrapped
