"""The person."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField


class User(AbstractUser):
    """A person with an account: a client, or an employee of the body (`is_staff`; admin: `is_superuser`).

    What a person may do at a fiche is an `organizations.Access`, never a field of theirs.
    """

    first_name = models.CharField(_("prénom"), max_length=80)
    last_name = models.CharField(_("nom"), max_length=80)
    email = models.EmailField(_("courriel"), max_length=254)
    job_title = models.CharField(
        _("fonction"),
        max_length=120,
        blank=True,
        help_text=_("Par exemple : présidence, trésorerie, coordination loisir."),
    )
    phone = PhoneNumberField(_("téléphone"), blank=True)

    REQUIRED_FIELDS = ["email", "first_name", "last_name"]

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_unique", violation_error_message=_("Cette adresse a déjà un compte.")
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email
