"""What staff fill in. Wagtail's templates lay these out: no class of our style sheet."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy

from .. import services
from ..enums import Role
from ..models import Access


class RefuseForm(forms.Form):
    """The reason, which the person reads."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("La personne le lira dans le courriel. Dites ce qu’elle peut faire maintenant."),
        error_messages={"required": gettext_lazy("Écrivez le motif : la personne le lira.")},
    )


class QuestionForm(forms.Form):
    """A question before the decision."""

    question = forms.CharField(
        label=gettext_lazy("Votre question"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "La personne la reçoit par courriel et répond dans le portail. Le délai promis s’arrête en attendant."
        ),
        error_messages={"required": gettext_lazy("Écrivez votre question.")},
    )


class ArchiveForm(forms.Form):
    """Why a fiche leaves service; kept in its timeline."""

    reason = forms.CharField(
        label=gettext_lazy("Motif (facultatif)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Gardé dans l’historique de la fiche."),
    )


class RoleForm(forms.Form):
    """The role of the button that was pressed."""

    role = forms.ChoiceField(choices=Role.choices)


class BulkForm(forms.Form):
    """What to do with the ticked requests; only a refusal asks for a reason."""

    APPROVE_MANAGER, APPROVE_CONTRIBUTOR, REFUSE = Role.MANAGER.value, Role.CONTRIBUTOR.value, "refuse"

    action = forms.ChoiceField(
        choices=[(APPROVE_MANAGER, ""), (APPROVE_CONTRIBUTOR, ""), (REFUSE, "")], widget=forms.HiddenInput
    )
    requests = forms.ModelMultipleChoiceField(queryset=Access.objects.none(), widget=forms.MultipleHiddenInput)
    reason = RefuseForm.base_fields["reason"]

    def __init__(self, *args, action: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # Whatever was ticked, decided since or not: the service says what became of each.
        self.fields["requests"].queryset = Access.objects.select_related("user", "organization__municipality")
        if action != self.REFUSE:
            del self.fields["reason"]


class ImportForm(forms.Form):
    """The spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Tableur"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=gettext_lazy(
            "Un classeur Excel (.xlsx) ou un fichier .csv. Rien n’est enregistré avant votre confirmation."
        ),
        error_messages={
            "required": gettext_lazy("Choisissez le fichier."),
            "empty": gettext_lazy("Ce fichier est vide."),
        },
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too big before anything reads it."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            raise ValidationError(services.too_big(file.size))
        return file
