"""What people fill in about the fiche itself."""

from __future__ import annotations

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.accounts.models import User
from guichet.core.forms import GuichetForm

from .. import services
from ..models import FicheChange, Organization

LATER, APPROVE, REFUSE = "later", "approve", "refuse"


class WebField(forms.URLField):
    """An address of the web, and nothing else (no « javascript: »); one typed without a scheme is taken for https."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs) -> None:
        super().__init__(assume_scheme="https", **kwargs)


def phone_message() -> str:
    """What a wrong number is told."""
    return _("Ce numéro n’est pas complet. Exemple : 819 555-0123")


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
