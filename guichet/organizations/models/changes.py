"""What people change of a fiche: proposals that wait for an approval, and what they are still typing."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import ChangeStatus, Section
from .organization import Organization


class FicheChangeQuerySet(models.QuerySet["FicheChange"]):
    """Named reads of the proposals."""

    def waiting(self) -> FicheChangeQuerySet:
        """Proposals that nobody has decided."""
        return self.filter(status=ChangeStatus.WAITING)

    def for_lscq(self, reserved: list[str]) -> FicheChangeQuerySet:
        """Proposals that the body decides: of the fields it reserves, at fiches in service."""
        return self.waiting().filter(field__in=reserved, organization__status="active")


class FicheChange(models.Model):
    """One field of one fiche, as somebody proposes it. Its value never changes: another proposal replaces it."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("fiche"), on_delete=models.CASCADE, related_name="changes"
    )
    field = models.CharField(_("champ"), max_length=30)
    value = models.JSONField(_("valeur proposée"), null=True)
    # The value in force when it was proposed: tells what the person meant to change, whatever came since.
    base = models.JSONField(_("valeur d’alors"), null=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("proposée par"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="fiche_changes",
    )
    proposed_at = models.DateTimeField(_("proposée"), default=timezone.now)
    status = models.CharField(_("état"), max_length=9, choices=ChangeStatus, default=ChangeStatus.WAITING)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(_("décidée"), null=True, blank=True)
    reason = models.TextField(_("motif"), blank=True)

    objects = FicheChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("modification proposée")
        verbose_name_plural = _("modifications proposées")
        ordering = ["proposed_at", "pk"]
        indexes = [
            models.Index(fields=["organization", "status"], name="change_of_organization"),
            models.Index(fields=["status", "field"], name="change_queue"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "field"],
                condition=Q(status=ChangeStatus.WAITING),
                name="change_one_waiting_per_field",
            ),
            models.CheckConstraint(
                condition=Q(status=ChangeStatus.WAITING, decided_at__isnull=True)
                | (~Q(status=ChangeStatus.WAITING) & Q(decided_at__isnull=False)),
                name="change_decided_at_with_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.field}"


class SectionDraft(models.Model):
    """What one person is typing in one section, saved as they go: theirs alone until they save the section."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=12, choices=Section)
    # The posted fields, as a query string: they fill the form again as they were, valid or not.
    data = models.TextField()
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("brouillon de section")
        verbose_name_plural = _("brouillons de section")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "section"], name="draft_one_per_person_and_section"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization} · {self.section}"
