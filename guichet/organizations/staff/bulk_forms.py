"""What staff give for a change of several fiches."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..enums import BulkAction, Kind
from ..forms.sections import MunicipalityField
from ..models import Municipality, Organization
from ..services.bulk import ADDS, FIELD_OF
from ..values import LISTS, as_json, label_of
from .fiche_forms import Boxes, by_family
from .forms import ArchiveForm


class BulkValueForm(forms.Form):
    """The value of an action on several fiches: none for some, a reason for those that end something."""

    def __init__(self, *args, action: BulkAction, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if action in _MAKERS:
            self.fields["value"] = _MAKERS[action]()
            self.fields["value"].label = label_of(FIELD_OF[action])
        elif FIELD_OF.get(action) in LISTS:
            self.fields["value"] = _choices(action)
        elif action == BulkAction.ARCHIVE:
            self.fields["reason"] = ArchiveForm().fields["reason"]

    def plain_value(self) -> Any:
        """The value as services take it."""
        return as_json(self.cleaned_data.get("value"))


def _choices(action: BulkAction) -> forms.ModelMultipleChoiceField:
    """To add, what is still offered; to remove, archived choices too: that is how one gets rid of them."""
    name = FIELD_OF[action]
    offered = LISTS[name].objects.all()
    field = forms.ModelMultipleChoiceField(
        offered.filter(is_archived=False) if action in ADDS else offered,
        label=label_of(name),
        widget=Boxes,
        error_messages={
            "required": _("Cochez au moins un choix."),
            "invalid_choice": _("Un des choix n’est plus offert. Cochez de nouveau."),
            "invalid_pk_value": _("Un des choix n’est plus offert. Cochez de nouveau."),
        },
    )
    if name == "activities":
        field.choices = by_family(field.queryset)
    return field


def _kind() -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=[("", "—"), *Kind.choices], error_messages={"required": _("Choisissez le milieu.")}
    )


def _municipality() -> MunicipalityField:
    return MunicipalityField(
        Municipality.objects.select_related("mrc"),
        empty_label="—",
        error_messages={
            "required": _("Choisissez la municipalité."),
            "invalid_choice": _("Cette municipalité n’est plus dans la liste : choisissez-en une autre."),
        },
    )


def _federation() -> forms.CharField:
    return forms.CharField(
        max_length=Organization._meta.get_field("federation").max_length,
        error_messages={"required": _("Écrivez le nom de la fédération ou du regroupement.")},
    )


def _membership() -> forms.DateField:
    """Empty says something: the preview shows what that takes away."""
    return forms.DateField(
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Le dernier jour de leur adhésion. Vide : ces organismes ne sont plus membres."),
        error_messages={"invalid": _("Écrivez une date, par exemple 2027-03-31.")},
    )


_MAKERS = {
    BulkAction.SET_KIND: _kind,
    BulkAction.SET_MUNICIPALITY: _municipality,
    BulkAction.SET_FEDERATION: _federation,
    BulkAction.SET_MEMBERSHIP: _membership,
}


class SavedFilterForm(forms.Form):
    """A filter's name, and who sees it. ``screens``: whose words go with it."""

    name = forms.CharField(
        label=gettext_lazy("Nom"), max_length=60, error_messages={"required": gettext_lazy("Écrivez un nom.")}
    )
    is_shared = forms.BooleanField(label=gettext_lazy("Partager avec l’équipe"), required=False)

    def __init__(self, *args, screens: Any, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].help_text = screens.help_text
        self.fields["is_shared"].help_text = screens.shared_help
