"""« Suites et archives »: every application whose decision is known, and what is still to be done about it."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from guichet.core.models import Event
from guichet.core.staff_frame import StaffList, render_page, staff_view
from guichet.organizations.text import fold

from .. import perms, services
from ..enums import ENDED, FOLLOWED, ApplicationStatus, PaymentStatus
from ..forms.following import CloseForm, ExtendReportForm
from ..models import Amendment, Application, Payment, Program, Recovery, Report
from .following_pages import ICON, ask, find, followed, require_open

EVENTS_SHOWN = 100
_S = ApplicationStatus


def is_late(application: Application) -> bool:
    """Its report is past its date."""
    return (
        application.status == _S.REPORT_DUE
        and application.report_due_on is not None
        and application.report_due_on < timezone.localdate()
    )


class FollowingFilterSet(WagtailFilterSet):
    """What is to be done, the state, the programme, the year of submission."""

    to_do = django_filters.ChoiceFilter(
        label=gettext_lazy("À faire"),
        method="filter_to_do",
        empty_label=gettext_lazy("Toutes"),
        widget=forms.RadioSelect,
        choices=[
            ("plan", gettext_lazy("Versements à préparer")),
            ("pay", gettext_lazy("Versements à payer")),
            ("change", gettext_lazy("Changement à décider")),
            ("late", gettext_lazy("Reddition en retard")),
            ("check", gettext_lazy("Reddition à vérifier")),
            ("recover", gettext_lazy("Remboursement attendu")),
        ],
    )
    status = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("État"),
        choices=[(one.value, one.label) for one in (*FOLLOWED, *ENDED)],
        widget=forms.CheckboxSelectMultiple,
    )
    program = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Programme"),
        field_name="call__program",
        queryset=Program.objects.all(),
        empty_label=gettext_lazy("Tous"),
    )
    year = django_filters.ChoiceFilter(
        label=gettext_lazy("Année de la demande"),
        field_name="submitted_at__year",
        empty_label=gettext_lazy("Toutes"),
        choices=lambda: [(year, str(year)) for year in _years()],
    )

    class Meta:
        model = Application
        fields: list[str] = []

    def filter_to_do(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """One thing at a time."""
        own = {"application": OuterRef("pk")}
        return {
            "plan": lambda: queryset.filter(
                ~Exists(Payment.objects.filter(**own)), status__in=FOLLOWED, granted__gt=0
            ),
            "pay": lambda: queryset.filter(Exists(Payment.objects.filter(status=PaymentStatus.READY, **own))),
            "change": lambda: queryset.filter(Exists(Amendment.objects.waiting().filter(**own))),
            "late": lambda: queryset.filter(status=_S.REPORT_DUE, report_due_on__lt=timezone.localdate()),
            "check": lambda: queryset.filter(status=_S.REPORT_SUBMITTED),
            "recover": lambda: queryset.filter(
                Exists(Recovery.objects.filter(received_on=None, dropped_at=None, **own))
            ),
        }[value]()


def _years() -> list[int]:
    found = followed().order_by().annotate(year=ExtractYear("submitted_at")).values_list("year", flat=True).distinct()
    return sorted(found, reverse=True)


class StateColumn(Column):
    """The state as a tag; a late report stands out."""

    cell_template_name = "funding/staff/cells/following_state.html"

    def get_cell_context_data(self, instance: Application, parent_context: Any) -> dict[str, Any]:
        """With whether it is late."""
        return {**super().get_cell_context_data(instance, parent_context), "is_late": is_late(instance)}


class GrantedColumn(Column):
    """An amount."""

    cell_template_name = "funding/staff/cells/amount.html"


class FollowingList(StaffList):
    """The list, the newest first."""

    page_title = gettext_lazy("Suites et archives")
    header_icon = ICON
    index_url_name = "staff_followings"
    index_results_url_name = "staff_followings_results"
    search_label = gettext_lazy("Chercher un numéro, un projet, une fiche")
    filterset_class = FollowingFilterSet
    default_ordering = "-submitted_at"
    columns = [
        TitleColumn("title", label=gettext_lazy("Demande"), accessor=str, url_name="staff_following"),
        Column("number", label=gettext_lazy("Numéro"), sort_key="number"),
        Column("organization", label=gettext_lazy("Fiche"), sort_key="organization__name"),
        Column("call", label=gettext_lazy("Appel")),
        GrantedColumn("granted", label=gettext_lazy("Accordé"), sort_key="granted"),
        StateColumn("status", label=gettext_lazy("État")),
    ]

    @property
    def no_results_message(self) -> str:
        """Nothing yet, or nothing found."""
        if self.is_searching or self.is_filtering:
            return _("Aucune demande ne correspond.")
        return _("Aucune décision n’est encore annoncée.")

    def get_base_queryset(self) -> QuerySet[Application]:
        """Without what people typed."""
        return followed().select_related("organization", "call__program").defer("answers", "touched")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """By number, title, or fiche."""
        query = self.search_query
        if not query:
            return queryset
        in_fiche = Q(organization__search_text__contains=fold(query)) if fold(query) else Q()
        return queryset.filter(Q(number__icontains=query) | Q(title__icontains=query) | in_fiche)


@require_safe
@staff_view(back="staff_followings")
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """One application after its decision: its money, its changes, its report, its end."""
    application = find(pk)
    require_open(request, application)
    payments = list(application.payments.select_related("paid_by"))
    paid = sum((one.amount for one in payments if one.status == PaymentStatus.PAID), start=0)
    is_followed = application.status in FOLLOWED
    may = perms.can_follow(request.user, application)
    return render_page(
        request,
        "funding/staff/following.html",
        title=str(application),
        icon=ICON,
        trail=[(_("Suites et archives"), reverse("staff_followings"))],
        application=application,
        may_follow=may and is_followed,
        is_followed=is_followed,
        is_late=is_late(application),
        payments=payments,
        paid=paid,
        left=(application.granted or 0) - paid,
        amendments=application.amendments.select_related("asked_by", "decided_by"),
        report=Report.objects.filter(application=application).only("submitted_at", "awaiting_manager").first(),
        has_report=application.status in (_S.REPORT_SUBMITTED, _S.CLOSED),
        may_extend=may and application.status in (_S.ACCEPTED, _S.REPORT_DUE),
        settlement=services.settlement_of(application),
        recovery=services.recovery_of(application),
        still_open=services.still_open(application) if is_followed else [],
        events=Event.objects.about(application)[:EVENTS_SHOWN],
        header_buttons=[
            HeaderButton(
                _("La fiche"),
                reverse("staff_fiche", args=[application.organization_id]),
                icon_name="folder-open-inverse",
            )
        ],
    )


@require_POST
@staff_view(back="staff_following", same_object=True)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """« Préparer les versements »."""
    services.plan_payments(application=find(pk), actor=request.user)
    messages.success(request, _("Les versements sont préparés."))
    return redirect("staff_following", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_following", same_object=True)
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """« Reporter la date » of the report."""
    application = find(pk)
    form = ExtendReportForm(request.POST or None, initial={"due_on": application.report_due_on})
    return ask(
        request,
        application,
        form,
        lambda values: services.extend_report(application=application, actor=request.user, **values),
        title=_("Reporter la reddition de comptes"),
        button=_("Reporter"),
        success=_("La nouvelle date est enregistrée, et l’organisme la connaît."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_following", same_object=True)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """« Fermer la demande », once all is settled."""
    application = find(pk)
    form = CloseForm(request.POST or None, lacks_report=services.lacks_report(application))
    return ask(
        request,
        application,
        form,
        lambda values: services.close_application(application=application, actor=request.user, **values),
        title=_("Fermer la demande"),
        button=_("Fermer"),
        success=_("La demande est fermée."),
        text=_("Elle passe aux archives et ne change plus. Les gestionnaires de la fiche reçoivent un courriel."),
    )


urlpatterns = [
    path("assistance/suites/", FollowingList.as_view(), name="staff_followings"),
    path("assistance/suites/resultats/", FollowingList.as_view(results_only=True), name="staff_followings_results"),
    path("assistance/suites/<int:pk>/", page, name="staff_following"),
    path("assistance/suites/<int:pk>/versements/", plan, name="staff_payments_plan"),
    path("assistance/suites/<int:pk>/reporter/", extend, name="staff_report_extend"),
    path("assistance/suites/<int:pk>/fermer/", close, name="staff_application_close"),
]
