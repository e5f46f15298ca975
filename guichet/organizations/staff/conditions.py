"""The rows « champ, condition, valeur » among the filters of the list of fiches."""

from __future__ import annotations

from collections.abc import Iterator

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.widgets import SuffixedMultiWidget
from wagtail.admin.active_filters import ActiveFilter, BaseFilterAdapter, filter_adapter_class_registry

from ..conditions import Clause, read_clause
from ..content import fields_of
from ..enums import Condition, Section
from ..values import label_of

VALUE_AT_MOST = 200
PARTS = ("field", "is", "value")


def field_choices() -> list[tuple[str, object]]:
    """Every field, by section."""
    sections = [(str(section.label), [(name, label_of(name)) for name in fields_of(section)]) for section in Section]
    return [("", "—"), *sections]


def condition_choices() -> list[tuple[str, str]]:
    """Every condition; which fit a field is told when one does not."""
    return [("", "—"), *((condition.value, str(condition.label)) for condition in Condition)]


class ConditionWidget(SuffixedMultiWidget):
    """A list, a list and a box."""

    suffixes = list(PARTS)
    use_fieldset = True

    def __init__(self, attrs=None) -> None:
        super().__init__(
            [
                forms.Select(attrs={"aria-label": gettext_lazy("Champ")}, choices=field_choices),
                forms.Select(attrs={"aria-label": gettext_lazy("Condition")}, choices=condition_choices),
                forms.TextInput(
                    attrs={
                        "aria-label": gettext_lazy("Valeur"),
                        "placeholder": gettext_lazy("Valeur"),
                        "maxlength": VALUE_AT_MOST,
                    }
                ),
            ],
            attrs,
        )


class ConditionField(forms.MultiValueField):
    """Three texts that become a `Clause`; none when nothing is written."""

    widget = ConditionWidget

    def __init__(self, **kwargs) -> None:
        texts = [forms.CharField(required=False, max_length=VALUE_AT_MOST) for _part in PARTS]
        super().__init__(texts, require_all_fields=False, **kwargs)

    def compress(self, parts: list[str]) -> Clause | None:
        """What is asked. Raises ValidationError as `read_clause` does."""
        return read_clause(*parts) if any(parts) else None


class ConditionFilter(django_filters.Filter):
    """One row."""

    field_class = ConditionField

    def filter(self, queryset: QuerySet, clause: Clause | None) -> QuerySet:
        """The fiches that answer."""
        return queryset.filter(clause.query) if clause else queryset


class ConditionAdapter(BaseFilterAdapter):
    """A row as the list's head shows it, with the cross that takes it away."""

    def get_active_filters(self) -> Iterator[ActiveFilter]:
        """One."""
        yield ActiveFilter(
            self.bound_field.auto_id,
            _("Condition"),
            str(self.value),
            self.get_url_without_filter_param([f"{self.name}_{part}" for part in PARTS]),
        )


filter_adapter_class_registry.register(ConditionFilter, value=ConditionAdapter)
