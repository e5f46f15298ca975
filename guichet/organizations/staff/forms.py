"""What staff fill in. Wagtail's templates lay these out: no class of our style sheet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import services
from ..content import FIELDS
from ..enums import Role
from ..models import Access, Organization
from ..validators import clean_neq, clean_postal_code
from ..values import as_json


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


class HttpsURLField(forms.URLField):
    """An address typed without a scheme is taken for https."""

    def __init__(self, **kwargs) -> None:
        super().__init__(assume_scheme="https", **kwargs)


class FicheForm(forms.ModelForm):
    """A fiche, created or changed by staff. Its state is never a field: services decide of it."""

    class Meta:
        model = Organization
        fields = [
            "name",
            "kind",
            "municipality",
            "neq",
            "email",
            "phone",
            "website",
            "address",
            "postal_code",
            "external_id",
        ]
        field_classes = {"website": HttpsURLField}
        help_texts = {
            "neq": gettext_lazy("Numéro d’entreprise du Québec : 10 chiffres."),
            "external_id": gettext_lazy(
                "Le numéro dans le tableur de l’équipe : une importation retrouve ainsi la fiche."
            ),
            "website": gettext_lazy("Par exemple : https://www.exemple.ca"),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["municipality"].queryset = fields["municipality"].queryset.select_related("mrc")
        fields["municipality"].empty_label = _("Aucune")
        fields["kind"].error_messages["required"] = _("Choisissez le milieu.")
        fields["name"].error_messages["required"] = _("Écrivez le nom de l’organisme.")
        fields["phone"].error_messages["invalid"] = _("Ce numéro n’est pas complet. Exemple : 819 555-0123")
        # A NEQ copied from the Registraire's site has spaces: room for them, until they are taken out.
        fields["neq"].max_length = 20
        fields["neq"].validators = []
        fields["neq"].widget.attrs["maxlength"] = "20"

    def content(self) -> dict[str, Any]:
        """The fiche's values as the form says them."""
        return {name: as_json(self.cleaned_data[name]) for name in self.fields if name in FIELDS}

    def opened_with(self) -> dict[str, Any]:
        """The values that the form showed."""
        return {name: as_json(self[name].initial) for name in self.fields if name in FIELDS}

    def clean_neq(self) -> str:
        """Ten digits, or nothing."""
        neq = self.cleaned_data["neq"]
        return clean_neq(neq) if neq else ""

    def clean_postal_code(self) -> str:
        """A postal code of Québec, or nothing."""
        code = self.cleaned_data["postal_code"]
        return clean_postal_code(code) if code else ""

    def clean_external_id(self) -> str:
        """A number that no other fiche has."""
        number = self.cleaned_data["external_id"].strip()
        other = (
            Organization.objects.filter(external_id=number).exclude(pk=self.instance.pk).first() if number else None
        )
        if other is not None:
            raise ValidationError(_("La fiche « %(fiche)s » porte déjà ce numéro."), params={"fiche": other})
        return number


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
