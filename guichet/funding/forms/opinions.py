"""What somebody outside the body fills in, by the link that they were sent."""

from __future__ import annotations

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from guichet.core.forms import GuichetForm
from guichet.core.uploads import DOCUMENT_BYTES, DOCUMENT_EXTENSIONS, CleanFile, clean_document, too_big

from ..enums import Recommendation
from ..models import Opinion


class DeclarationForm(GuichetForm, forms.Form):
    """The promise that comes before anything shows."""

    agreed = forms.BooleanField(
        label=gettext_lazy(
            "Je garderai confidentiel ce que je lirai ici, et je n’ai aucun conflit d’intérêts : aucun lien "
            "d’affaires, familial ou personnel avec cet organisme ou ce projet."
        ),
        error_messages={"required": gettext_lazy("Cochez la case pour lire la demande.")},
    )


class OpinionForm(GuichetForm, forms.Form):
    """The opinion."""

    recommendation = forms.ChoiceField(
        label=gettext_lazy("Votre recommandation"),
        choices=Recommendation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choisissez votre recommandation.")},
    )
    text = forms.CharField(
        label=gettext_lazy("Votre avis"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 12}),
        error_messages={"required": gettext_lazy("Écrivez votre avis.")},
    )
    file = forms.FileField(
        label=gettext_lazy("Pièce jointe"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ",".join(DOCUMENT_EXTENSIONS)}),
        help_text=gettext_lazy("PDF, document Word ou Excel, photo : un fichier de 20 Mo au plus."),
        max_length=250,
    )
    removes_file = forms.BooleanField(label=gettext_lazy("Retirer la pièce jointe"), required=False)

    def __init__(self, *args, opinion: Opinion, too_heavy: bool = False, **kwargs) -> None:
        self.too_heavy = too_heavy
        initial = {"recommendation": opinion.recommendation, "text": opinion.text}
        super().__init__(*args, initial=initial, **kwargs)
        if opinion.file:
            self.fields["file"].label = gettext_lazy("Remplacer la pièce jointe")
        else:
            del self.fields["removes_file"]

    def clean_file(self) -> CleanFile | None:
        """The file made safe; one that was dropped while it came in is told of."""
        if self.too_heavy:
            raise too_big(DOCUMENT_BYTES)
        upload: UploadedFile | None = self.cleaned_data["file"]
        return clean_document(upload) if upload else None
