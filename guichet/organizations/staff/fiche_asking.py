"""What the list of fiches is asked: its filters and conditions, checked; the same under a name; all of it at once."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from ..content import FIELDS
from ..enums import Listing
from .conditions import PARTS, ConditionFilter, condition_choices, field_choices
from .saved_filters import SavingList, asked_query


class AskedList(SavingList):
    """The list of fiches, which says what makes no sense in what it is asked, and keeps it under a name."""

    listing = Listing.FICHES

    @property
    def filter_problems(self) -> list[tuple[str, list[str]]]:
        """What is wrong with the filters, each with its name."""
        errors = self.filters.form.errors
        return [(str(self.filters.filters[name].label), list(messages)) for name, messages in errors.items()]

    @property
    def no_results_message(self) -> str:
        """An error is told above: nothing was searched."""
        if self.filter_problems:
            return _("Rien n’est cherché tant qu’un filtre est à corriger.")
        return _("Aucune fiche ne correspond.")

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """A filter that makes no sense finds nothing: all the fiches would pass for its answer."""
        return super().filter_queryset(queryset) if self.filters.is_valid() else queryset.none()

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The list's, with the conditions as a form of their own."""
        query = asked_query(self.request.GET)
        rows = self._condition_rows()
        return super().get_context_data(*args, **kwargs) | {
            "filter_problems": self.filter_problems,
            "condition_rows": rows,
            "conditions_open": any(row["is_used"] for row in rows),
            "field_choices": field_choices()[1:],
            "condition_choices": condition_choices()[1:],
            "kept": self._kept(rows),
            "bulk_query": f"{query}&id=all" if query else "id=all",
        }

    def _condition_rows(self) -> list[dict[str, Any]]:
        """Each row as it was typed, right or wrong."""
        rows = []
        names = [name for name, one in self.filters.filters.items() if isinstance(one, ConditionFilter)]
        for number, name in enumerate(names, start=1):
            typed = {part: self.request.GET.get(f"{name}_{part}", "") for part in PARTS}
            rows.append(
                {
                    "name": name,
                    "number": number,
                    "field": typed["field"],
                    "is_unknown": bool(typed["field"]) and typed["field"] not in FIELDS,
                    "condition": typed["is"],
                    "value": typed["value"],
                    "is_used": any(typed.values()),
                    "errors": list(self.filters.form.errors.get(name, [])),
                }
            )
        return rows

    def _kept(self, rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """The other filters, for the conditions' own form to send along."""
        own = {f"{row['name']}_{part}" for row in rows for part in PARTS}
        asked = QueryDict(asked_query(self.request.GET))
        return [(name, value) for name, values in asked.lists() if name not in own for value in values]
