"""Who is told that a call opens or closes soon: a row each, so that nobody is told twice or forgotten."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .applications import Application
from .programs import Call


class Announcement(models.Model):
    """The opening of a call, told once to the gestionnaires of the fiches that may apply."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="announcement")
    started_at = models.DateTimeField(_("commencée"), default=timezone.now)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    # What the worker did last: it takes over what a killed one left.
    heartbeat_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(_("terminée"), null=True, blank=True)

    class Meta:
        verbose_name = _("annonce d’ouverture")
        verbose_name_plural = _("annonces d’ouverture")

    def __str__(self) -> str:
        return str(self.call)


class AnnouncementRecipient(models.Model):
    """One person to tell, about one or several fiches."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="recipients")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The numbers of the fiches that may apply and that this person answers for.
    fiches = models.JSONField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("destinataire d’une annonce")
        verbose_name_plural = _("destinataires d’une annonce")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "user"], name="announcement_once_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement} · {self.user}"


class ClosingReminder(models.Model):
    """A reminder about one application, so many days before one closing: another date is another reminder."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="closing_reminders")
    days = models.PositiveSmallIntegerField()
    closes_at = models.DateTimeField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("rappel de clôture")
        verbose_name_plural = _("rappels de clôture")
        constraints = [
            models.UniqueConstraint(fields=["application", "days", "closes_at"], name="closing_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.application} · {dt.timedelta(days=self.days)}"
