"""« Appels »: the list, one call, preparing, changing, publishing, withdrawing, copying, announcing."""

from __future__ import annotations

import django_filters
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets import AdminDateTimeInput
from wagtail.admin.widgets.button import HeaderButton

from guichet.core.errors import InvalidState
from guichet.core.models import Event
from guichet.core.panels import InlinePanel
from guichet.core.staff_frame import StaffList, render_page, staff_view
from guichet.core.wagtail_hooks import AgentMenuItem

from .. import perms, services
from ..enums import CallPhase, CallStatus
from ..forms.building import CallForm, CopyCallForm, WithdrawCallForm
from ..models import Announcement, Call, Program
from .editing import Editor

EVENTS_SHOWN = 50
TO_THE_MINUTE = AdminDateTimeInput(format="%Y-%m-%d %H:%M")

PANELS = ObjectList(
    [
        MultiFieldPanel(
            [FieldPanel("program"), FieldRowPanel([FieldPanel("name"), FieldPanel("code")])],
            heading=gettext_lazy("L’appel"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [FieldPanel("opens_at", widget=TO_THE_MINUTE), FieldPanel("closes_at", widget=TO_THE_MINUTE)]
                ),
                FieldRowPanel([FieldPanel("project_from"), FieldPanel("project_until")]),
                FieldRowPanel([FieldPanel("decision_days"), FieldPanel("report_days")]),
            ],
            heading=gettext_lazy("Dates"),
            help_text=gettext_lazy("Les heures sont celles du Québec. À l’heure de la clôture, il est trop tard."),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("envelope"), FieldPanel("max_amount")]),
                FieldRowPanel([FieldPanel("max_share"), FieldPanel("max_public_share")]),
                FieldRowPanel([FieldPanel("min_own_share"), FieldPanel("volunteer_rate")]),
            ],
            heading=gettext_lazy("Argent"),
            help_text=gettext_lazy("Ce qui est vide n’a pas de limite."),
        ),
        MultiFieldPanel(
            [
                FieldPanel("kinds"),
                FieldPanel("mrcs"),
                FieldPanel("needs_confirmed_fiche"),
                FieldPanel("members_only"),
                FieldPanel("refuses_late_reports"),
                FieldPanel("needs_resolution"),
            ],
            heading=gettext_lazy("Qui peut présenter une demande"),
        ),
        MultiFieldPanel([FieldPanel("form"), FieldPanel("report_form")], heading=gettext_lazy("Formulaires")),
        InlinePanel(
            "criteria",
            heading=gettext_lazy("Grille d’évaluation"),
            label=gettext_lazy("critère"),
            panels=[FieldPanel("title"), FieldPanel("points"), FieldPanel("guide")],
        ),
        InlinePanel(
            "instalments",
            heading=gettext_lazy("Versements prévus"),
            label=gettext_lazy("versement"),
            help_text=gettext_lazy("Ensemble, ils font 100 %."),
            panels=[FieldPanel("share"), FieldPanel("condition")],
        ),
    ],
    base_form_class=CallForm,
).bind_to_model(Call)


