"""The programmes of financial assistance in the site: what search engines are told of them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse

from guichet.funding.models import Program

from .directory.sitemap import DirectorySitemap


class ProgramSitemap(DirectorySitemap):
    """Every programme of the site."""

    # What the last change was, the programme does not keep.
    lastmod = None

    def items(self) -> QuerySet[Program]:
        """In an order that does not move."""
        return Program.objects.filter(is_published=True).only("pk", "slug").order_by("pk")

    def location(self, item: Program) -> str:
        """Its page."""
        return reverse("programs:program", args=[item.slug])


class ProgramHomeSitemap(ProgramSitemap):
    """The list of them."""

    def items(self) -> list[str]:
        """Its name."""
        return ["programs:list"]

    def location(self, item: str) -> str:
        """Its address."""
        return reverse(item)
