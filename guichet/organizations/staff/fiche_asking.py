"""What the list of fiches is asked: its filters and conditions, checked; the same under a name; all of it at once."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from guichet.core.staff_frame import StaffList

from ..content import FIELDS
from ..models import SavedFilter
from .conditions import PARTS, ConditionFilter, condition_choices, field_choices

# Of an address of the list, what is not asked of the fiches: the page, what was ticked, what scripts add.
_NOT_ASKED = {"p", "id", "next", "_w_filter_fragment", "csrfmiddlewaretoken"}


def asked_query(data: QueryDict) -> str:
    """What an address asks of the list, as a query string."""
    asked = QueryDict(mutable=True)
    for name, values in data.lists():
        if name not in _NOT_ASKED and any(values):
            asked.setlist(name, [value for value in values if value])
    return asked.urlencode()


class AskedList(StaffList):
    """A list that says what makes no sense in what it is asked, and keeps it under a name."""

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
        """The list's, with the conditions as a form of their own, and the saved filters."""
        query = asked_query(self.request.GET)
        rows = self._condition_rows()
        return super().get_context_data(*args, **kwargs) | {
            "filter_problems": self.filter_problems,
            "condition_rows": rows,
            "conditions_open": any(row["is_used"] for row in rows),
            "field_choices": field_choices()[1:],
            "condition_choices": condition_choices()[1:],
            "kept": self._kept(rows),
            "asked": query,
            "saved_filters": self._saved_filters(query),
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

    def _saved_filters(self, query: str) -> list[dict[str, Any]]:
        """The person's and the team's, as links."""
        listing = reverse(self.index_url_name)
        now = _sorted(query)
        return [
            {
                "name": saved.name,
                "url": f"{listing}?{saved.query}",
                "is_now": _sorted(saved.query) == now,
                "by": "" if saved.owner_id == self.request.user.pk else str(saved.owner),
            }
            for saved in SavedFilter.objects.offered_to(self.request.user).select_related("owner")
        ]


def _sorted(query: str) -> list[tuple[str, list[str]]]:
    return sorted((name, sorted(values)) for name, values in QueryDict(query).lists())
