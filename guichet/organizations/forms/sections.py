"""A fiche's sections as forms, built over the registry of its fields. Values are plain (JSON), as for services."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.formfields import PhoneNumberField

from guichet.core.forms import GuichetForm

from ..content import FIELDS, choosable_fields, fields_of, own_fields_of
from ..enums import Publicity, Season, Section
from ..models import Municipality, Organization
from ..validators import clean_postal_code
from ..values import LISTS, PERSON_FIELDS, as_json, label_of
from .content import CheckedNumbers, WebField, phone_message

PEOPLE_AT_MOST = 6
COUNT_AT_MOST = 1_000_000
FIRST_YEAR = 1600


class MunicipalityField(forms.ModelChoiceField):
    """A municipality, with its MRC."""

    def label_from_instance(self, place: Municipality) -> str:
        """« Warwick (MRC : Arthabaska) »."""
        return f"{place.name} ({_('MRC')} : {place.mrc.name})"


class FamilyCheckboxes(forms.CheckboxSelectMultiple):
    """Boxes that know their family, for a template that groups them."""

    def create_option(self, name, value, *args, **kwargs) -> dict[str, Any]:
        """Django's option, and the family."""
        return {**super().create_option(name, value, *args, **kwargs), "family": value.instance.family}


def _web() -> WebField:
    return WebField(required=False, max_length=200, help_text=_("Par exemple : https://www.exemple.ca"))


def _count() -> forms.IntegerField:
    return forms.IntegerField(required=False, min_value=0, max_value=COUNT_AT_MOST)


def _postal_code() -> forms.CharField:
    return forms.CharField(required=False, max_length=10, help_text=_("Par exemple : G6P 1A1"))


# The fields that the model's own would not do for.
_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "description": lambda: forms.CharField(required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 6})),
    "founded_year": lambda: forms.IntegerField(
        required=False, min_value=FIRST_YEAR, max_value=timezone.localdate().year
    ),
    "members_count": _count,
    "volunteers_count": _count,
    "municipality": lambda: MunicipalityField(
        Municipality.objects.select_related("mrc"), required=False, empty_label=_("Aucune")
    ),
    # A NEQ copied from the Registraire's site has spaces: room for them, until they are taken out.
    "neq": lambda: forms.CharField(
        required=False, max_length=20, help_text=_("Numéro d’entreprise du Québec : 10 chiffres.")
    ),
    "postal_code": _postal_code,
    "mailing_postal_code": _postal_code,
    "seasons": lambda: forms.MultipleChoiceField(
        choices=Season.choices, required=False, widget=forms.CheckboxSelectMultiple
    ),
    "website": _web,
    "facebook": _web,
    "instagram": _web,
    "other_network": _web,
}
_REQUIRED = {
    "name": gettext_lazy("Écrivez le nom de l’organisme."),
    "kind": gettext_lazy("Choisissez le milieu."),
}


