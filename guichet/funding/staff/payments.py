"""« Versements »: what is to pay and what was paid, for whoever signs the cheques."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, re_path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.widgets.button import Button, HeaderButton

from guichet.core.staff_frame import StaffList, staff_view
from guichet.organizations.text import fold

from .. import services
from ..enums import PaymentStatus
from ..forms.following import KeptReasonForm, PaymentForm
from ..models import Payment, Program
from .following_pages import ask
from .spreadsheets import spreadsheet

ICON = "tasks"
CHUNK = 500


class PaymentFilterSet(WagtailFilterSet):
    """State, programme, when it is due, when it was paid."""

    status = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("État"), choices=PaymentStatus.choices, widget=forms.CheckboxSelectMultiple
    )
    program = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Programme"),
        field_name="application__call__program",
        queryset=Program.objects.all(),
        empty_label=gettext_lazy("Tous"),
    )
    due_on = django_filters.DateFromToRangeFilter(label=gettext_lazy("Prévu"), widget=DateRangePickerWidget)
    paid_on = django_filters.DateFromToRangeFilter(label=gettext_lazy("Payé"), widget=DateRangePickerWidget)

    class Meta:
        model = Payment
        fields: list[str] = []


class StateColumn(Column):
    """The state as a tag; how a paid one left."""

    cell_template_name = "funding/staff/cells/payment_state.html"


class AmountColumn(Column):
    """An amount."""

    cell_template_name = "funding/staff/cells/amount.html"


class DayColumn(Column):
    """A day."""

    cell_template_name = "funding/staff/cells/day.html"


class PaymentList(StaffList):
    """The list, what is due first on top."""

    page_title = gettext_lazy("Versements")
    header_icon = ICON
    index_url_name = "staff_payments"
    index_results_url_name = "staff_payments_results"
    template_name = "funding/staff/payments.html"
    results_template_name = "funding/staff/payments_results.html"
    search_label = gettext_lazy("Chercher une fiche, un numéro, une référence")
    filterset_class = PaymentFilterSet
    default_ordering = "due_on"
    columns = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type="payment"),
        TitleColumn(
            "organization",
            label=gettext_lazy("Fiche"),
            accessor=lambda payment: str(payment.application.organization),
            get_url=lambda payment: reverse("staff_following", args=[payment.application_id]),
            get_title_id=lambda payment: f"payment_{payment.pk}_title",
            sort_key="application__organization__name",
        ),
        Column("number", label=gettext_lazy("Demande"), accessor=str, sort_key="application__number"),
        Column("program", label=gettext_lazy("Programme"), accessor=lambda payment: payment.application.call.program),
        AmountColumn("amount", label=gettext_lazy("Montant"), sort_key="amount"),
        DayColumn("due_on", label=gettext_lazy("Prévu"), sort_key="due_on"),
        StateColumn("status", label=gettext_lazy("État"), sort_key="status"),
    ]

    @property
    def no_results_message(self) -> str:
        """Nothing yet, or nothing found."""
        if self.is_searching or self.is_filtering:
            return _("Aucun versement ne correspond.")
        return _("Aucun versement n’est encore préparé.")

    @property
    def asked(self) -> str:
        """The query of what the list shows, without the page."""
        query = self.request.GET.copy()
        query.pop(self.page_kwarg, None)
        return query.urlencode()

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """« À payer »: the filter that is used most."""
        to_pay = f"{reverse('staff_payments')}?status={PaymentStatus.READY}"
        return [HeaderButton(_("À payer"), to_pay, icon_name="list-ul")]

    @property
    def header_more_buttons(self) -> list[Button]:
        """« Exporter », what the list shows now."""
        asked = f"?{self.asked}" if self.asked else ""
        return [
            Button(
                _("Exporter en .%(extension)s") % {"extension": extension},
                reverse("staff_payments_export", args=[extension]) + asked,
                icon_name="download",
                priority=priority,
            )
            for priority, extension in ((20, "xlsx"), (30, "csv"))
        ]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the sum of what is shown, and the address that pays all of it."""
        context = super().get_context_data(*args, **kwargs)
        shown = self.get_queryset()
        query = self.request.GET.copy()
        query.pop(self.page_kwarg, None)
        query["id"] = "all"
        return {
            **context,
            "total": shown.live().total(),
            "ready_count": shown.filter(status=PaymentStatus.READY).count(),
            "pay_query": query.urlencode(),
        }

    def get_base_queryset(self) -> QuerySet[Payment]:
        """With the application, its fiche and its programme, and none of what people typed."""
        return Payment.objects.select_related("application__organization", "application__call__program").defer(
            "application__answers", "application__touched"
        )

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """By application and rank among those that are alike."""
        return queryset.order_by(self.ordering, "application__number", "number", "pk")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """By fiche, number, or reference."""
        query = self.search_query
        if not query:
            return queryset
        in_fiche = Q(application__organization__search_text__contains=fold(query)) if fold(query) else Q()
        return queryset.filter(Q(application__number__icontains=query) | Q(reference__icontains=query) | in_fiche)


