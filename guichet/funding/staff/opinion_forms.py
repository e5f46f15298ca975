"""What staff fill in to ask somebody outside for an opinion."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.accounts.emails import clean_email

from ..forms.fields import DateField
from ..models import Opinion, Submission
from ..schema import QuestionType, parse_schema
from ..services.opinions import shareable_files, shareable_sections

DAYS_TO_ANSWER = 14


class AskOpinionForm(forms.Form):
    """Who, what for, until when, and what they see: nothing is ticked in advance."""

    name = forms.CharField(
        label=gettext_lazy("Nom de la personne"),
        max_length=120,
        error_messages={"required": gettext_lazy("Écrivez le nom de la personne.")},
    )
    email = forms.CharField(
        label=gettext_lazy("Courriel"),
        max_length=254,
        widget=forms.EmailInput,
        error_messages={"required": gettext_lazy("Écrivez son adresse courriel.")},
    )
    question = forms.CharField(
        label=gettext_lazy("Ce que vous lui demandez"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Écrivez ce que vous lui demandez.")},
    )
    due_on = DateField(
        label=gettext_lazy("Attendu le"),
        help_text=gettext_lazy("Un rappel part trois jours avant. Le lien se ferme une semaine après."),
        error_messages={
            "required": gettext_lazy("Donnez une date."),
            "invalid": gettext_lazy("Écrivez la date comme ceci : 2027-03-31."),
        },
    )
    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Sections à montrer"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Rien n’est coché d’avance. Relisez ce que vous cochez : des noms et des coordonnées peuvent s’y trouver."
        ),
    )
    files = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Pièces jointes à montrer"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    # The submission that these boxes are about.
    submission = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, submission: Submission, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.newest = submission
        self.fields["sections"].choices = _section_choices(submission)
        self.fields["files"].choices = list(shareable_files(submission).items())
        if not self.fields["files"].choices:
            del self.fields["files"]
        self.fields["due_on"].initial = timezone.localdate() + dt.timedelta(days=DAYS_TO_ANSWER)
        self.fields["submission"].initial = submission.pk

    def clean_email(self) -> str:
        """As the portal writes addresses."""
        return clean_email(self.cleaned_data["email"])

    def clean_due_on(self) -> dt.date:
        """Tomorrow at the earliest."""
        if self.cleaned_data["due_on"] <= timezone.localdate():
            raise ValidationError(_("La date limite doit être à venir."))
        return self.cleaned_data["due_on"]

    def clean(self) -> dict:
        """Something to show, of what the page showed."""
        cleaned = super().clean()
        if cleaned.get("submission") != str(self.newest.pk):
            # Shown again with the boxes of what is there now, which the next try is then about.
            self.data = self.data.copy()
            self.data["submission"] = str(self.newest.pk)
            raise ValidationError(
                _("La demande a été complétée entre-temps : relisez ce qui sera montré, puis recommencez.")
            )
        if not self.errors and not cleaned["sections"] and not cleaned.get("files"):
            self.add_error("sections", _("Cochez au moins une section ou une pièce jointe à montrer."))
        return cleaned


def _section_choices(submission: Submission) -> list[tuple[str, str]]:
    schema = parse_schema(submission.form_version.schema)
    choices = []
    for key, title in shareable_sections(submission).items():
        types = {question.type for question in schema.section(key).questions}
        if QuestionType.FROM_FICHE in types:
            choices.append((key, _("%(section)s (reprend des renseignements de la fiche)") % {"section": title}))
        else:
            choices.append((key, title))
    return choices


class SendAgainForm(forms.Form):
    """Until when."""

    due_on = DateField(
        label=gettext_lazy("Attendu le"),
        error_messages={
            "required": gettext_lazy("Donnez une date."),
            "invalid": gettext_lazy("Écrivez la date comme ceci : 2027-03-31."),
        },
    )

    def __init__(self, *args, opinion: Opinion, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].initial = max(opinion.due_on, timezone.localdate())

    def clean_due_on(self) -> dt.date:
        """Today at the earliest."""
        if self.cleaned_data["due_on"] < timezone.localdate():
            raise ValidationError(_("La date limite est passée : donnez-en une autre."))
        return self.cleaned_data["due_on"]
