"""One import of fiches from a spreadsheet: its file, how far it is, what it did."""

from __future__ import annotations

import uuid
from pathlib import PurePath

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import ImportState


def private_storage() -> Storage:
    """Where files lie that no address serves."""
    return storages["private"]


def import_path(batch: ImportBatch, filename: str) -> str:
    """A name that nobody guesses; the one that people know is in ``file_name``."""
    return f"imports/{uuid.uuid4().hex}{PurePath(filename).suffix[:8]}"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Named reads of the imports."""

    def at_work(self) -> ImportBatchQuerySet:
        """Imports that the worker reads or writes."""
        return self.filter(state__in=[ImportState.UPLOADED, ImportState.CHECKING, ImportState.IMPORTING])


class ImportBatch(models.Model):
    """One file and its import. The counts tell what will happen while it awaits confirmation, then what did."""

    file = models.FileField(_("fichier"), storage=private_storage, upload_to=import_path)
    file_name = models.CharField(_("nom du fichier"), max_length=200)
    state = models.CharField(_("état"), max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    # Why the file was refused, or the import given up.
    problem = models.TextField(_("problème"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("reçu"), default=timezone.now)
    # The last sign of life of whoever works on it, and how often somebody had to take over.
    heartbeat_at = models.DateTimeField(default=timezone.now)
    takeovers = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(_("terminé"), null=True, blank=True)
    rows_total = models.PositiveIntegerField(_("lignes"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    rows_hidden = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(_("créées"), default=0)
    updated_count = models.PositiveIntegerField(_("mises à jour"), default=0)
    unchanged_count = models.PositiveIntegerField(_("inchangées"), default=0)
    error_count = models.PositiveIntegerField(_("en erreur"), default=0)
    ignored_columns = models.JSONField(default=list, blank=True)
    preview = models.JSONField(default=dict, blank=True)
    errors = models.JSONField(default=list, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("importation")
        verbose_name_plural = _("importations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state=ImportState.IMPORTING), name="import_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        """The worker has it: the page is worth looking at again."""
        return self.state in {ImportState.UPLOADED, ImportState.CHECKING, ImportState.IMPORTING}

    @property
    def changes_something(self) -> bool:
        """Whether importing would create or change a fiche."""
        return bool(self.created_count or self.updated_count)
