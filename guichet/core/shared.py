"""What every page shows and few people change: kept in the process for some seconds.

A change shows at once in the process that made it, and within ten seconds in the others.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypeVar

from cachetools import TTLCache
from django.core.cache import caches

from .models import SiteSettings

SECONDS = 10
Value = TypeVar("Value")
_memory: TTLCache = TTLCache(maxsize=200, ttl=SECONDS)
_lock = Lock()


def remembered(key: object, make: Callable[[], Value]) -> Value:
    """The value under this key, made anew when it is older than ten seconds. Nobody changes what they get."""
    with _lock:
        if key in _memory:
            return _memory[key]
    value = make()
    with _lock:
        _memory[key] = value
    return value


def forget(**kwargs) -> None:
    """Something shared has changed: the next page reads it anew. A receiver of Django's and Wagtail's signals."""
    with _lock:
        _memory.clear()
    caches["template_fragments"].clear()


def shared_settings() -> SiteSettings:
    """The body that runs the portal, for pages. Services read it from the database instead."""
    return remembered("settings", lambda: SiteSettings.objects.select_related("logo").first() or SiteSettings.load())
