"""Who has access to a fiche, and who is invited."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import AccessStatus, InvitationStatus, Role
from .organization import Organization


class Invitation(models.Model):
    """An e-mailed, single-use, expiring link to one fiche, for one address."""

    organization = models.ForeignKey(
        Organization, verbose_name=_("fiche"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("courriel"), max_length=254)
    # Only the hash is kept here; the link itself stands in the outgoing message, until that forgets its body.
    token_hash = models.CharField(max_length=64, unique=True)
    role = models.CharField(_("rôle décidé d’avance"), max_length=11, choices=Role, blank=True)
    word = models.TextField(_("mot personnel"), blank=True)
    status = models.CharField(_("état"), max_length=9, choices=InvitationStatus, default=InvitationStatus.SENT)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="invitations_sent"
    )
    # A handover to somebody who has no account yet: this access ends when the invitation is accepted.
    replaces = models.ForeignKey(
        "Access", null=True, blank=True, on_delete=models.SET_NULL, related_name="handover_invitations"
    )
    created_at = models.DateTimeField(_("envoyée"), default=timezone.now)
    sent_at = models.DateTimeField(_("dernier envoi"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                condition=Q(status=InvitationStatus.SENT),
                name="invitation_one_open_per_address",
            ),
            models.CheckConstraint(
                condition=Q(status=InvitationStatus.SENT, closed_at__isnull=True)
                | (~Q(status=InvitationStatus.SENT) & Q(closed_at__isnull=False)),
                name="invitation_closed_at_with_status",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} → {self.organization}"

    @property
    def is_open(self) -> bool:
        """Sent, and not yet past its date."""
        return self.status == InvitationStatus.SENT and self.expires_at > timezone.now()


class AccessQuerySet(models.QuerySet["Access"]):
    """Named reads of the accesses."""

    def active(self) -> AccessQuerySet:
        """Accesses in use."""
        return self.filter(status=AccessStatus.ACTIVE)

    def active_managers(self) -> AccessQuerySet:
        """Active gestionnaires whose account is active."""
        return self.active().filter(role=Role.MANAGER, user__is_active=True)

    def requested(self) -> AccessQuerySet:
        """Requests that nobody has decided."""
        return self.filter(status=AccessStatus.REQUESTED)

    def with_confirmed_email(self) -> AccessQuerySet:
        """Accesses of people who have confirmed their address."""
        return self.filter(user__emailaddress__verified=True, user__emailaddress__primary=True)

    def for_lscq(self) -> AccessQuerySet:
        """Requests that the body decides: made without an invitation, or at a fiche without a gestionnaire."""
        managers = Access.objects.filter(organization=models.OuterRef("organization")).active_managers()
        return self.requested().filter(Q(invitation__isnull=True) | ~models.Exists(managers))

    def for_managers(self) -> AccessQuerySet:
        """Requests that the fiche's gestionnaires decide: those of invited people who confirmed their address."""
        return self.requested().filter(invitation__isnull=False).with_confirmed_email()

    def late(self, now: dt.datetime | None = None) -> AccessQuerySet:
        """Requests past the promised delay."""
        return self.filter(self._is_late(now))

    def counts(self, now: dt.datetime | None = None) -> dict[str, int]:
        """How many (``count``), and how many of them are `late`, in one query."""
        late = models.Count("pk", filter=self._is_late(now))
        return self.order_by().aggregate(count=models.Count("pk"), late=late)

    @staticmethod
    def _is_late(now: dt.datetime | None) -> Q:
        return Q(due_at__lt=now or timezone.now())


class Access(models.Model):
    """One person's access to one fiche: a role and a status. One row for each pair; events tell its story."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("personne"), on_delete=models.PROTECT, related_name="accesses"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("fiche"), on_delete=models.PROTECT, related_name="accesses"
    )
    role = models.CharField(_("rôle"), max_length=11, choices=Role, blank=True)
    status = models.CharField(_("état"), max_length=11, choices=AccessStatus, default=AccessStatus.REQUESTED)
    invitation = models.ForeignKey(
        Invitation, null=True, blank=True, on_delete=models.SET_NULL, related_name="accesses"
    )
    requested_at = models.DateTimeField(_("demandé"), default=timezone.now)
    # Refused or deactivated here before: no invitation opens the door by itself to somebody who comes back.
    is_return = models.BooleanField(_("revient après un refus ou une désactivation"), default=False)
    decided_at = models.DateTimeField(_("décidé"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.TextField(_("motif"), blank=True)
    # The promised answer: `due_at` while the clock runs; `time_left` while it waits for the person.
    due_at = models.DateTimeField(_("réponse prévue avant"), null=True, blank=True)
    time_left = models.DurationField(null=True, blank=True)
    question = models.TextField(_("précision demandée"), blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("réponse"), blank=True)
    last_used_at = models.DateTimeField(_("dernière visite"), null=True, blank=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("accès client")
        verbose_name_plural = _("accès clients")
        ordering = ["requested_at", "pk"]
        indexes = [
            models.Index(fields=["status", "requested_at"], name="access_queue"),
            models.Index(fields=["organization", "status", "role"], name="access_of_organization"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "organization"], name="access_one_per_person_and_fiche"),
            models.CheckConstraint(
                condition=~Q(status=AccessStatus.ACTIVE) | ~Q(role=""), name="access_active_has_role"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[AccessStatus.REQUESTED, AccessStatus.REFUSED]) | Q(role=""),
                name="access_undecided_has_no_role",
            ),
            models.CheckConstraint(
                condition=Q(status=AccessStatus.REQUESTED) | Q(decided_at__isnull=False),
                name="access_decided_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organization}"

    @property
    def is_active(self) -> bool:
        """In use, at a fiche in service."""
        return self.status == AccessStatus.ACTIVE and self.organization.is_active

    @property
    def is_manager(self) -> bool:
        """An active gestionnaire."""
        return self.is_active and self.role == Role.MANAGER

    @property
    def is_late(self) -> bool:
        """Past the promised delay, and still undecided."""
        return self.status == AccessStatus.REQUESTED and self.due_at is not None and self.due_at < timezone.now()

    @property
    def waits_for_person(self) -> bool:
        """The body asked something and has no answer yet: the promised delay stands still."""
        return self.asked_at is not None
