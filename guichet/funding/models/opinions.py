"""An opinion asked of somebody outside the body, who has no account: links, what they show, what comes back."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guichet.organizations.import_models import private_storage

from ..enums import Recommendation
from .applications import Application, Submission

# Whoever is late still finds the way in for some days.
LINK_OPEN_AFTER = dt.timedelta(days=7)


def opinion_file_path(opinion: Opinion, filename: str) -> str:
    """A name that nobody guesses; the one that people know is in ``file_name``."""
    return f"avis/{uuid.uuid4().hex}{filename[-5:] if '.' in filename[-5:] else ''}"


class OpinionQuerySet(models.QuerySet["Opinion"]):
    """Named reads of the opinions from outside."""

    def awaited(self) -> OpinionQuerySet:
        """Those that did not come yet."""
        return self.filter(given_at__isnull=True, revoked_at__isnull=True)


class Opinion(models.Model):
    """« Avis externe »: what is shown to whom, until when, and what they advise."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="opinions")
    # What was handed in then: a completion of later is not shared without anybody having looked at it.
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("nom"), max_length=120)
    email = models.EmailField(_("courriel"), max_length=254)
    question = models.TextField(_("question"), max_length=4000)
    # The keys of the form's sections and of the files that the link shows, and nothing else.
    sections = models.JSONField(default=list)
    files = models.JSONField(default=list)
    due_on = models.DateField(_("attendu le"))
    reminded_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by_name = models.CharField(max_length=250)
    asked_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)
    # The promise to keep it to oneself, and that one has no interest in it: nothing is shown before.
    declared_at = models.DateTimeField(null=True, blank=True)
    recommendation = models.CharField(_("recommandation"), max_length=11, choices=Recommendation, blank=True)
    text = models.TextField(_("avis"), max_length=8000, blank=True)
    file = models.FileField(_("pièce jointe"), storage=private_storage, upload_to=opinion_file_path, blank=True)
    file_name = models.CharField(max_length=120, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis externe")
        verbose_name_plural = _("avis externes")
        ordering = ["application", "asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "email"],
                condition=Q(revoked_at__isnull=True),
                name="opinion_one_open_per_address",
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=True, recommendation="")
                | (Q(given_at__isnull=False, declared_at__isnull=False) & ~Q(recommendation="")),
                name="opinion_given_at_with_recommendation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.application}"

    @property
    def is_given(self) -> bool:
        """It came."""
        return self.given_at is not None

    @property
    def is_revoked(self) -> bool:
        """Its links lead nowhere any more."""
        return self.revoked_at is not None

    @property
    def closes_on(self) -> dt.date:
        """The last day of its links."""
        return self.due_on + LINK_OPEN_AFTER

    @property
    def is_expired(self) -> bool:
        """Past the last day of its links."""
        return timezone.localdate() > self.closes_on


class OpinionLink(models.Model):
    """A link that was sent: the first one, those of reminders. All of them work, so that no page left open is lost."""

    opinion = models.ForeignKey(Opinion, on_delete=models.CASCADE, related_name="links")
    # Only the hash is kept here; the link itself stands in the outgoing message, until that forgets its body.
    token_hash = models.CharField(max_length=64, unique=True)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("lien d’un avis externe")
        verbose_name_plural = _("liens des avis externes")
        ordering = ["opinion", "sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.opinion} · {self.sent_at:%Y-%m-%d}"
