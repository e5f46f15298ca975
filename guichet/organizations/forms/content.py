"""What people fill in about the fiche itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.phonenumber import to_python as to_phone

from guichet.accounts.models import User
from guichet.core.forms import GuichetForm

from .. import services
from ..models import FicheChange, Organization
from ..validators import clean_neq, clean_postal_code

LATER, APPROVE, REFUSE = "later", "approve", "refuse"


class WebField(forms.URLField):
    """An address of the web, and nothing else (no « javascript: »); one typed without a scheme is taken for https."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs) -> None:
        super().__init__(assume_scheme="https", **kwargs)


def phone_message() -> str:
    """What a wrong number is told."""
    return _("Ce numéro n’est pas complet. Exemple : 819 555-0123")


class CheckedNumbers:
    """Mixin of the forms that have a NEQ or a postal code, which may be left out."""

    def clean_neq(self) -> str:
        """Ten digits, or nothing."""
        neq = self.cleaned_data["neq"]
        return clean_neq(neq) if neq else ""

    def clean_postal_code(self) -> str:
        """A postal code of Québec, or nothing."""
        code = self.cleaned_data["postal_code"]
        return clean_postal_code(code) if code else ""


class DecideForm(GuichetForm, forms.Form):
    """One choice for each proposal, and the reason of those that are refused."""

    reason = forms.CharField(
        label=gettext_lazy("Motif"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Si vous refusez : la personne le lira."),
    )

    def __init__(self, *args, changes: list[FicheChange], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.changes = changes
        for change in changes:
            name = self.name_of(change)
            self.fields[name] = forms.ChoiceField(
                # One proposed since the page was opened was not on it: it waits.
                required=not self.is_bound or name in self.data,
                label=gettext_lazy("Votre décision"),
                choices=[
                    (APPROVE, gettext_lazy("Approuver")),
                    (REFUSE, gettext_lazy("Refuser")),
                    (LATER, gettext_lazy("Plus tard")),
                ],
                initial=LATER,
                widget=forms.RadioSelect,
            )
        self.order_fields([*(self.name_of(change) for change in changes), "reason"])

    @staticmethod
    def name_of(change: FicheChange) -> str:
        """The name of a proposal's field: its key, so that nothing is approved that was not shown."""
        return f"change_{change.pk}"

    def chosen(self, decision: str) -> list[int]:
        """The keys of the proposals with this decision."""
        return [change.pk for change in self.changes if self.cleaned_data.get(self.name_of(change)) == decision]

    def decide(self, organization: Organization, actor: User) -> None:
        """Call the service."""
        services.decide_changes(
            organization=organization,
            actor=actor,
            approve=self.chosen(APPROVE),
            refuse=self.chosen(REFUSE),
            reason=self.cleaned_data["reason"],
        )

    def clean(self) -> dict:
        """A refusal says why; a form that decides nothing says so."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if "everything" in self.data:
            # « Tout approuver » approves what the page showed, and nothing that came since.
            cleaned |= {self.name_of(change): APPROVE for change in self.changes if self.name_of(change) in self.data}
        if not self.chosen(APPROVE) and not self.chosen(REFUSE):
            raise forms.ValidationError(_("Choisissez « Approuver » ou « Refuser » pour au moins une modification."))
        if self.chosen(REFUSE) and not cleaned["reason"].strip():
            self.add_error("reason", _("Écrivez le motif : la personne le lira."))
        return cleaned


class ConsentForm(GuichetForm, forms.Form):
    """What of a person the public sees. ``person``: what the fiche says; ``agreed``: what they agreed to show."""

    def __init__(self, data=None, *, person: dict[str, str], agreed: dict[str, str]) -> None:
        super().__init__(data)
        self.person = person
        labels = {
            "name": _("Mon nom : %(value)s"),
            "function": _("Ma fonction : %(value)s"),
            "email": _("Mon courriel : %(value)s"),
            "phone": _("Mon téléphone : %(value)s"),
        }
        for part, value in person.items():
            shown = str(to_phone(value)) if part == "phone" else value
            self.fields[part] = forms.BooleanField(label=labels[part] % {"value": shown}, required=False)
            self.initial[part] = agreed.get(part) == value

    def clean(self) -> dict[str, Any]:
        """A number without a name would say nothing of whose it is."""
        cleaned = super().clean()
        if any(cleaned.values()) and not cleaned.get("name"):
            self.add_error("name", ValidationError(_("Cochez aussi votre nom, ou décochez tout.")))
        return cleaned

    def parts(self) -> list[str]:
        """The parts that may show."""
        return [part for part in self.person if self.cleaned_data[part]]
