"""A message between the body and a fiche's people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.core.forms import GuichetForm
from guichet.core.uploads import DOCUMENT_EXTENSIONS, CleanFile, clean_document

from ..services.conversation import FILES_AT_MOST


class ManyFilesInput(forms.FileInput):
    """Django's input for one file, for several."""

    allow_multiple_selected = True


class SafeFilesField(forms.FileField):
    """Several files made safe: its clean value is a list of `CleanFile`."""

    def __init__(self, **kwargs: Any) -> None:
        accept = ",".join(DOCUMENT_EXTENSIONS)
        super().__init__(widget=ManyFilesInput(attrs={"accept": accept}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[CleanFile]:
        """Each file, made safe; one that is refused is named."""
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if len(uploads) > FILES_AT_MOST:
            raise ValidationError(_("Joignez au plus %(most)d fichiers à un message.") % {"most": FILES_AT_MOST})
        clean, problems = [], []
        for upload in uploads:
            try:
                clean.append(clean_document(upload))
            except ValidationError as error:
                problems += [f"{upload.name} : {message}" for message in error.messages]
        if problems:
            raise ValidationError(problems)
        return clean


class MessageForm(forms.Form):
    """What is written, and what goes with it. One of the two is enough."""

    text = forms.CharField(
        label=gettext_lazy("Votre message"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    files = SafeFilesField(
        label=gettext_lazy("Pièces jointes"),
        help_text=gettext_lazy("PDF, documents Word ou Excel, photos : cinq au plus, de 20 Mo chacune."),
    )

    def clean(self) -> dict[str, Any]:
        """Something to send."""
        cleaned = super().clean()
        if not self.errors and not cleaned["text"].strip() and not cleaned["files"]:
            self.add_error("text", _("Écrivez votre message."))
        return cleaned


class ClientMessageForm(GuichetForm, MessageForm):
    """The same, in the client area."""
