"""« Modifications réservées »: the proposals that the body decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Min, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.ui.tables import Column, TitleColumn

from guichet.core.staff_frame import StaffList, render_page, staff_view

from .. import services
from ..content import FIELDS
from ..forms import DecideForm
from ..models import FicheChange, Organization
from ..shown import shown_files
from ..values import in_words, label_of, labels_of, value_of


def reserved_count() -> int:
    """How many fiches have proposals for the body, for the menu."""
    reserved = services.reserved_fields()
    return FicheChange.objects.for_lscq(reserved).order_by().values("organization").distinct().count()


def _fields_of(fiche: Organization) -> str:
    return labels_of({change.field for change in fiche.for_lscq})


def _people_of(fiche: Organization) -> str:
    return ", ".join(dict.fromkeys(str(change.proposed_by or "—") for change in fiche.for_lscq))


class SinceColumn(Column):
    """The date of the oldest proposal."""

    cell_template_name = "organizations/staff/cells/change_since.html"


class ChangeList(StaffList):
    """The fiches whose proposals wait for the body, the oldest first."""

    page_title = gettext_lazy("Modifications réservées")
    header_icon = "edit"
    index_url_name = "staff_changes"
    index_results_url_name = "staff_changes_results"
    search_label = gettext_lazy("Chercher un nom, une municipalité, un NEQ")
    default_ordering = "since"
    columns = [
        TitleColumn("name", label=gettext_lazy("Fiche"), url_name="staff_fiche_changes", sort_key="name"),
        Column("fields", label=gettext_lazy("Champs"), accessor=_fields_of),
        Column("people", label=gettext_lazy("Proposé par"), accessor=_people_of),
        SinceColumn("since", label=gettext_lazy("Depuis"), sort_key="since"),
    ]

    @property
    def no_results_message(self) -> str:
        """Nothing that waits is good news; an empty search is not."""
        if self.is_searching:
            return _("Aucune fiche ne correspond.")
        return _("Aucune modification n’attend votre approbation.")

    def get_base_queryset(self) -> QuerySet[Organization]:
        """With the proposals at hand."""
        waiting = FicheChange.objects.for_lscq(services.reserved_fields()).select_related("proposed_by")
        return (
            Organization.objects.filter(pk__in=waiting.order_by().values("organization"))
            .annotate(since=Min("changes__proposed_at", filter=Q(changes__in=waiting.order_by().values("pk"))))
            .prefetch_related(Prefetch("changes", queryset=waiting, to_attr="for_lscq"))
        )

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """By name, municipality or NEQ, accents ignored."""
        return queryset.matching(self.search_query) if self.search_query else queryset


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_fiche_changes", same_object=True)
def fiche_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposals of one fiche, field by field: approve all or some, or refuse with a reason."""
    fiche = get_object_or_404(Organization, pk=pk)
    waiting = services.waiting_changes(fiche)
    form = DecideForm(request.POST or None, changes=[waiting[name] for name in FIELDS if name in waiting])
    if request.method == "POST" and form.is_valid():
        form.decide(fiche, request.user)
        messages.success(request, _("C’est noté. Les personnes qui ont proposé ces modifications sont averties."))
        return redirect("staff_fiche", pk=pk)
    reserved = services.reserved_fields()
    return render_page(
        request,
        "organizations/staff/changes.html",
        title=_("Modifications proposées"),
        icon="edit",
        trail=[(_("Fiches"), reverse("staff_fiches")), (fiche.name, reverse("staff_fiche", args=[pk]))],
        fiche=fiche,
        form=form,
        rows=[_row(fiche, change, form, reserved) for change in form.changes],
    )


def _row(fiche: Organization, change: FicheChange, form: DecideForm, reserved: list[str]) -> dict[str, Any]:
    now = value_of(fiche, change.field)
    return {
        "change": change,
        "label": label_of(change.field),
        "now": in_words(change.field, now),
        "proposed": in_words(change.field, change.value),
        "now_files": shown_files(fiche, change.field, now),
        "proposed_files": shown_files(fiche, change.field, change.value),
        "is_reserved": change.field in reserved,
        "has_moved": now != change.base,
        "field": form[form.name_of(change)],
    }
