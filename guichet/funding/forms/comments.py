"""What colleagues write to each other."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from guichet.core.forms import GuichetForm

from ..services import COMMENT_LENGTH


class CommentForm(GuichetForm, forms.Form):
    """A word to the colleagues."""

    text = forms.CharField(
        label=_("Votre commentaire"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Écrivez votre commentaire avant de l’ajouter.")},
    )