class SectionForm(CheckedNumbers, GuichetForm, forms.Form):
    """One section. ``values``: what the form shows at first; ``reserved``: the fields that ``body`` approves."""

    def __init__(
        self,
        data=None,
        files=None,
        *,
        section: str,
        values: Mapping[str, Any],
        base: Mapping[str, Any],
        reserved: Collection[str],
        body: str,
    ) -> None:
        super().__init__(data, files, auto_id="id_%s")
        self.section, self.opened, self.base = section, values, base
        self.add_fields()
        for name in self.fields:
            if name in reserved:
                note = _("Réservé : votre modification attendra l’approbation de %(body)s.") % {"body": body}
                self.fields[name].help_text = format_html("{} {}", self.fields[name].help_text, note)

    def add_fields(self) -> None:
        """The section's fields, with what they show at first."""
        if self.section == Section.PEOPLE:
            self._add_people()
            return
        if self.section == Section.VISIBILITY:
            self._add_visibility()
            return
        for name in own_fields_of(self.section):
            self.fields[name] = self._field(name)
            self.fields[name].label = label_of(name)
            self.initial[name] = self.opened[name]

    def _field(self, name: str) -> forms.Field:
        if name in LISTS:
            chosen = [pk for pk in [*self.opened[name], *_list(self.base.get(name))] if isinstance(pk, int)]
            offered = LISTS[name].objects.filter(Q(is_archived=False) | Q(pk__in=chosen))
            grouped = name == "activities"
            return forms.ModelMultipleChoiceField(
                offered,
                required=False,
                widget=FamilyCheckboxes if grouped else forms.CheckboxSelectMultiple,
                template_name="organizations/parts/families.html" if grouped else None,
            )
        make = _FIELDS.get(name)
        field = make() if make else Organization._meta.get_field(name).formfield()
        if name in {"phone", "other_phone"}:
            field.error_messages["invalid"] = phone_message()
        elif name == "last_meeting_on":
            field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        elif name in _REQUIRED:
            field.error_messages["required"] = _REQUIRED[name]
        return field

    def _add_people(self) -> None:
        people = self.opened["people"]
        self.rows_count = max(PEOPLE_AT_MOST, len(people))
        for number in range(self.rows_count):
            fields = {
                "name": forms.CharField(label=_("Nom"), required=False, max_length=120),
                "function": forms.CharField(label=_("Fonction"), required=False, max_length=120),
                "email": forms.EmailField(label=_("Courriel"), required=False, max_length=254),
                "phone": PhoneNumberField(label=_("Téléphone"), required=False),
            }
            fields["phone"].error_messages["invalid"] = phone_message()
            for part, field in fields.items():
                self.fields[f"person_{number}_{part}"] = field
                if number < len(people):
                    self.initial[f"person_{number}_{part}"] = people[number].get(part, "")

    def _add_visibility(self) -> None:
        self.fields["is_listed"] = forms.BooleanField(
            label=_("Notre fiche paraît dans le répertoire public"),
            required=False,
            help_text=_(
                "Sans cette case, le public ne voit rien. Avec elle, il voit toujours le nom, le milieu et la "
                "municipalité, et ce que vous cochez ci-dessous."
            ),
        )
        self.initial["is_listed"] = self.opened["is_listed"]
        for name in choosable_fields():
            self.fields[f"public_{name}"] = forms.BooleanField(label=label_of(name), required=False)
            self.initial[f"public_{name}"] = name in self.opened["public_fields"]

    def people_rows(self) -> list[dict[str, Any]]:
        """The repeated group: the number of each row, its fields, and whether it is open at first."""
        if self.section != Section.PEOPLE:
            return []
        rows = []
        first_empty = True
        for number in range(self.rows_count):
            fields = [self[f"person_{number}_{part}"] for part in PERSON_FIELDS]
            filled = any(field.value() for field in fields)
            rows.append({"number": number + 1, "fields": fields, "open": filled or first_empty})
            first_empty = first_empty and filled
        return rows

    def public_groups(self) -> list[dict[str, Any]]:
        """The boxes of what is public, by section."""
        if self.section != Section.VISIBILITY:
            return []
        groups = [
            {
                "label": section.label,
                "fields": [
                    self[f"public_{name}"]
                    for name in fields_of(section)
                    if FIELDS[name].publicity in {Publicity.SHOWN, Publicity.HIDDEN}
                ],
            }
            for section in Section
        ]
        return [group for group in groups if group["fields"]]

    def forget_errors(self) -> SectionForm:
        """Show what was typed, valid or not, without a word about it: a draft is not finished."""
        self._errors = forms.utils.ErrorDict()
        return self

    def clean_mailing_postal_code(self) -> str:
        """A postal code of Québec, or nothing."""
        code = self.cleaned_data["mailing_postal_code"]
        return clean_postal_code(code) if code else ""

    def clean(self) -> dict[str, Any]:
        """Somebody responsible has a name."""
        cleaned = super().clean()
        for number in range(self.rows_count if self.section == Section.PEOPLE else 0):
            row = {part: cleaned.get(f"person_{number}_{part}") for part in PERSON_FIELDS}
            if any(row.values()) and not row["name"]:
                self.add_error(f"person_{number}_name", ValidationError(_("Écrivez le nom de cette personne.")))
        return cleaned

    def content(self) -> dict[str, Any]:
        """The section's values as the form says them. What was only written in another way stays as it was."""
        cleaned = self.cleaned_data
        if self.section == Section.PEOPLE:
            rows = [
                {part: as_json(cleaned[f"person_{number}_{part}"]) or "" for part in PERSON_FIELDS}
                for number in range(self.rows_count)
            ]
            values = {"people": [row for row in rows if any(row.values())]}
        elif self.section == Section.VISIBILITY:
            chosen = [name for name in choosable_fields() if cleaned[f"public_{name}"]]
            values = {"is_listed": cleaned["is_listed"], "public_fields": chosen}
        else:
            values = {name: _plain(as_json(cleaned[name])) for name in own_fields_of(self.section)}
        return {
            name: copy.deepcopy(self.base[name]) if name in self.base and _same(value, self.base[name]) else value
            for name, value in values.items()
        }


def _plain(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _list(value: Any) -> list:
    return value if isinstance(value, list) else []


def _same(value: Any, other: Any) -> bool:
    """Whether two values say the same: order does not count in a list of choices, nor the kind of line break."""
    if isinstance(value, list) and isinstance(other, list):
        if any(isinstance(one, dict) for one in [*value, *other]):
            return [_filled(one) for one in value] == [_filled(one) for one in other]
        return sorted(map(str, value)) == sorted(map(str, other))
    return _plain(value) == _plain(other)


def _filled(person: Any) -> Any:
    return {part: text for part, text in person.items() if text} if isinstance(person, dict) else person
