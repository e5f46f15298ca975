"""What a fiche chooses from: lists that the staff keep."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListItem(models.Model):
    """One choice of a list. An archived one is no longer offered, and stays where it was chosen."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    is_archived = models.BooleanField(
        _("archivé"), default=False, help_text=_("N’est plus offert; reste dans les fiches qui l’ont choisi.")
    )

    class Meta:
        abstract = True
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Activity(ListItem):
    """What is practised: « Natation », « Hockey », « Camp de jour »."""

    family = models.CharField(
        _("famille"), max_length=60, help_text=_("Par exemple : Aquatique, Glace, Plein air, Culture.")
    )

    class Meta:
        verbose_name = _("activité")
        verbose_name_plural = _("activités")
        ordering = ["family", "name"]


class Clientele(ListItem):
    """For whom: « Aînés », « Familles »."""

    class Meta(ListItem.Meta):
        verbose_name = _("clientèle")
        verbose_name_plural = _("clientèles")


class AccessFeature(ListItem):
    """What makes an offer accessible: « Entrée sans marche »."""

    class Meta(ListItem.Meta):
        verbose_name = _("mesure d’accessibilité")
        verbose_name_plural = _("mesures d’accessibilité")
