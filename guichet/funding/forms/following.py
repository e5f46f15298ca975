"""What staff and clients fill in after the decision. Services check the rest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.core.forms import GuichetForm

from ..enums import AmendmentSubject, PaymentMethod
from ..models import Amendment, Payment
from .fields import AmountField, DateField

LONG = 2000


def _text(label: Any, *, required: str = "", help_text: Any = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=bool(required),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        error_messages={"required": required} if required else None,
    )


KEPT = gettext_lazy("Gardé dans l’historique de la demande.")
READ = gettext_lazy("L’organisme le lira dans le courriel.")
WRITE_WHY = gettext_lazy("Écrivez pourquoi.")


class KeptReasonForm(forms.Form):
    """Why; kept in the application's history."""

    reason = _text(gettext_lazy("Motif"), required=WRITE_WHY, help_text=KEPT, rows=3)


class PaymentForm(forms.Form):
    """One unpaid payment: how much, on which condition, when."""

    amount = AmountField(label=gettext_lazy("Montant"))
    condition = forms.CharField(label=gettext_lazy("Condition"), max_length=200, required=False)
    due_on = DateField(label=gettext_lazy("Prévu le"), required=False)

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        initial = {"amount": payment.amount, "condition": payment.condition, "due_on": payment.due_on}
        super().__init__(*args, initial=initial, **kwargs)


class PayForm(forms.Form):
    """How several payments leave, and when; then the number of each."""

    method = forms.ChoiceField(
        label=gettext_lazy("Moyen"), choices=PaymentMethod.choices, widget=forms.RadioSelect, initial="cheque"
    )
    paid_on = DateField(label=gettext_lazy("Payé le"), initial=timezone.localdate)
    first_reference = forms.CharField(
        label=gettext_lazy("Premier numéro"),
        max_length=60,
        help_text=gettext_lazy(
            "Du chèque ou du virement. Les suivants sont proposés à la page suivante : vous pourrez les corriger."
        ),
    )

    def clean_paid_on(self) -> Any:
        """No money has left in the future."""
        paid_on = self.cleaned_data["paid_on"]
        if paid_on > timezone.localdate():
            raise ValidationError(_("La date du paiement est à venir : inscrivez celle où l’argent est parti."))
        return paid_on


class RefuseAmendmentForm(forms.Form):
    """No, and why."""

    answer = _text(gettext_lazy("Motif"), required=WRITE_WHY, help_text=READ)


class AcceptAmendmentForm(forms.Form):
    """Yes: the amount or the report's date that it comes to, and a word to the fiche."""

    amount = AmountField(label=gettext_lazy("Montant accordé maintenant"))
    report_due_on = DateField(
        label=gettext_lazy("Reddition de comptes d’ici le"),
        help_text=gettext_lazy("Proposée : la nouvelle fin du projet, plus le délai de l’appel."),
    )
    answer = _text(gettext_lazy("Message à l’organisme (facultatif)"), help_text=READ, rows=3)

    def __init__(self, *args: Any, amendment: Amendment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if amendment.subject != AmendmentSubject.AMOUNT:
            del self.fields["amount"]
        if amendment.subject != AmendmentSubject.DATES:
            del self.fields["report_due_on"]


class ReturnReportForm(forms.Form):
    """What is to be mended in a report, and until when."""

    text = _text(gettext_lazy("Ce qui est à corriger"), required=gettext_lazy("Écrivez ce qui est à corriger."))
    due_on = DateField(label=gettext_lazy("D’ici le"))


class ExtendReportForm(forms.Form):
    """More time for a report, and why."""

    due_on = DateField(label=gettext_lazy("Nouvelle date"))
    reason = _text(gettext_lazy("Motif"), required=WRITE_WHY, help_text=READ, rows=3)


class AskRecoveryForm(forms.Form):
    """How much is to be given back, why, until when."""

    amount = AmountField(label=gettext_lazy("Montant à rembourser"))
    due_on = DateField(label=gettext_lazy("D’ici le"))
    reason = _text(gettext_lazy("Motif"), required=WRITE_WHY, help_text=READ)


class ReceiveRecoveryForm(forms.Form):
    """When the money came back, and how."""

    received_on = DateField(label=gettext_lazy("Reçu le"), initial=timezone.localdate)
    reference = forms.CharField(label=gettext_lazy("Numéro du chèque ou du virement"), max_length=60)


class CloseForm(forms.Form):
    """Why an application is closed; needed only when no report came."""

    reason = _text(gettext_lazy("Motif (facultatif)"), help_text=KEPT, rows=3)

    def __init__(self, *args: Any, lacks_report: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if lacks_report:
            self.fields["reason"].required = True
            self.fields["reason"].label = _("Motif")
            self.fields["reason"].error_messages["required"] = WRITE_WHY


class AskAmendmentForm(GuichetForm, forms.Form):
    """What a gestionnaire asks to change, and why."""

    subject = forms.ChoiceField(
        label=gettext_lazy("Qu’est-ce qui change?"), choices=AmendmentSubject.choices, widget=forms.RadioSelect
    )
    amount = AmountField(
        label=gettext_lazy("Nouveau montant"),
        required=False,
        help_text=gettext_lazy("Si le montant change. Par exemple : 1 200 $."),
    )
    ends_on = DateField(
        label=gettext_lazy("Nouvelle date de fin du projet"),
        required=False,
        help_text=gettext_lazy("Si les dates changent."),
    )
    text = forms.CharField(
        label=gettext_lazy("Le changement, et pourquoi"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Écrivez ce qui change et pourquoi.")},
    )

    def clean(self) -> dict[str, Any]:
        """What the change needs."""
        cleaned = super().clean()
        subject = cleaned.get("subject")
        if subject == AmendmentSubject.AMOUNT and not cleaned.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Inscrivez le montant que vous demandez maintenant."))
        if subject == AmendmentSubject.DATES and not cleaned.get("ends_on") and "ends_on" not in self.errors:
            self.add_error("ends_on", _("Inscrivez la nouvelle date de fin du projet."))
        return cleaned


class RemarkForm(GuichetForm, forms.Form):
    """What a gestionnaire wants mended in the report."""

    remark = forms.CharField(
        label=gettext_lazy("Ce qui est à corriger"),
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Écrivez ce qui est à corriger : vos collègues le liront.")},
    )
