"""What a gestionnaire fills in about a grant."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from guichet.core.forms import GuichetForm


class AgreementForm(GuichetForm, forms.Form):
    """« J’accepte »: a box to tick, so that nobody agrees by a slip."""

    agreed = forms.BooleanField(
        label=gettext_lazy("J’ai lu l’entente et je l’accepte au nom de l’organisme."),
        error_messages={"required": gettext_lazy("Cochez la case pour accepter l’entente.")},
    )


class DeclineForm(GuichetForm, forms.Form):
    """« Renoncer »: why."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi renoncez-vous à cette aide?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Dites pourquoi vous renoncez à cette aide.")},
    )
