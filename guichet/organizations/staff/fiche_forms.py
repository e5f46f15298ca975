"""The fiche as staff create and change it: its fields by section, and what they said when the form was opened."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.phonenumber import to_python as to_phone

from ..content import FIELDS, choosable_fields, fields_of
from ..enums import Season, Section
from ..forms.content import CheckedNumbers, WebField, phone_message
from ..models import Activity, FicheChange, Organization
from ..services import Conflict
from ..values import FILE_FIELDS, LISTS, as_json, in_words, label_of, value_of

BASE_SALT = "guichet.organizations.staff.fiche"
PHONES = ("phone", "other_phone")


class FicheStartForm(CheckedNumbers, forms.ModelForm):
    """A new fiche: what it cannot do without; the rest comes after. Its state is never a field."""

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
        field_classes = dict.fromkeys(["website", "facebook", "instagram", "other_network"], WebField)
        help_texts = {
            "neq": gettext_lazy("Numéro d’entreprise du Québec : 10 chiffres."),
            "external_id": gettext_lazy(
                "Le numéro dans le tableur de l’équipe : une importation retrouve ainsi la fiche."
            ),
            "website": gettext_lazy("Par exemple : https://www.exemple.ca"),
            "member_until": gettext_lazy("Le dernier jour de son adhésion. Vide : l’organisme n’est pas membre."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["municipality"].queryset = fields["municipality"].queryset.select_related("mrc")
        fields["municipality"].empty_label = _("Aucune")
        fields["kind"].error_messages["required"] = _("Choisissez le milieu.")
        fields["name"].error_messages["required"] = _("Écrivez le nom de l’organisme.")
        for name in fields.keys() & set(PHONES):
            fields[name].error_messages["invalid"] = phone_message()
        # A NEQ copied from the Registraire's site has spaces: room for them, until they are taken out.
        fields["neq"].max_length = 20
        fields["neq"].validators = []
        fields["neq"].widget.attrs["maxlength"] = "20"

    def clean_external_id(self) -> str:
        """A number that no other fiche has."""
        number = self.cleaned_data["external_id"].strip()
        other = (
            Organization.objects.filter(external_id=number).exclude(pk=self.instance.pk).first() if number else None
        )
        if other is not None:
            raise ValidationError(_("La fiche « %(fiche)s » porte déjà ce numéro."), params={"fiche": other})
        return number


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes to tick, in as many columns as there is room for."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "guichet-boxes"})


def by_family(activities: Iterable[Activity]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Activities as groups of choices; they come in the order of their families."""
    families = itertools.groupby(activities, key=lambda activity: activity.family)
    return [(family, [(one.pk, one.name) for one in ones]) for family, ones in families]


class FicheForm(FicheStartForm):
    """A whole fiche, by section, but for its people and files, which the client area keeps for staff too.

    ``content``: the values that the form shows, as `services.editors_content` gives them. They go with the form,
    signed, and come back as what it was opened with: two agents at once do not overwrite each other.
    """

    base = forms.CharField(widget=forms.HiddenInput, required=False)
    seasons = forms.MultipleChoiceField(
        label=gettext_lazy("Saisons"), choices=Season.choices, required=False, widget=Boxes
    )
    public_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Renseignements publics"),
        required=False,
        widget=Boxes,
        help_text=gettext_lazy("Ce que montre le répertoire, si la fiche y paraît."),
    )

    class Meta(FicheStartForm.Meta):
        fields = [*(name for name in FIELDS if name not in {"people", *FILE_FIELDS}), "external_id"]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5}),
            **dict.fromkeys(
                ["last_meeting_on", "member_until"], forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            ),
            **dict.fromkeys(LISTS, Boxes),
        }

    def __init__(
        self, data=None, *, instance: Organization, content: dict[str, Any], changes: dict[str, FicheChange]
    ) -> None:
        shown = {name: content[name] for name in self.Meta.fields if name in content}
        initial = {**shown, **{name: to_phone(shown[name]) for name in PHONES if shown[name]}}
        super().__init__(data, instance=instance, initial={**initial, "base": signing.dumps(shown, salt=BASE_SALT)})
        self.fields["public_fields"].choices = [(name, label_of(name)) for name in choosable_fields()]
        for name in LISTS:
            self._offer(name, shown[name])
        for name, change in changes.items():
            if name in self.fields:
                self.fields[name].help_text = _("Proposé par {person}, en attente. En vigueur : {value}").format(
                    person=change.proposed_by or "—", value=in_words(name, value_of(instance, name)) or "—"
                )

    def _offer(self, name: str, chosen: list[int]) -> None:
        """Of a list, what is still offered and what the fiche has; activities by family."""
        field = self.fields[name]
        field.queryset = LISTS[name].objects.filter(Q(is_archived=False) | Q(pk__in=chosen))
        if name == "activities":
            field.choices = by_family(field.queryset)

    def sections(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Each section's key, name and fields, in order."""
        found = []
        for section in Section:
            names = [name for name in fields_of(section) if name in self.fields]
            if section == Section.IDENTITY:
                names.append("external_id")
            if names:
                found.append((section.value, str(section.label), [self[name] for name in names]))
        return found

    def clean_mailing_postal_code(self) -> str:
        """A postal code, of anywhere: a federation's mail may go to Ottawa."""
        return self.cleaned_data["mailing_postal_code"].upper()

    def clean_base(self) -> dict[str, Any]:
        """What the form was opened with."""
        try:
            return signing.loads(self.cleaned_data["base"], salt=BASE_SALT)
        except signing.BadSignature:
            # Said above the form: a hidden field has no place of its own.
            self.add_error(
                None, _("Ce formulaire est incomplet. Rien n’est enregistré : rouvrez la fiche et recommencez.")
            )
            return {}

    def opened_with(self) -> dict[str, Any]:
        """The values that the form showed."""
        return self.cleaned_data["base"]

    def content(self) -> dict[str, Any]:
        """The fiche's values as the form says them. What only looks otherwise is as it was."""
        base = self.opened_with()
        values = {name: as_json(self.cleaned_data[name]) for name in self.fields if name in FIELDS}
        return {
            name: base[name] if name in base and _plainly(base[name]) == _plainly(value) else value
            for name, value in values.items()
        }

    def show_conflicts(self, conflicts: list[Conflict]) -> None:
        """Whoever saves again after having seen the other's version means to replace it."""
        base = {**self.opened_with(), **{conflict.field: conflict.theirs for conflict in conflicts}}
        self.data = self.data.copy()
        self.data["base"] = signing.dumps(base, salt=BASE_SALT)


def _plainly(value: Any) -> Any:
    """Browsers end lines in two characters, and send boxes in the order of the page."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return sorted(value) if isinstance(value, list) else value
