"""What an agent chooses before two fiches are merged: whose value, whose proposal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..enums import Side
from ..models import Organization
from ..services import Choices, Plan
from ..values import in_words, label_of

CONTENT, CHANGE = "content_", "change_"


class FicheSearchForm(forms.Form):
    """Words of the other fiche's name or municipality, or its NEQ."""

    q = forms.CharField(
        label=gettext_lazy("Chercher une autre fiche"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Un nom, une municipalité ou un NEQ."),
    )


class MergeForm(forms.Form):
    """A choice a field that both fiches say differently, a choice a pair of opposite proposals."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, plan: Plan) -> None:
        super().__init__(data, initial={"seen": plan.digest})
        self.plan = plan
        for one in plan.fields:
            if one.is_open:
                values = {side: in_words(one.name, one.value(side)) or "—" for side in one.options}
                self._add(CONTENT + one.name, label_of(one.name), values, initial=Side.TARGET)
        for change in plan.changes:
            if change.is_open:
                name = change.change.field
                values = {
                    Side.TARGET: in_words(name, change.other.value) or "—",
                    Side.SOURCE: in_words(name, change.change.value) or "—",
                }
                self._add(CHANGE + name, label_of(name), values)

    def _add(self, name: str, label: str, values: dict[Side, str], *, initial: Side | None = None) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=[(side.value, words) for side, words in values.items()],
            widget=forms.RadioSelect,
            initial=initial,
            required=initial is None,
            error_messages={"required": _("Choisissez quelle proposition garder.")},
        )

    def rows(self, prefix: str) -> list[dict[str, Any]]:
        """The choices of one sort, for the page: each with its radios and whose value each is."""
        return [
            {"field": self[name], "options": [self._option(radio) for radio in self[name].subwidgets]}
            for name in self.fields
            if name.startswith(prefix)
        ]

    def _option(self, radio: Any) -> dict[str, Any]:
        return {"radio": radio, "fiche": self._whose(radio.data["value"]), "words": radio.choice_label}

    def _whose(self, side: str) -> Organization | str:
        whose = {Side.TARGET: self.plan.target, Side.SOURCE: self.plan.source}
        return whose.get(Side(str(side)), Side.BOTH.label)

    def choices(self) -> Choices:
        """What was chosen."""
        return Choices(
            content=self._chosen(CONTENT), changes=self._chosen(CHANGE), seen=self.cleaned_data["seen"] or "—"
        )

    def _chosen(self, prefix: str) -> dict[str, str]:
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value
        }

    def show_again(self) -> None:
        """Whoever confirms again has seen what changed."""
        self.data = self.data.copy()
        self.data["seen"] = self.plan.digest
