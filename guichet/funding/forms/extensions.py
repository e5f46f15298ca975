"""More time for one fiche."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class ExtensionForm(forms.Form):
    """Until when, and why. Wagtail's templates lay it out."""

    until = forms.DateTimeField(
        label=gettext_lazy("Jusqu’au"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("À l’heure du Québec."),
        error_messages={
            "required": gettext_lazy("Choisissez la date et l’heure."),
            "invalid": gettext_lazy("Écrivez la date et l’heure ainsi : 2026-11-25 16:30."),
        },
    )
    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Gardé dans l’historique de la fiche, que ses gestionnaires lisent."),
        error_messages={"required": gettext_lazy("Écrivez le motif de la prolongation.")},
    )
