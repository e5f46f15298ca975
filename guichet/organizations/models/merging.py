"""Two fiches that became one: who decided it, when, and what moved, so that it can be undone."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .organization import Organization

UNDOABLE_FOR = dt.timedelta(days=30)


class FicheMergeQuerySet(models.QuerySet["FicheMerge"]):
    """Named reads of the merges."""

    def standing(self) -> FicheMergeQuerySet:
        """Merges that nobody undid."""
        return self.filter(undone_at__isnull=True)

    def of(self, organization: Organization) -> FicheMergeQuerySet:
        """Merges that stand and that this fiche is part of, either way, newest first."""
        return self.standing().filter(Q(source=organization) | Q(target=organization))


class FicheMerge(models.Model):
    """One merge: ``source`` is gone into ``target``, which goes on."""

    source = models.ForeignKey(
        Organization, verbose_name=_("fiche fusionnée"), on_delete=models.CASCADE, related_name="merges_away"
    )
    target = models.ForeignKey(
        Organization, verbose_name=_("fiche gardée"), on_delete=models.CASCADE, related_name="merges_here"
    )
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    merged_at = models.DateTimeField(_("fusionnées"), default=timezone.now)
    # What it takes to put everything back (`services.merging`); forgotten when nobody may any more.
    moved = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(_("annulée"), null=True, blank=True)

    objects = FicheMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("fusion de fiches")
        verbose_name_plural = _("fusions de fiches")
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at__isnull=True), name="merge_one_standing_per_source"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="merge_of_two_fiches"),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"

    @property
    def undoable_until(self) -> dt.datetime:
        """The last moment at which it can be undone."""
        return self.merged_at + UNDOABLE_FOR

    @property
    def is_undoable(self) -> bool:
        """It stands, and its thirty days are not over."""
        return self.undone_at is None and timezone.now() <= self.undoable_until
