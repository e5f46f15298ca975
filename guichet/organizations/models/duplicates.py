"""Fiches that may be about the same organisation, and what the staff said of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import DuplicateReason, DuplicateState, OrganizationStatus
from .organization import Organization


class DuplicatePairQuerySet(models.QuerySet["DuplicatePair"]):
    """Named reads of the pairs."""

    def in_service(self) -> DuplicatePairQuerySet:
        """Pairs whose two fiches are in service still.

        Looked up pair by pair: between two joins, PostgreSQL may begin by all pairs of fiches when it knows no better.
        """
        first, second = (
            Subquery(Organization.objects.filter(pk=OuterRef(side)).values("status")) for side in ("first", "second")
        )
        return self.alias(first_status=first, second_status=second).filter(
            first_status=OrganizationStatus.ACTIVE, second_status=OrganizationStatus.ACTIVE
        )

    def to_look_at(self) -> DuplicatePairQuerySet:
        """Pairs of which nobody has said anything."""
        return self.in_service().filter(state=DuplicateState.OPEN)


class DuplicatePair(models.Model):
    """Two fiches and how alike they are. The search writes the open ones anew; what somebody dismissed stays so."""

    # Of the two, the one with the smaller number: a pair is one row.
    first = models.ForeignKey(
        Organization, verbose_name=_("fiche"), on_delete=models.CASCADE, related_name="duplicates_after"
    )
    second = models.ForeignKey(
        Organization, verbose_name=_("autre fiche"), on_delete=models.CASCADE, related_name="duplicates_before"
    )
    score = models.PositiveSmallIntegerField(_("ressemblance"))
    reasons = models.JSONField(_("pourquoi"), default=list)
    state = models.CharField(_("état"), max_length=9, choices=DuplicateState, default=DuplicateState.OPEN)
    found_at = models.DateTimeField(_("trouvée"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("décidée"), null=True, blank=True)

    objects = DuplicatePairQuerySet.as_manager()

    class Meta:
        verbose_name = _("doublon possible")
        verbose_name_plural = _("doublons possibles")
        ordering = ["-score", "pk"]
        indexes = [models.Index(fields=["state", "-score"], name="duplicate_queue")]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} · {self.second}"

    @property
    def why(self) -> str:
        """The reasons in words."""
        return ", ".join(str(DuplicateReason(reason).label) for reason in self.reasons)
