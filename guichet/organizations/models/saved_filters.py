"""What staff look for often: a filter of the list of fiches, under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.core.perms import is_admin


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Named reads of the saved filters."""

    def offered_to(self, user) -> SavedFilterQuerySet:
        """A person's own, and those that others share."""
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def visible_to(self, user) -> SavedFilterQuerySet:
        """Those that a person may know of: all for an admin, who keeps the team's in order."""
        return self if is_admin(user) else self.offered_to(user)


class SavedFilter(models.Model):
    """A filter of the list of fiches: its query, which the list itself reads, and may no longer understand."""

    name = models.CharField(_("nom"), max_length=60)
    query = models.TextField(_("filtre"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("enregistré par"),
        on_delete=models.CASCADE,
        related_name="saved_filters",
    )
    is_shared = models.BooleanField(_("partagé avec l’équipe"), default=False)
    created_at = models.DateTimeField(_("enregistré"), default=timezone.now, editable=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("filtre enregistré")
        verbose_name_plural = _("filtres enregistrés")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_filter_name_unique")]

    def __str__(self) -> str:
        return self.name