@require_safe
@staff_view(back="staff_payments")
def export(request: HttpRequest, extension: str) -> HttpResponse:
    """What the list shows with this query, for the accountant."""
    listing = PaymentList()
    listing.setup(request)
    return spreadsheet(_rows(listing.get_queryset()), name=_("versements"), extension=extension)


def _rows(payments: QuerySet[Payment]) -> Iterator[list[Any]]:
    yield [
        _("Date"),
        _("Fiche"),
        _("NEQ"),
        _("Numéro de la demande"),
        _("Rang"),
        _("Programme"),
        _("Appel"),
        _("Montant"),
        _("Moyen"),
        _("Référence"),
        _("État"),
        _("Prévu le"),
        _("Condition"),
    ]
    for payment in payments.iterator(chunk_size=CHUNK):
        application = payment.application
        yield [
            payment.paid_on,
            application.organization.name,
            application.organization.neq,
            application.number,
            payment.number,
            application.call.program.name,
            application.call.name,
            payment.amount,
            payment.get_method_display(),
            payment.reference,
            payment.get_status_display(),
            payment.due_on,
            payment.condition,
        ]


# --- One payment ----------------------------------------------------------------------------------


def _find(pk: int) -> Payment:
    found = Payment.objects.select_related(
        "application__organization__municipality__mrc", "application__call__program"
    )
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_payments")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """« Modifier » an unpaid payment."""
    payment = _find(pk)
    return ask(
        request,
        payment.application,
        PaymentForm(request.POST or None, payment=payment),
        lambda values: services.change_payment(payment=payment, actor=request.user, **values),
        title=_("Versement %(number)s") % {"number": payment.number},
        button=_("Enregistrer"),
        success=_("Le versement est modifié."),
    )


@require_POST
@staff_view(back="staff_payments")
def ready(request: HttpRequest, pk: int) -> HttpResponse:
    """« Mettre à payer »."""
    payment = services.make_ready(payment=_find(pk), actor=request.user)
    messages.success(request, _("Le versement %(number)s est à payer.") % {"number": payment.number})
    return redirect("staff_following", pk=payment.application_id)


@require_POST
@staff_view(back="staff_payments")
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """« Remettre à plus tard »."""
    payment = services.hold(payment=_find(pk), actor=request.user)
    messages.success(request, _("Le versement %(number)s attend de nouveau.") % {"number": payment.number})
    return redirect("staff_following", pk=payment.application_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_payments")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """« Annuler », with the reason."""
    payment = _find(pk)
    return ask(
        request,
        payment.application,
        KeptReasonForm(request.POST or None),
        lambda values: services.cancel_payment(payment=payment, actor=request.user, **values),
        title=_("Annuler le versement %(number)s") % {"number": payment.number},
        button=_("Annuler le versement"),
        success=_("Le versement est annulé."),
        serious=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_payments")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """« Reprendre » a payment that was noted by mistake, or whose cheque came back."""
    payment = _find(pk)
    return ask(
        request,
        payment.application,
        KeptReasonForm(request.POST or None),
        lambda values: services.take_back_payment(payment=payment, actor=request.user, **values),
        title=_("Reprendre le versement %(number)s") % {"number": payment.number},
        button=_("Reprendre"),
        success=_("Le versement est de nouveau à payer."),
        text=_("Pour une erreur de saisie ou un chèque revenu : le versement redevient à payer."),
    )


urlpatterns = [
    path("assistance/versements/", PaymentList.as_view(), name="staff_payments"),
    path("assistance/versements/resultats/", PaymentList.as_view(results_only=True), name="staff_payments_results"),
    re_path(r"^assistance/versements/versements\.(?P<extension>xlsx|csv)$", export, name="staff_payments_export"),
    path("assistance/versements/<int:pk>/", edit, name="staff_payment"),
    path("assistance/versements/<int:pk>/a-payer/", ready, name="staff_payment_ready"),
    path("assistance/versements/<int:pk>/plus-tard/", hold, name="staff_payment_hold"),
    path("assistance/versements/<int:pk>/annuler/", cancel, name="staff_payment_cancel"),
    path("assistance/versements/<int:pk>/reprendre/", take_back, name="staff_payment_take_back"),
]
