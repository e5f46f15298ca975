"""What search engines are told of the directory, beside Wagtail's pages."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from guichet.organizations.models import DirectoryEntry


class DirectorySitemap(Sitemap):
    """Every organisation that is listed."""

    limit = 5000

    def items(self) -> QuerySet[DirectoryEntry]:
        """In an order that does not move."""
        return DirectoryEntry.objects.only("pk", "name", "updated_at").order_by("pk")

    def lastmod(self, item: DirectoryEntry) -> dt.datetime:
        """The last publication."""
        return item.updated_at

    def get_domain(self, site=None) -> str:
        """The portal's own, whatever the request says."""
        return urlsplit(settings.BASE_URL).netloc

    def get_protocol(self, protocol: str | None = None) -> str:
        """The same."""
        return urlsplit(settings.BASE_URL).scheme


class DirectoryHomeSitemap(DirectorySitemap):
    """The search page."""

    def items(self) -> list[str]:
        """Its name."""
        return ["website:directory"]

    def location(self, item: str) -> str:
        """Its address."""
        return reverse(item)

    def lastmod(self, item: str) -> dt.datetime | None:
        """The last publication of anybody."""
        return DirectoryEntry.objects.aggregate(last=Max("updated_at"))["last"]
