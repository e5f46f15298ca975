"""The pages of the public site."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.search import index

from .blocks import BodyBlock, HighlightBlock, ReasonBlock
from .library import all_documents, reading_of, with_title

DOCUMENTS_PER_PAGE = 20
MAX_QUERY_LENGTH = 100


class PortalPage(Page):
    """What every page of the site has."""

    # What is for clients only is in the client area or in the médiathèque: a page is for everybody.
    private_page_options: list[str] = []

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> models.QuerySet[PageViewRestriction]:
        """None: Wagtail would ask the database twice a page."""
        return PageViewRestriction.objects.none()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the language that editors write in: a page may be read with an English frame around it."""
        return {**super().get_context(request, *args, **kwargs), "content_language": settings.LANGUAGE_CODE}


class HomePage(PortalPage):
    """« Accueil »: the two doors, the reasons to come in, and what is put forward."""

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["website.SectionPage", "website.ContentPage", "website.ContactPage", "website.LibraryPage"]

    hero_title = models.CharField(
        _("grand titre"), max_length=90, help_text=_("Court : il s’affiche en capitales dans le bandeau.")
    )
    hero_text = models.TextField(
        _("texte sous le titre"), max_length=300, help_text=_("Une ou deux phrases : ce que l’on peut faire ici.")
    )
    hero_image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("image du bandeau"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Facultative, pour le décor : elle ne doit porter aucun texte."),
    )
    reasons_title = models.CharField(_("titre des raisons"), max_length=120, blank=True)
    reasons = StreamField(
        [("reason", ReasonBlock())],
        verbose_name=_("raisons d’avoir un espace client"),
        blank=True,
        max_num=6,
    )
    highlights_title = models.CharField(_("titre de la une"), max_length=120, blank=True)
    highlights = StreamField(
        [("highlight", HighlightBlock())],
        verbose_name=_("à la une"),
        blank=True,
        max_num=6,
        help_text=_("Jusqu’à six pages mises de l’avant."),
    )

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("hero_title"), FieldPanel("hero_text"), FieldPanel("hero_image")], heading=_("Bandeau")
        ),
        MultiFieldPanel([FieldPanel("reasons_title"), FieldPanel("reasons")], heading=_("Pourquoi un espace client")),
        MultiFieldPanel([FieldPanel("highlights_title"), FieldPanel("highlights")], heading=_("À la une")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("hero_text")]

    class Meta:
        verbose_name = _("page d’accueil")
        verbose_name_plural = _("pages d’accueil")


class TextPage(PortalPage):
    """A page with an introduction and a body."""

    intro = models.TextField(
        _("introduction"), max_length=400, blank=True, help_text=_("Une ou deux phrases, dans le bandeau de la page.")
    )
    body = StreamField(BodyBlock(), verbose_name=_("contenu"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]

    class Meta:
        abstract = True


class SectionPage(TextPage):
    """A public section, such as « Programmes & Services », and the way to its pages."""

    show_in_menus_default = True
    parent_page_types = ["website.HomePage"]
    subpage_types = ["website.ContentPage"]

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the section's own pages."""
        pages = ContentPage.objects.child_of(self).live().defer_streamfields().order_by("path")
        return {**super().get_context(request, *args, **kwargs), "pages": pages}


class ContentPage(TextPage):
    """A page of a section, or one of its own such as the privacy policy."""

    parent_page_types = ["website.SectionPage", "website.HomePage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("page de contenu")
        verbose_name_plural = _("pages de contenu")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the section to go back to; a page right under the home page has none."""
        parent = self.get_parent()
        section = parent if parent is not None and parent.depth > 2 else None
        return {**super().get_context(request, *args, **kwargs), "section": section}


class ContactPage(PortalPage):
    """« Nous joindre »: the body's coordinates, read from its settings."""

    max_count = 1
    show_in_menus_default = True
    parent_page_types = ["website.HomePage"]
    subpage_types: list[str] = []

    intro = models.TextField(_("introduction"), max_length=400, blank=True)
    body = StreamField(
        BodyBlock(),
        verbose_name=_("contenu"),
        blank=True,
        help_text=_("Sous les coordonnées, qui viennent des paramètres de l’organisme porteur."),
    )

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("intro"), index.SearchField("body")]

    class Meta:
        verbose_name = _("page « Nous joindre »")
        verbose_name_plural = _("pages « Nous joindre »")


class LibraryPage(PortalPage):
    """« Médiathèque »: Wagtail's documents, by collection."""

    max_count = 1
    show_in_menus_default = True
    parent_page_types = ["website.HomePage"]
    subpage_types: list[str] = []

    intro = models.TextField(
        _("introduction"),
        max_length=400,
        blank=True,
        help_text=_(
            "Les documents se classent par collection. Ceux d’une collection privée ne paraissent qu’aux clients."
        ),
    )

    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("médiathèque")
        verbose_name_plural = _("médiathèques")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add one page of the documents that this visitor may read, those of ?q= only."""
        documents = all_documents()
        readable = reading_of(request).shown(documents)
        query = request.GET.get("q", "").strip()[:MAX_QUERY_LENGTH]
        found = Paginator(with_title(readable, query), DOCUMENTS_PER_PAGE).get_page(request.GET.get("page"))
        return {
            **super().get_context(request, *args, **kwargs),
            "query": query,
            "found": found,
            "hides_documents": len(readable) < len(documents),
        }
