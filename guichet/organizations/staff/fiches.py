"""« Fiches »: the list, one fiche, creating, changing, archiving."""

from __future__ import annotations

import datetime as dt

import django_filters
from dateutil.relativedelta import relativedelta
from django import forms
from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import Button, HeaderButton

from guichet.core.models import Event
from guichet.core.staff_frame import StaffList, render_page, staff_view

from .. import services
from ..enums import AccessStatus, Kind, OrganizationStatus, Role
from ..models import Access, Mrc, Municipality, Organization
from .forms import ArchiveForm, FicheForm

EVENTS_SHOWN = 100
SILENT_MONTHS = 12


def year_ago() -> dt.datetime:
    """Silence is counted from here."""
    return timezone.now() - relativedelta(months=SILENT_MONTHS)


class FicheFilterSet(WagtailFilterSet):
    """State, milieu, place, and the fiches that need somebody to look after them."""

    status = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("État"), choices=OrganizationStatus.choices, widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Milieu"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    mrc = django_filters.ModelChoiceFilter(
        label=gettext_lazy("MRC"),
        field_name="municipality__mrc",
        queryset=Mrc.objects.all(),
        empty_label=gettext_lazy("Toutes"),
    )
    municipality = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Municipalité"), queryset=Municipality.objects.all(), empty_label=gettext_lazy("Toutes")
    )
    people = django_filters.ChoiceFilter(
        label=gettext_lazy("Gestionnaires"),
        method="filter_people",
        empty_label=gettext_lazy("Toutes les fiches"),
        widget=forms.RadioSelect,
        choices=[
            ("without_manager", gettext_lazy("Sans gestionnaire")),
            ("silent", gettext_lazy("Gestionnaires silencieux depuis un an")),
        ],
    )

    class Meta:
        model = Organization
        fields: list[str] = []

    def filter_people(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Fiches in service that nobody answers for."""
        if value == "silent":
            return queryset.filter(pk__in=Organization.objects.silent_since(year_ago()).values("pk"))
        managers = Access.objects.filter(organization=OuterRef("pk")).active_managers()
        return queryset.active().exclude(Exists(managers))


class FicheStatusColumn(Column):
    """The state as a tag."""

    cell_template_name = "organizations/staff/cells/fiche_status.html"


def _people_label(count: int) -> str:
    if not count:
        return _("aucun")
    return ngettext("%(count)d personne", "%(count)d personnes", count) % {"count": count}


class FicheList(StaffList):
    """The list."""

    page_title = gettext_lazy("Fiches")
    header_icon = "folder-open-inverse"
    index_url_name = "staff_fiches"
    index_results_url_name = "staff_fiches_results"
    search_label = gettext_lazy("Chercher un nom, une municipalité, un NEQ")
    filterset_class = FicheFilterSet
    no_results_message = gettext_lazy("Aucune fiche ne correspond.")
    default_ordering = "name"
    columns = [
        TitleColumn("name", label=gettext_lazy("Nom"), url_name="staff_fiche", sort_key="name"),
        Column("municipality", label=gettext_lazy("Municipalité"), sort_key="municipality__name"),
        Column("kind", label=gettext_lazy("Milieu"), accessor="get_kind_display", sort_key="kind"),
        Column("people", label=gettext_lazy("Utilisateurs"), accessor=lambda fiche: _people_label(fiche.people_count)),
        FicheStatusColumn("status", label=gettext_lazy("État"), sort_key="status"),
    ]

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """« Nouvelle fiche »."""
        return [HeaderButton(_("Nouvelle fiche"), reverse("staff_fiche_add"), icon_name="plus")]

    @property
    def header_more_buttons(self) -> list[Button]:
        """« Importer un tableur »."""
        return [Button(_("Importer un tableur"), reverse("staff_imports"), icon_name="upload", priority=10)]

    def get_base_queryset(self) -> QuerySet[Organization]:
        """All but the refused ones, which only the filter shows."""
        active = Q(accesses__status=AccessStatus.ACTIVE, accesses__user__is_active=True)
        fiches = Organization.objects.select_related("municipality").annotate(
            people_count=Count("accesses", filter=active)
        )
        return fiches if self.request.GET.getlist("status") else fiches.exclude(status=OrganizationStatus.REFUSED)

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """By name, municipality or NEQ, accents ignored."""
        return queryset.matching(self.search_query) if self.search_query else queryset


def _find(pk: int) -> Organization:
    return get_object_or_404(Organization.objects.select_related("municipality__mrc", "requested_by"), pk=pk)


def _trail(fiche: Organization | None = None) -> list[tuple[str, str]]:
    trail = [(_("Fiches"), reverse("staff_fiches"))]
    return trail if fiche is None else [*trail, (fiche.name, reverse("staff_fiche", args=[fiche.pk]))]


@require_safe
@staff_view(back="staff_fiches")
def fiche_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One fiche: its data, its people, its invitations, its timeline."""
    fiche = _find(pk)
    accesses = list(fiche.accesses.select_related("user").order_by("user__last_name", "user__first_name"))
    return render_page(
        request,
        "organizations/staff/fiche.html",
        title=fiche.name,
        icon="folder-open-inverse",
        trail=_trail(),
        fiche=fiche,
        facts=[(field.verbose_name, getattr(fiche, field.name)) for field in _shown_fields()],
        requests=[access for access in accesses if access.status == AccessStatus.REQUESTED],
        people=sorted(
            (access for access in accesses if access.status == AccessStatus.ACTIVE),
            key=lambda access: access.role != Role.MANAGER,
        ),
        former=[access for access in accesses if access.status in {AccessStatus.DEACTIVATED, AccessStatus.REFUSED}],
        is_silent=Organization.objects.silent_since(year_ago()).filter(pk=fiche.pk).exists(),
        invitations=fiche.invitations.select_related("invited_by")[:50],
        events=Event.objects.about(fiche)[:EVENTS_SHOWN],
        header_buttons=_buttons(fiche),
    )


def _shown_fields() -> list:
    names = ["municipality", "neq", "email", "phone", "website", "address", "postal_code", "external_id"]
    return [Organization._meta.get_field(name) for name in names]


def _buttons(fiche: Organization) -> list[HeaderButton]:
    if fiche.status in {OrganizationStatus.REQUESTED, OrganizationStatus.REFUSED}:
        return []
    return [HeaderButton(_("Modifier"), reverse("staff_fiche_edit", args=[fiche.pk]), icon_name="edit")]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_fiches")
def add(request: HttpRequest) -> HttpResponse:
    """« Nouvelle fiche »."""
    form = FicheForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fiche = services.create_organization(organization=form.save(commit=False), actor=request.user)
        messages.success(request, _("La fiche « %(fiche)s » est créée.") % {"fiche": fiche})
        return redirect("staff_fiche", pk=fiche.pk)
    return render_page(
        request,
        "organizations/staff/fiche_form.html",
        title=_("Nouvelle fiche"),
        icon="folder-open-inverse",
        trail=_trail(),
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_fiche", same_object=True)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """« Modifier »."""
    fiche = _find(pk)
    name = fiche.name
    form = FicheForm(request.POST or None, instance=fiche)
    if request.method == "POST" and form.is_valid():
        services.update_organization(
            organization=fiche,
            values=form.content(),
            base=form.opened_with(),
            external_id=form.cleaned_data["external_id"],
            actor=request.user,
        )
        messages.success(request, _("La fiche « %(fiche)s » est à jour.") % {"fiche": fiche})
        return redirect("staff_fiche", pk=pk)
    trail = [*_trail(), (name, reverse("staff_fiche", args=[pk]))]
    return render_page(
        request,
        "organizations/staff/fiche_form.html",
        title=_("Modifier"),
        icon="folder-open-inverse",
        trail=trail,
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_fiche", same_object=True)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    """« Archiver », after a page that says what will happen."""
    fiche = _find(pk)
    form = ArchiveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.archive_organization(organization=fiche, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("La fiche « %(fiche)s » est archivée.") % {"fiche": fiche})
        return redirect("staff_fiche", pk=pk)
    return render_page(
        request,
        "organizations/staff/archive.html",
        title=_("Archiver"),
        icon="folder-open-inverse",
        trail=_trail(fiche),
        fiche=fiche,
        people_count=fiche.accesses.active().count(),
        form=form,
    )


@require_POST
@staff_view(back="staff_fiche", same_object=True)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """« Remettre en service »."""
    fiche = services.restore_organization(organization=_find(pk), actor=request.user)
    messages.success(request, _("La fiche « %(fiche)s » est de nouveau en service.") % {"fiche": fiche})
    return redirect("staff_fiche", pk=pk)
