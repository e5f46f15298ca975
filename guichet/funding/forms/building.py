"""The staff's forms for programmes, calls and forms: Wagtail's own fields, and what they check among themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from guichet.organizations.enums import Kind
from guichet.organizations.models import Mrc

from .. import perms
from ..models import Call, Program
from ..services import problem_of_shares, scored_criteria, why_not_drop, why_not_weigh


class ProgramForm(WagtailAdminModelForm):
    """A programme. Admins alone say who has it."""

    officers = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Agents chargés du programme"),
        queryset=get_user_model().objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Ils en préparent les appels et les formulaires, évaluent, décident et paient."),
    )

    class Meta:
        model = Program
        exclude = ["is_published"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if perms.can_create_program(self.for_user):
            staff = get_user_model().objects.filter(is_active=True, is_staff=True, is_superuser=False)
            self.fields["officers"].queryset = staff.order_by("last_name", "first_name")
        else:
            del self.fields["officers"]

    def chosen_officers(self) -> list | None:
        """Who has the programme from now on; None when this person does not decide it."""
        return list(self.cleaned_data["officers"]) if "officers" in self.fields else None


class CallForm(WagtailAdminModelForm):
    """A call with its criteria and instalments."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Milieux admissibles"),
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Rien de coché : tous les milieux."),
    )
    mrcs = forms.ModelMultipleChoiceField(
        label=gettext_lazy("MRC admissibles"),
        queryset=Mrc.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Rien de coché : toute la région."),
    )

    class Meta:
        model = Call
        fields = "__all__"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programs = Program.objects.order_by("name")
        self.fields["program"].queryset = (
            programs if perms.can_create_program(self.for_user) else programs.filter(officers=self.for_user)
        )
        if self.instance.pk and self.instance.applications.exists():
            for name in ("program", "code", "form"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("Des organismes écrivent déjà : ceci ne change plus.")

    def is_valid(self) -> bool:
        """Look at the instalments and at the scored criteria too, once each row is right."""
        if not super().is_valid():
            return False
        keeps_scored = self._keeps_scored()
        shares = [
            row.cleaned_data["share"]
            for row in self.formsets["instalments"].forms
            if row.cleaned_data.get("share") is not None and not row.cleaned_data.get("DELETE")
        ]
        if problem := problem_of_shares(shares):
            self.add_error(None, problem)
        return keeps_scored and not self.errors

    def _keeps_scored(self) -> bool:
        """Say beside each criterion that evaluators have scored why it neither goes nor weighs otherwise."""
        scored = scored_criteria(self.instance) if self.instance.pk else {}
        refused = False
        for row in self.formsets["criteria"].forms:
            known = scored.get(row.instance.pk)
            if known is None:
                continue
            if row.cleaned_data.get("DELETE"):
                # It stands on the page again, with the reason.
                row.data = row.data.copy()
                row.data[row.add_prefix("DELETE")] = ""
                row.add_error("title", why_not_drop(known))
                refused = True
            elif row.cleaned_data.get("points") != known.points:
                row.add_error("points", why_not_weigh(known))
                refused = True
        return not refused


class CopyCallForm(forms.Form):
    """What a copied call is called."""

    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120)
    code = forms.SlugField(
        label=gettext_lazy("Sigle"),
        max_length=20,
        help_text=gettext_lazy("Il doit être nouveau : les numéros des demandes commencent par lui."),
    )

    def clean_code(self) -> str:
        """Refuse one that another call has."""
        code = self.cleaned_data["code"]
        if Call.objects.filter(code=code).exists():
            raise forms.ValidationError(_("Ce sigle sert déjà à un autre appel. Donnez-en un nouveau."))
        return code


class WithdrawCallForm(forms.Form):
    """Why a call is withdrawn."""

    reason = forms.CharField(
        label=gettext_lazy("Raison"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Envoyée aux personnes dont la demande ne peut plus être transmise."),
    )