class CallFilterSet(WagtailFilterSet):
    """By phase and by programme."""

    phase = django_filters.ChoiceFilter(
        label=gettext_lazy("État"),
        choices=CallPhase.choices,
        empty_label=gettext_lazy("Tous"),
        method="filter_phase",
        widget=forms.RadioSelect,
    )
    program = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Programme"),
        queryset=Program.objects.order_by("name"),
        empty_label=gettext_lazy("Tous"),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Call
        fields: list[str] = []

    def filter_phase(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """As `Call.phase` says."""
        now = timezone.now()
        published = Q(status=CallStatus.PUBLISHED)
        return queryset.filter(
            {
                CallPhase.COMING: published & Q(opens_at__gt=now),
                CallPhase.OPEN: published & Q(opens_at__lte=now, closes_at__gt=now),
                CallPhase.CLOSED: published & Q(closes_at__lte=now),
            }.get(value, Q(status=value))
        )


class PhaseColumn(Column):
    """Where the call is, as a tag."""

    cell_template_name = "funding/staff/cells/phase.html"

    def get_value(self, instance: Call) -> CallPhase:
        """The phase."""
        return instance.phase()


class MomentColumn(Column):
    """A date to the minute."""

    cell_template_name = "funding/staff/cells/moment.html"


class CountColumn(Column):
    """A number, with what it counts on a phone."""

    cell_template_name = "funding/staff/cells/count.html"


class CallList(StaffList):
    """The list, those that close last on top."""

    page_title = gettext_lazy("Appels de demandes")
    header_icon = "calendar-alt"
    index_url_name = "staff_calls"
    index_results_url_name = "staff_calls_results"
    search_label = gettext_lazy("Chercher un appel, un sigle, un programme")
    filterset_class = CallFilterSet
    default_ordering = "-closes_at"
    columns = [
        TitleColumn("name", label=gettext_lazy("Appel"), accessor=str, url_name="staff_call"),
        Column("code", label=gettext_lazy("Sigle"), sort_key="code"),
        PhaseColumn("status", label=gettext_lazy("État")),
        MomentColumn("opens_at", label=gettext_lazy("Ouverture"), sort_key="opens_at"),
        MomentColumn("closes_at", label=gettext_lazy("Clôture"), sort_key="closes_at"),
        CountColumn("handed_in", label=gettext_lazy("Demandes transmises"), accessor="handed_in_count"),
    ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """« Nouvel appel », for whoever has a programme."""
        if not perms.can_build_forms(self.request.user):
            return []
        return [HeaderButton(_("Nouvel appel"), reverse("staff_call_add"), icon_name="plus")]

    @property
    def no_results_message(self) -> str:
        """Nothing yet, or nothing like it."""
        if self.is_searching or self.is_filtering:
            return _("Aucun appel ne correspond.")
        return _("Aucun appel pour le moment.")

    def get_base_queryset(self) -> QuerySet[Call]:
        """With their programme, and the count of what came in."""
        handed_in = Count("applications", filter=Q(applications__submitted_at__isnull=False))
        return Call.objects.select_related("program").annotate(handed_in_count=handed_in)

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """In names and codes."""
        query = self.search_query
        if not query:
            return queryset
        return queryset.filter(Q(name__icontains=query) | Q(code__icontains=query) | Q(program__name__icontains=query))


def _find(pk: int) -> Call:
    return get_object_or_404(Call.objects.select_related("program", "form", "report_form", "copied_from"), pk=pk)


def find_own(request: HttpRequest, pk: int) -> Call:
    """The call, of a programme that the person has; 403 else."""
    call = _find(pk)
    if not perms.can_run_program(request.user, call.program):
        raise PermissionDenied
    return call


def trail_to(call: Call | None = None) -> list[tuple[str, str]]:
    """From the list to the call's page."""
    trail = [(_("Appels de demandes"), reverse("staff_calls"))]
    return trail if call is None else [*trail, (str(call), reverse("staff_call", args=[call.pk]))]


@require_safe
@staff_view(back="staff_calls")
def call_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: where it is, what it says, what came in, what happened."""
    call = _find(pk)
    may_run = perms.can_run_program(request.user, call.program)
    buttons = [
        HeaderButton(_("Modifier"), reverse("staff_call_edit", args=[pk]), icon_name="edit"),
        HeaderButton(_("Copier"), reverse("staff_call_copy", args=[pk]), icon_name="copy"),
    ]
    return render_page(
        request,
        "funding/staff/call.html",
        title=str(call),
        icon="calendar-alt",
        trail=trail_to(),
        call=call,
        phase=call.phase(),
        phases=CallPhase,
        may_run=may_run,
        may_announce=call.is_published and call.phase() in {CallPhase.OPEN, CallPhase.COMING},
        announcement=Announcement.objects.filter(call=call).first(),
        version=services.latest_version(call.form),
        counts=_counts(call),
        kinds=services.kinds_in_words(call),
        mrcs=list(call.mrcs.all()),
        criteria=list(call.criteria.all()),
        points=sum(one.points for one in call.criteria.all()),
        instalments=list(call.instalments.all()),
        events=Event.objects.about(call)[:EVENTS_SHOWN],
        header_buttons=buttons if may_run else [],
    )


def _counts(call: Call) -> list[tuple[str, int]]:
    counts = call.applications.aggregate(
        written=Count("pk", filter=Q(status__in=services.BEING_WRITTEN)),
        handed_in=Count("pk", filter=Q(submitted_at__isnull=False)),
    )
    return [(_("en rédaction"), counts["written"]), (_("transmises"), counts["handed_in"])]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_calls")
def add(request: HttpRequest) -> HttpResponse:
    """« Nouvel appel », of the programme that the address names."""
    if not perms.can_build_forms(request.user):
        raise PermissionDenied
    editor = Editor(PANELS, Call(), request, program=request.GET.get("programme"))
    if editor.is_valid():
        try:
            call = services.create_call(
                call=editor.form.save(commit=False), mrcs=editor.form.cleaned_data["mrcs"], actor=request.user
            )
        except InvalidState as problem:
            editor.refuse(problem)
        else:
            messages.success(request, _("L’appel « %(call)s » est prêt à relire.") % {"call": call})
            return redirect("staff_call", pk=call.pk)
    return editor.page(
        "funding/staff/editor.html", title=_("Nouvel appel"), trail=trail_to(), back=reverse("staff_calls")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_call", same_object=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """« Modifier », published or not: new dates are told in the timeline."""
    call = find_own(request, pk)
    trail = trail_to(call)
    editor = Editor(PANELS, call, request)
    if editor.is_valid():
        try:
            services.update_call(
                call=editor.form.save(commit=False), mrcs=editor.form.cleaned_data["mrcs"], actor=request.user
            )
        except InvalidState as problem:
            editor.refuse(problem)
        else:
            messages.success(request, _("L’appel « %(call)s » est à jour.") % {"call": call})
            return redirect("staff_call", pk=pk)
    return editor.page(
        "funding/staff/editor.html", title=_("Modifier"), trail=trail, back=reverse("staff_call", args=[pk])
    )


@require_POST
@staff_view(back="staff_call", same_object=True)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """« Publier »."""
    call = services.publish_call(call=_find(pk), actor=request.user)
    messages.success(request, _("L’appel « %(call)s » est publié.") % {"call": call})
    return redirect("staff_call", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_call", same_object=True)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """« Retirer », after a page that says what becomes of those who write."""
    call = find_own(request, pk)
    form = WithdrawCallForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw_call(call=call, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("L’appel « %(call)s » est retiré.") % {"call": call})
        return redirect("staff_call", pk=pk)
    return render_page(
        request,
        "funding/staff/call_withdraw.html",
        title=_("Retirer l’appel"),
        icon="calendar-alt",
        trail=trail_to(call),
        call=call,
        written_count=services.being_written(call),
        handed_in_count=call.applications.handed_in().count(),
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_call", same_object=True)
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """« Copier l’appel de l’an dernier »."""
    call = find_own(request, pk)
    suggested = {"name": services.a_year_later(call.name), "code": services.a_year_later(call.code)}
    form = CopyCallForm(request.POST or None, initial=suggested)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.copy_call(call=call, actor=request.user, **form.cleaned_data)
        except InvalidState as problem:
            form.add_error("code", str(problem))
        else:
            messages.success(request, _("L’appel est copié : relisez ses dates, puis publiez-le."))
            return redirect("staff_call_edit", pk=made.pk)
    return render_page(
        request,
        "funding/staff/call_copy.html",
        title=_("Copier l’appel"),
        icon="copy",
        trail=trail_to(call),
        call=call,
        form=form,
    )


urlpatterns = [
    path("appels/", CallList.as_view(), name="staff_calls"),
    path("appels/resultats/", CallList.as_view(results_only=True), name="staff_calls_results"),
    path("appels/nouveau/", add, name="staff_call_add"),
    path("appels/<int:pk>/", call_page, name="staff_call"),
    path("appels/<int:pk>/modifier/", edit, name="staff_call_edit"),
    path("appels/<int:pk>/publier/", publish, name="staff_call_publish"),
    path("appels/<int:pk>/retirer/", withdraw, name="staff_call_withdraw"),
    path("appels/<int:pk>/copier/", copy, name="staff_call_copy"),
]
menu_items = [
    AgentMenuItem(
        gettext_lazy("Appels"), reverse_lazy("staff_calls"), name="staff-calls", icon_name="calendar-alt", order=20
    )
]
