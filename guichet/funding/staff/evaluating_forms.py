"""What staff fill in about an application. Wagtail's templates lay these out: no class of our style sheet."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..enums import CannedPurpose
from ..models import Application, CannedText, CriterionNote, Label, Review
from ..schema import format_amount, parse_amount
from ..services.completion import questions_of
from ..services.reviews import Given, possible_evaluators, why_not

DAYS_TO_COMPLETE = 10


class OfficerForm(forms.Form):
    """Who looks after it."""

    officer = forms.ModelChoiceField(
        label=gettext_lazy("Confiée à"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Personne"),
    )

    def __init__(self, *args, application: Application, **kwargs) -> None:
        super().__init__(*args, initial={"officer": application.officer_id}, **kwargs)
        self.fields["officer"].queryset = possible_evaluators()


class LabelsForm(forms.Form):
    """Which labels it has."""

    labels = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Étiquettes"),
        queryset=Label.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, application: Application, **kwargs) -> None:
        super().__init__(*args, initial={"labels": application.labels.all()}, **kwargs)


class NoteForm(forms.Form):
    """A note for the other employees."""

    text = forms.CharField(
        label=gettext_lazy("Nouvelle note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("L’équipe seule la lit, jamais l’organisme."),
        error_messages={"required": gettext_lazy("Écrivez la note.")},
    )


class ConflictForm(forms.Form):
    """Why somebody may not evaluate it."""

    reason = forms.CharField(
        label=gettext_lazy("Votre lien avec cet organisme ou ce projet"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Gardé dans l’historique de la demande, que l’équipe lit."),
        error_messages={"required": gettext_lazy("Dites quel est ce lien.")},
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Écrivez le motif.")},
    )


class CannedMixin(forms.Form):
    """A text, that may begin with one of those that staff keep: « Insérer » puts it at the end of what is typed."""

    purpose: CannedPurpose

    canned = forms.ModelChoiceField(
        label=gettext_lazy("Texte type"),
        queryset=CannedText.objects.none(),
        required=False,
        empty_label=gettext_lazy("Choisir un texte"),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["canned"].queryset = CannedText.objects.filter(purpose=self.purpose)

    def with_canned(self) -> str:
        """What is typed, then the chosen text."""
        self.is_valid()
        chosen = self.cleaned_data.get("canned")
        return "\n\n".join(filter(None, [self.data.get("text", "").strip(), chosen.text if chosen else ""]))


class ChangesForm(CannedMixin):
    """What the fiche has to complete."""

    purpose = CannedPurpose.COMPLETION

    text = forms.CharField(
        label=gettext_lazy("Ce qu’il faut compléter"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("L’organisme le lit dans le courriel et dans sa demande."),
        error_messages={"required": gettext_lazy("Écrivez ce qu’il faut compléter.")},
    )
    questions = forms.MultipleChoiceField(
        label=gettext_lazy("Questions à ouvrir"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("L’organisme ne peut changer que celles-ci."),
        error_messages={"required": gettext_lazy("Cochez au moins une question à ouvrir.")},
    )
    due_on = forms.DateField(
        label=gettext_lazy("À compléter d’ici le"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Un rappel part trois jours avant, et un autre le jour même."),
        error_messages={"required": gettext_lazy("Donnez une date.")},
    )

    def __init__(self, *args, application: Application, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["questions"].choices = list(questions_of(application.form_version).items())
        self.fields["due_on"].initial = timezone.localdate() + dt.timedelta(days=DAYS_TO_COMPLETE)
        self.order_fields(["canned", "text", "questions", "due_on"])

    def clean_due_on(self) -> dt.date:
        """Tomorrow at the earliest."""
        if self.cleaned_data["due_on"] <= timezone.localdate():
            raise ValidationError(_("La date limite doit être à venir."))
        return self.cleaned_data["due_on"]


class ToManyForm(CannedMixin):
    """One message for several fiches."""

    purpose = CannedPurpose.MESSAGE

    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Chaque organisme le reçoit dans les messages de sa demande, et par courriel."),
        error_messages={"required": gettext_lazy("Écrivez votre message.")},
    )


class ReviewForm(forms.Form):
    """The scoring grid: a note and a comment for each criterion, then the whole."""

    comment = forms.CharField(
        label=gettext_lazy("Commentaire général"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    recommended = forms.CharField(
        label=gettext_lazy("Montant recommandé ($)"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )

    def __init__(self, data=None, *, review: Review) -> None:
        self.review = review
        self.criteria = list(review.application.call.criteria.all())
        notes: dict[int, CriterionNote] = {note.criterion_id: note for note in review.notes.all()}
        amount = review.recommended
        initial = {
            "comment": review.comment,
            "recommended": "" if amount is None else f"{amount:.2f}".replace(".", ","),
        }
        super().__init__(data, initial=initial)
        if review.application.requested is not None:
            self.fields["recommended"].help_text = _("Demandé : %(amount)s.") % {
                "amount": format_amount(review.application.requested)
            }
        for criterion in self.criteria:
            note = notes.get(criterion.pk)
            self.fields[f"points-{criterion.pk}"] = forms.CharField(
                label=_("Note sur %(points)d") % {"points": criterion.points},
                required=False,
                max_length=10,
                initial=""
                if note is None or note.points is None
                else f"{note.points.normalize():f}".replace(".", ","),
                widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 5}),
            )
            self.fields[f"comment-{criterion.pk}"] = forms.CharField(
                label=_("Commentaire"),
                required=False,
                max_length=2000,
                initial=note.comment if note else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def grid(self) -> list[tuple]:
        """Each criterion with its two fields."""
        return [(one, self[f"points-{one.pk}"], self[f"comment-{one.pk}"]) for one in self.criteria]

    def clean_recommended(self) -> Decimal | None:
        """An amount as people type it."""
        typed = self.cleaned_data["recommended"].strip()
        if not typed:
            return None
        amount = parse_amount(typed)
        requested = self.review.application.requested
        if requested is not None and amount > requested:
            raise ValidationError(_("Le montant recommandé dépasse le montant demandé."))
        return amount

    def clean(self) -> dict:
        """Each note within its bounds; all of them to finish."""
        cleaned = super().clean()
        self.given: dict[int, Given] = {}
        for criterion in self.criteria:
            name = f"points-{criterion.pk}"
            points, problem = _points(cleaned.get(name, ""))
            problem = problem or why_not(criterion, points, is_done=self.is_done)
            if problem:
                self.add_error(name, problem)
            self.given[criterion.pk] = Given(points, cleaned.get(f"comment-{criterion.pk}", ""))
        return cleaned

    @property
    def is_done(self) -> bool:
        """« Terminer » was pressed."""
        return "done" in self.data


def _points(typed: str) -> tuple[Decimal | None, str]:
    """A note as people type it, or what is wrong with it."""
    typed = typed.strip().replace(",", ".")
    if not typed:
        return None, ""
    digits = typed.replace(".", "", 1)
    if not (digits.isascii() and digits.isdigit()):
        return None, _("Écrivez un nombre : 7 ou 7,5.")
    return Decimal(typed), ""


class DistributeForm(forms.Form):
    """Who evaluates the applications of a call."""

    ALL, SOME = "all", "some"

    evaluators = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Évaluateurs"),
        queryset=None,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Cochez au moins une personne.")},
    )
    how = forms.ChoiceField(
        label=gettext_lazy("Répartition"),
        choices=[
            (ALL, gettext_lazy("Chaque personne évalue toutes les demandes")),
            (SOME, gettext_lazy("Chaque demande est évaluée par quelques personnes, à parts égales")),
        ],
        initial=ALL,
        widget=forms.RadioSelect,
    )
    number = forms.IntegerField(
        label=gettext_lazy("Évaluations par demande"),
        min_value=1,
        max_value=10,
        initial=2,
        required=False,
        help_text=gettext_lazy("Pour la répartition à parts égales. Les conflits d’intérêts sont contournés."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evaluators"].queryset = possible_evaluators()

    def clean(self) -> dict:
        """A number, no larger than the people are many, for a share each."""
        cleaned = super().clean()
        if cleaned.get("how") != self.SOME:
            return {**cleaned, "number": None}
        if not cleaned.get("number"):
            self.add_error("number", _("Écrivez combien d’évaluations chaque demande reçoit."))
        elif "evaluators" in cleaned and cleaned["number"] > len(cleaned["evaluators"]):
            self.add_error("number", _("Il y a moins de personnes cochées que cela."))
        return cleaned
