"""« Fiches »: the list, one fiche, creating, changing, archiving."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column, TitleColumn
from wagtail.admin.widgets.button import Button, HeaderButton

from guichet.core.staff_frame import render_page, staff_view

from .. import services
from ..content import fields_of
from ..enums import AccessStatus, OrganizationStatus, Role, Section
from ..models import FicheMerge, Organization
from ..services.content import require_in_service
from ..values import in_words, label_of, value_of
from .fiche_asking import AskedList
from .fiche_filters import FicheFilterSet, year_ago
from .fiche_forms import FicheForm, FicheStartForm
from .forms import ArchiveForm

EVENTS_SHOWN = 100
MERGES_SHOWN = 20
SHOWN_BY_FILTER = [OrganizationStatus.REFUSED, OrganizationStatus.MERGED]


class FicheStatusColumn(Column):
    """The state as a tag."""

    cell_template_name = "organizations/staff/cells/fiche_status.html"


def _people_label(count: int) -> str:
    if not count:
        return _("aucun")
    return ngettext("%(count)d personne", "%(count)d personnes", count) % {"count": count}


class FicheList(AskedList):
    """The list."""

    page_title = gettext_lazy("Fiches")
    header_icon = "folder-open-inverse"
    index_url_name = "staff_fiches"
    index_results_url_name = "staff_fiches_results"
    template_name = "organizations/staff/fiches.html"
    results_template_name = "organizations/staff/fiches_results.html"
    search_label = gettext_lazy("Chercher dans toute la fiche")
    filterset_class = FicheFilterSet
    default_ordering = "name"
    columns = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type="fiche"),
        TitleColumn(
            "name",
            label=gettext_lazy("Nom"),
            url_name="staff_fiche",
            sort_key="name",
            get_title_id=lambda fiche: f"fiche_{fiche.pk}_title",
        ),
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
        """« Importer un tableur »; « Exporter », what the list shows now."""
        query = self.request.GET.copy()
        query.pop(self.page_kwarg, None)
        asked = f"?{query.urlencode()}" if query else ""
        return [
            Button(_("Importer un tableur"), reverse("staff_imports"), icon_name="upload", priority=10),
            Button(_("Carte des fiches"), reverse("staff_fiche_map"), icon_name="site", priority=15),
            Button(
                _("Exporter en .xlsx"),
                reverse("staff_fiches_export", args=["xlsx"]) + asked,
                icon_name="download",
                priority=20,
            ),
            Button(
                _("Exporter en .csv"),
                reverse("staff_fiches_export", args=["csv"]) + asked,
                icon_name="download",
                priority=30,
            ),
        ]

    def get_base_queryset(self) -> QuerySet[Organization]:
        """All but those that are no organisation of their own, which only the filter shows."""
        active = Q(accesses__status=AccessStatus.ACTIVE, accesses__user__is_active=True)
        fiches = Organization.objects.select_related("municipality").annotate(
            people_count=Count("accesses", filter=active)
        )
        return fiches if self.request.GET.getlist("status") else fiches.exclude(status__in=SHOWN_BY_FILTER)

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """In every text of the fiches, accents ignored."""
        return queryset.matching_anywhere(self.search_query) if self.search_query else queryset


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
        sections=[(section.label, _facts(fiche, section)) for section in Section],
        completeness=services.completeness(fiche)[0],
        waiting=len(services.waiting_changes(fiche)),
        requests=[access for access in accesses if access.status == AccessStatus.REQUESTED],
        people=sorted(
            (access for access in accesses if access.status == AccessStatus.ACTIVE),
            key=lambda access: access.role != Role.MANAGER,
        ),
        former=[access for access in accesses if access.status in {AccessStatus.DEACTIVATED, AccessStatus.REFUSED}],
        is_silent=Organization.objects.silent_since(year_ago()).filter(pk=fiche.pk).exists(),
        invitations=fiche.invitations.select_related("invited_by")[:50],
        events=services.timeline_of(fiche)[:EVENTS_SHOWN],
        merges=FicheMerge.objects.of(fiche).select_related("source", "target").defer("moved")[:MERGES_SHOWN],
        header_buttons=_buttons(fiche),
    )


def _facts(fiche: Organization, section: str) -> list[tuple[str, str]]:
    """A section's fields in words; the number in the staff's spreadsheet stands with the identity."""
    facts = [(label_of(name), in_words(name, value_of(fiche, name))) for name in fields_of(section)]
    if section == Section.IDENTITY:
        facts.append((_("Numéro de dossier"), fiche.external_id))
    return facts


def _buttons(fiche: Organization) -> list[HeaderButton]:
    if not fiche.is_active:
        return []
    return [HeaderButton(_("Modifier"), reverse("staff_fiche_edit", args=[fiche.pk]), icon_name="edit")]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_fiches")
def add(request: HttpRequest) -> HttpResponse:
    """« Nouvelle fiche »."""
    form = FicheStartForm(request.POST or None)
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
    """« Modifier ». When somebody else changed the same fields meanwhile: both versions, and nothing written."""
    fiche = _find(pk)
    require_in_service(fiche)
    name = fiche.name
    changes = services.waiting_changes(fiche)
    form = FicheForm(request.POST or None, instance=fiche, content=services.editors_content(fiche), changes=changes)
    conflicts: list[services.Conflict] = []
    if request.method == "POST" and form.is_valid():
        try:
            services.update_organization(
                organization=fiche,
                values=form.content(),
                base=form.opened_with(),
                external_id=form.cleaned_data["external_id"],
                actor=request.user,
            )
        except services.EditConflict as problem:
            conflicts = problem.conflicts
            form.show_conflicts(conflicts)
        else:
            messages.success(request, _("La fiche « %(fiche)s » est à jour.") % {"fiche": fiche})
            return redirect("staff_fiche", pk=pk)
    return render_page(
        request,
        "organizations/staff/fiche_form.html",
        title=_("Modifier"),
        icon="folder-open-inverse",
        trail=[*_trail(), (name, reverse("staff_fiche", args=[pk]))],
        form=form,
        sections=form.sections(),
        conflicts=[
            {
                "label": label_of(one.field),
                "theirs": in_words(one.field, one.theirs),
                "yours": in_words(one.field, one.yours),
                "by": one.by,
                "at": one.at,
            }
            for one in conflicts
        ],
        status=409 if conflicts else 200,
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
