"""What people fill in to hand an application on."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.core.forms import GuichetForm
from guichet.organizations.models import Organization


class StatementForm(GuichetForm, forms.Form):
    """The statement of truth that a gestionnaire makes for the fiche."""

    agreed = forms.BooleanField(
        error_messages={"required": gettext_lazy("Cochez la déclaration avant de transmettre la demande.")}
    )

    def __init__(self, *args, organization: Organization, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = self.statement = _(
            "Je déclare que les renseignements de cette demande sont vrais et complets, et que j’ai le pouvoir de la "
            "présenter au nom de « %(fiche)s »."
        ) % {"fiche": organization.name}


class RemarkForm(GuichetForm, forms.Form):
    """What is to be mended before it can be submitted."""

    remark = forms.CharField(
        label=gettext_lazy("Ce qui est à corriger"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": gettext_lazy("Écrivez ce qui est à corriger : vos collègues le liront.")},
    )


class WithdrawForm(GuichetForm, forms.Form):
    """Why an application is withdrawn; of a draft, nobody asks."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi la retirez-vous?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Écrivez pourquoi la demande est retirée.")},
    )

    def __init__(self, *args, is_handed_in: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if not is_handed_in:
            del self.fields["reason"]
