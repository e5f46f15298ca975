"""The files of a fiche, and what each person in charge agreed to show."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..enums import FilePurpose
from ..import_models import private_storage
from .organization import Organization


def fiche_file_path(file: FicheFile, filename: str) -> str:
    """A name that nobody guesses; the one that people know is in ``name``."""
    return f"fiches/{uuid.uuid4().hex}{filename[-5:] if '.' in filename[-5:] else ''}"


class FicheFile(models.Model):
    """A picture or a document as it was made safe. It never changes: another one replaces it.

    What the fiche shows of it, and how it calls it, is the fiche's content: proposed, approved, kept in versions.
    """

    organization = models.ForeignKey(
        Organization, verbose_name=_("fiche"), on_delete=models.CASCADE, related_name="files"
    )
    purpose = models.CharField(_("usage"), max_length=8, choices=FilePurpose)
    file = models.FileField(_("fichier"), storage=private_storage, upload_to=fiche_file_path)
    # A picture's smaller copy.
    small = models.FileField(storage=private_storage, upload_to=fiche_file_path, blank=True)
    name = models.CharField(_("nom du fichier"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("poids (octets)"))
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("par"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("reçu"), default=timezone.now)
    # Whether some version or proposal of the fiche ever named it; one that none did was never saved.
    is_used = models.BooleanField(default=False)
    # The expiry date that its gestionnaires were last reminded of, and whether it had passed then.
    reminded_for = models.DateField(null=True)
    reminded_late = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("fichier de fiche")
        verbose_name_plural = _("fichiers de fiche")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Shown in a page, not downloaded."""
        return self.content_type.startswith("image/")


class PersonConsent(models.Model):
    """What a person in charge of a fiche agreed to show the public: the very values that they saw, and no later ones.

    The person is known by the address at which they were asked. Law 25 (P-39.1, s. 12 and 14): a consent is given
    by the person, for what they were told, and can be taken back.
    """

    organization = models.ForeignKey(
        Organization, verbose_name=_("fiche"), on_delete=models.CASCADE, related_name="consents"
    )
    email = models.EmailField(_("courriel"))
    # {"name": "…", "function": "…"}: only the parts that were agreed to.
    agreed = models.JSONField(default=dict)
    # What the last question showed: asked again only when it changes.
    asked = models.JSONField(default=dict)
    asked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("consentement")
        verbose_name_plural = _("consentements")
        constraints = [
            models.UniqueConstraint(fields=["organization", "email"], name="consent_one_per_person_and_fiche")
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.organization}"
