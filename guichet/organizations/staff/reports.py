"""« Erreurs signalées »: what visitors say is wrong in the public pages, until somebody settles it."""

from __future__ import annotations

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from guichet.core.staff_frame import StaffList, render_page, staff_view

from .. import services
from ..enums import ReportState
from ..models import DirectoryEntry, ErrorReport
from ..text import fold

# Of a message, in the list.
SHOWN = 80


def open_count() -> int:
    """How many reports nobody has settled, for the menu."""
    return ErrorReport.objects.open().count()


def _beginning(report: ErrorReport) -> str:
    return Truncator(" ".join(report.message.split())).chars(SHOWN)


class ReportFilterSet(WagtailFilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("État"),
        choices=ReportState.choices,
        empty_label=gettext_lazy("Toutes"),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = ErrorReport
        fields: list[str] = []


class ReportStateColumn(Column):
    """The state, and who settled it."""

    cell_template_name = "organizations/staff/cells/report_state.html"


class ReceivedColumn(Column):
    """How long ago."""

    cell_template_name = "organizations/staff/cells/change_since.html"


class ReportList(StaffList):
    """The reports, those to look at first."""

    page_title = gettext_lazy("Erreurs signalées")
    header_icon = "warning"
    index_url_name = "staff_reports"
    index_results_url_name = "staff_reports_results"
    search_label = gettext_lazy("Chercher un message, une adresse, une fiche")
    filterset_class = ReportFilterSet
    # « open » comes after « closed » in the alphabet.
    default_ordering = "-state"
    columns = [
        TitleColumn("message", label=gettext_lazy("Message"), accessor=_beginning, url_name="staff_report"),
        Column("organization", label=gettext_lazy("Fiche"), sort_key="organization__name"),
        ReportStateColumn("state", label=gettext_lazy("État"), sort_key="state"),
        ReceivedColumn("created_at", label=gettext_lazy("Reçu"), sort_key="created_at"),
    ]

    @property
    def no_results_message(self) -> str:
        """No report is good news; an empty search is not."""
        if self.is_searching or self.is_filtering:
            return _("Aucune erreur signalée ne correspond.")
        return _("Personne n’a signalé d’erreur.")

    def get_base_queryset(self) -> QuerySet[ErrorReport]:
        """With the fiche, and who settled it."""
        return ErrorReport.objects.select_related("organization", "closed_by")

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """The newest first among those that are alike."""
        return queryset.order_by(self.ordering, "-created_at", "-pk")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """In what was written, or in the fiche's name or municipality."""
        query = self.search_query
        if not query:
            return queryset
        in_fiche = Q(organization__search_text__contains=fold(query)) if fold(query) else Q()
        return queryset.filter(Q(message__icontains=query) | Q(email__icontains=query) | in_fiche)


class SettleForm(forms.Form):
    """What was done about it."""

    note = forms.CharField(
        label=gettext_lazy("Note (facultative)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Gardée dans l’historique de la fiche, que ses gestionnaires lisent."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_report", same_object=True)
def report_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: what was written, by whom, about which fiche; « Régler » with a note."""
    reports = ErrorReport.objects.select_related("organization__municipality", "closed_by")
    report = get_object_or_404(reports, pk=pk)
    form = SettleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_report(report=report, note=form.cleaned_data["note"], actor=request.user)
        except services.ReportGone as problem:
            # Shown again, with the note: somebody else was faster, and what was typed is not lost.
            form.add_error(None, str(problem))
            report.refresh_from_db()
        else:
            messages.success(request, _("L’erreur signalée est réglée."))
            return redirect("staff_reports")
    return render_page(
        request,
        "organizations/staff/report.html",
        title=_("Erreur signalée"),
        icon="warning",
        trail=[(_("Erreurs signalées"), reverse("staff_reports"))],
        report=report,
        is_open=report.state == ReportState.OPEN,
        entry=DirectoryEntry.objects.filter(organization=report.organization_id).first(),
        form=form,
    )


@require_POST
@staff_view(back="staff_report", same_object=True)
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """« Rouvrir »."""
    services.reopen_report(report=get_object_or_404(ErrorReport, pk=pk), actor=request.user)
    messages.success(request, _("L’erreur signalée est de nouveau à regarder."))
    return redirect("staff_report", pk=pk)
