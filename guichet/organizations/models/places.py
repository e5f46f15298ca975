"""Where organisations are: MRCs and municipalities."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mrc(models.Model):
    """A regional county municipality (MRC)."""

    name = models.CharField(_("nom"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("MRC")
        verbose_name_plural = _("MRC")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Municipality(models.Model):
    """A municipality of the region."""

    name = models.CharField(_("nom"), max_length=80)
    mrc = models.ForeignKey(Mrc, verbose_name=_("MRC"), on_delete=models.PROTECT, related_name="municipalities")
    # Of its centre, in degrees (WGS 84): where the map draws it.
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    class Meta:
        verbose_name = _("municipalité")
        verbose_name_plural = _("municipalités")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name", "mrc"], name="municipality_unique")]

    def __str__(self) -> str:
        return self.name
