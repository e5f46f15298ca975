"""« Signaler une erreur »."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from guichet.core.forms import GuichetForm


class ErrorReportForm(GuichetForm, forms.Form):
    """What is wrong, and where to answer."""

    message = forms.CharField(
        label=_("Qu’est-ce qui est inexact?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("L’organisme lira votre message."),
    )
    email = forms.EmailField(
        label=_("Votre courriel"),
        required=False,
        max_length=254,
        help_text=_("Si vous voulez une réponse. Il n’est montré à personne d’autre."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    # For programs that fill in every field: nobody sees it.
    subject = forms.CharField(
        label=_("Laissez ce champ vide"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
