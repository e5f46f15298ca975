"""The public directory: a projection that holds public and agreed values alone.

Search, facets, pages, sitemap and open data read these tables and no other: a private value cannot leak from a
table where it never was. `services.directory` writes them, in the transaction that publishes.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..enums import Kind, ReportState
from .lists import Activity, Clientele
from .organization import Organization
from .places import Mrc, Municipality


class DirectoryEntryQuerySet(models.QuerySet["DirectoryEntry"]):
    """Named reads of the directory."""


class DirectoryEntry(models.Model):
    """One organisation, as the public sees it."""

    organization = models.OneToOneField(
        Organization, primary_key=True, on_delete=models.CASCADE, related_name="directory_entry"
    )
    name = models.CharField(_("nom"), max_length=120)
    sort_key = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(_("milieu"), max_length=12, choices=Kind)
    municipality = models.ForeignKey(
        Municipality, verbose_name=_("municipalité"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    mrc = models.ForeignKey(Mrc, verbose_name=_("MRC"), null=True, on_delete=models.PROTECT, related_name="+")
    activities = models.ManyToManyField(Activity, verbose_name=_("activités"), related_name="+")
    clienteles = models.ManyToManyField(Clientele, verbose_name=_("clientèles"), related_name="+")
    # Every public value, by the name of its field (`content.public_content`).
    data = models.JSONField(default=dict)
    # What the search looks in: folded stems of the public words, those of the name first.
    name_words = models.TextField(default="", blank=True)
    words = models.TextField(default="", blank=True)
    confirmed_at = models.DateTimeField(_("dernière confirmation"), null=True)
    updated_at = models.DateTimeField(_("mise à jour"), default=timezone.now, db_index=True)

    objects = DirectoryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("inscription au répertoire")
        verbose_name_plural = _("inscriptions au répertoire")
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["kind"], name="directory_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def slug(self) -> str:
        """The readable part of its address; the number before it is what lasts."""
        return slugify(self.name)[:60] or "organisme"


class DirectoryTerm(models.Model):
    """One stem of the directory's vocabulary, and how many entries hold it: a mistyped word finds its neighbour."""

    term = models.CharField(max_length=40, unique=True)
    entries = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("mot du répertoire")
        verbose_name_plural = _("mots du répertoire")

    def __str__(self) -> str:
        return self.term


class ErrorReport(models.Model):
    """« Signaler une erreur »: what a visitor says is wrong on a public page."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("fiche"), on_delete=models.CASCADE, related_name="error_reports"
    )
    message = models.TextField(_("message"))
    email = models.EmailField(_("courriel"), max_length=254, blank=True)
    state = models.CharField(_("état"), max_length=7, choices=ReportState, default=ReportState.OPEN)
    created_at = models.DateTimeField(_("reçu"), default=timezone.now)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("erreur signalée")
        verbose_name_plural = _("erreurs signalées")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.organization} · {self.created_at:%Y-%m-%d}"
