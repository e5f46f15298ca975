"""What the body decides about fiches, in « Réglages › Fiches »."""

from __future__ import annotations

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from ..content import FIELDS, RESERVED_BY_DEFAULT


def reserved_by_default() -> list[str]:
    """The fields that wait for the body, unless it says otherwise."""
    return list(RESERVED_BY_DEFAULT)


class FicheSettingsForm(WagtailAdminModelForm):
    """The reserved fields as boxes to tick."""

    reserved_fields = forms.MultipleChoiceField(
        label=_("Champs réservés"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leur modification attend votre approbation, quelle que soit la personne qui la propose."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        from .organization import Organization

        self.fields["reserved_fields"].choices = [
            (name, str(Organization._meta.get_field(name).verbose_name).capitalize())
            for name in FIELDS
            if not FIELDS[name].kept_by_body
        ]


@register_setting(icon="folder-open-inverse")
class FicheSettings(BaseGenericSetting):
    """Which fields the body reserves, when a confirmed fiche is stale, and when a document's expiry is told."""

    reserved_fields = models.JSONField(_("champs réservés"), default=reserved_by_default, blank=True)
    confirm_months = models.PositiveSmallIntegerField(
        _("une fiche est à reconfirmer après (mois)"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )

    document_reminder_days = models.PositiveSmallIntegerField(
        _("rappel avant l’échéance d’un document (jours)"),
        default=30,
        db_default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )

    base_form_class = FicheSettingsForm
    panels = [FieldPanel("reserved_fields"), FieldPanel("confirm_months"), FieldPanel("document_reminder_days")]

    class Meta:
        verbose_name = _("fiches")

    def __str__(self) -> str:
        return str(_("Fiches"))
