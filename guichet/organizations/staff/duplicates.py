"""« Doublons possibles »: pairs of fiches that may be one organisation."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from guichet.core.staff_frame import StaffList, staff_view

from .. import services
from ..enums import DuplicateState
from ..models import DuplicatePair, Organization


def duplicate_count() -> int:
    """How many pairs are to be looked at, for the menu."""
    return DuplicatePair.objects.to_look_at().count()


class DuplicateFilterSet(WagtailFilterSet):
    """Those to look at, or those that were dismissed."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Afficher"),
        empty_label=DuplicateState.OPEN.label,
        widget=forms.RadioSelect,
        choices=[(DuplicateState.DISMISSED, DuplicateState.DISMISSED.label)],
    )

    class Meta:
        model = DuplicatePair
        fields: list[str] = []


class PairColumn(Column):
    """A cell with a template of its own."""

    def __init__(self, name: str, template: str, **kwargs: Any) -> None:
        super().__init__(name, accessor=lambda pair: pair, **kwargs)
        self.cell_template_name = f"organizations/staff/cells/{template}.html"

    def get_cell_context_data(self, instance: DuplicatePair, parent_context: Any) -> dict[str, Any]:
        """With the token of the forms in the cell."""
        context = super().get_cell_context_data(instance, parent_context)
        return {**context, "csrf_token": get_token(parent_context["request"])}


class DuplicateList(StaffList):
    """The list, the most alike first."""

    header_icon = "copy"
    index_url_name = "staff_duplicates"
    index_results_url_name = "staff_duplicates_results"
    template_name = "organizations/staff/duplicates.html"
    search_label = gettext_lazy("Chercher un nom, une municipalité, un NEQ")
    filterset_class = DuplicateFilterSet
    default_ordering = "-score"
    columns = [
        PairColumn("fiches", "duplicate_fiches", label=gettext_lazy("Fiches")),
        Column("why", label=gettext_lazy("Pourquoi")),
        Column("score", label=gettext_lazy("Ressemblance"), accessor=lambda pair: f"{pair.score} %", sort_key="score"),
        PairColumn("actions", "duplicate_actions", label=gettext_lazy("Que faire?")),
    ]

    @cached_property
    def page_title(self) -> str:
        """« Doublons possibles (3) »."""
        count = duplicate_count()
        return f"{_('Doublons possibles')} ({count})" if count else _("Doublons possibles")

    @property
    def no_results_message(self) -> str:
        """Nothing to look at is good news; an empty search is not."""
        if self.is_searching or self.is_filtering:
            return _("Aucune paire ne correspond.")
        return _("Aucun doublon possible. La recherche se fait chaque nuit.")

    def get_base_queryset(self) -> QuerySet[DuplicatePair]:
        """With both fiches; without the dismissed ones, which only the filter shows."""
        pairs = DuplicatePair.objects.in_service().select_related(
            "first__municipality", "second__municipality", "decided_by"
        )
        return pairs if self.request.GET.get("state") else pairs.filter(state=DuplicateState.OPEN)

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """Pairs of which one fiche matches."""
        if not self.search_query:
            return queryset
        found = Organization.objects.active().matching(self.search_query).order_by().values("pk")
        return queryset.filter(Q(first__in=found) | Q(second__in=found))


@require_POST
@staff_view(back="staff_duplicates")
def search(request: HttpRequest) -> HttpResponse:
    """« Chercher maintenant »."""
    count = services.search_duplicates()
    found = ngettext("%(count)d paire à regarder.", "%(count)d paires à regarder.", count) % {"count": count}
    messages.success(request, " ".join([_("La recherche est faite."), found]))
    return redirect("staff_duplicates")


@require_POST
@staff_view(back="staff_duplicates")
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """« Ce sont deux organismes »."""
    pair = services.dismiss_pair(pair=_find(pk), actor=request.user)
    messages.success(
        request,
        _("C’est noté : « %(first)s » et « %(second)s » sont deux organismes. Le filtre « Afficher » les retrouve.")
        % {"first": pair.first, "second": pair.second},
    )
    return redirect("staff_duplicates")


@require_POST
@staff_view(back="staff_duplicates")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """« Revoir cette paire »."""
    pair = services.reopen_pair(pair=_find(pk), actor=request.user)
    messages.success(
        request,
        _("« %(first)s » et « %(second)s » sont de nouveau à regarder.")
        % {"first": pair.first, "second": pair.second},
    )
    return redirect("staff_duplicates")


def _find(pk: int) -> DuplicatePair:
    return get_object_or_404(DuplicatePair, pk=pk)
