"""A heavy file while it comes in, in parts: what is there already outlives a lost network and a closed page."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .applications import Application

# Whoever was cut off has this long, from the last part that came in, to go on.
UPLOAD_KEPT_FOR = dt.timedelta(days=7)
PARTS_FOLDER = "envois"


class PartialUploadQuerySet(models.QuerySet["PartialUpload"]):
    """Named reads of what is being sent."""

    def live(self, now: dt.datetime | None = None) -> PartialUploadQuerySet:
        """What may still be gone on with."""
        return self.filter(done_at=None, expires_at__gt=now or timezone.now())


class PartialUpload(models.Model):
    """A file that somebody sends for a question, and what has come of it.

    Its parts are files of the private storage, in a folder of its own, and ``parts`` names those that count: storages
    that cannot add to a file do as well. Once the file is attached the row stays until it expires, empty: whoever
    missed the answer to the last part asks again, and learns that it is all there.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="uploads")
    for_report = models.BooleanField()
    question = models.CharField(max_length=40)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("nom du fichier"), max_length=255)
    size = models.PositiveIntegerField(_("poids (octets)"))
    # When the file was last changed, as its browser says it: with its name and size, whether it is the same.
    modified = models.BigIntegerField()
    offset = models.PositiveIntegerField(_("reçu (octets)"), default=0)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    parts = models.JSONField(default=list)
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    done_at = models.DateTimeField(null=True)

    objects = PartialUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("envoi commencé")
        verbose_name_plural = _("envois commencés")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(offset__lte=models.F("size")), name="upload_offset_within_size")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> str:
        """Where its parts are."""
        return f"{PARTS_FOLDER}/{self.key.hex}"

    @property
    def is_over(self) -> bool:
        """It waited too long."""
        return self.expires_at <= timezone.now()
