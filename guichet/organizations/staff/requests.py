"""« Inscriptions »: the queue of sign-ups, and one of them."""

from __future__ import annotations

from typing import Any

import django_filters
from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column

from guichet.core.models import Event
from guichet.core.staff_frame import StaffList, render_page, staff_view

from .. import services
from ..enums import AccessStatus, OrganizationStatus
from ..models import Access, Organization
from ..text import fold
from .forms import QuestionForm, RefuseForm, RoleForm
from .people import matching_people

TIMELINE_SHOWN = 50


def to_decide() -> QuerySet[Access]:
    """What the queue shows: with the person, the fiche, and whether the address is confirmed. Late ones come first."""
    return _for_queue(Access.objects.for_lscq())


def _for_queue(accesses: QuerySet[Access]) -> QuerySet[Access]:
    confirmed = EmailAddress.objects.filter(user=OuterRef("user"), verified=True)
    return (
        accesses.select_related("user", "organization__municipality", "invitation")
        .annotate(email_confirmed=Exists(confirmed))
        .order_by(F("due_at").asc(nulls_last=True), "requested_at", "pk")
    )


def queue_counts() -> dict[str, int]:
    """How many requests await the body, and how many are late, for the menu and the dashboard."""
    return Access.objects.for_lscq().counts()


class RequestFilterSet(WagtailFilterSet):
    """Which requests to show."""

    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Afficher"),
        method="filter_show",
        empty_label=gettext_lazy("Toutes celles que l’équipe décide"),
        widget=forms.RadioSelect,
        choices=[
            ("late", gettext_lazy("En retard")),
            ("new", gettext_lazy("Nouvelles fiches")),
            ("waiting", gettext_lazy("En attente de la personne")),
            ("managers", gettext_lazy("Celles que les gestionnaires décident")),
        ],
    )

    class Meta:
        model = Access
        fields: list[str] = []

    def filter_show(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """One choice at a time; the managers' requests are other ones, shown for information."""
        if value == "late":
            return queryset.filter(due_at__lt=timezone.now())
        if value == "new":
            return queryset.filter(organization__status=OrganizationStatus.REQUESTED)
        if value == "waiting":
            return queryset.filter(Q(asked_at__isnull=False) | Q(email_confirmed=False))
        decided_by_lscq = Access.objects.for_lscq().values("pk")
        return _for_queue(Access.objects.for_managers().exclude(pk__in=decided_by_lscq))


class RequestColumn(Column):
    """A cell with a template of its own."""

    def __init__(self, name: str, template: str, **kwargs: Any) -> None:
        super().__init__(name, accessor=lambda access: access, **kwargs)
        self.cell_template_name = f"organizations/staff/cells/{template}.html"


class RequestList(StaffList):
    """The queue."""

    page_title = gettext_lazy("Inscriptions")
    header_icon = "group"
    index_url_name = "staff_requests"
    index_results_url_name = "staff_requests_results"
    template_name = "organizations/staff/requests.html"
    search_label = gettext_lazy("Chercher une personne, une adresse, une fiche")
    filterset_class = RequestFilterSet
    columns = [
        BulkActionsCheckboxColumn("bulk_actions", obj_type="request"),
        RequestColumn("person", "request_person", label=gettext_lazy("Personne")),
        RequestColumn("fiche", "request_fiche", label=gettext_lazy("Fiche")),
        RequestColumn("requested_at", "request_age", label=gettext_lazy("Demandé")),
        RequestColumn("due_at", "request_due", label=gettext_lazy("Réponse prévue")),
    ]

    @property
    def no_results_message(self) -> str:
        """The empty queue is good news; an empty search is not."""
        if self.is_searching or self.is_filtering:
            return _("Aucune inscription ne correspond.")
        return _("Aucune inscription à traiter. Tout le monde a sa réponse.")

    def get_base_queryset(self) -> QuerySet[Access]:
        """Requests that the body decides."""
        return to_decide()

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """Each word in the person's name or address, or in the fiche's name or municipality."""
        for word in self.search_query.split()[:10]:
            in_fiche = Q(organization__search_text__contains=fold(word)) if fold(word) else Q()
            queryset = queryset.filter(matching_people(word, prefix="user__") | in_fiche)
        return queryset


# --- One request --------------------------------------------------------------------------------


def _find(pk: int) -> Access:
    return get_object_or_404(
        _for_queue(Access.objects.all()).select_related(
            "decided_by", "user", "organization__municipality__mrc", "invitation__invited_by"
        ),
        pk=pk,
    )


def _trail(access: Access | None = None) -> list[tuple[str, str]]:
    trail = [(_("Inscriptions"), reverse("staff_requests"))]
    return trail if access is None else [*trail, (str(access.user), reverse("staff_request", args=[access.pk]))]


@require_safe
@staff_view(back="staff_requests")
def request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one request, and what can be done with it."""
    access = _find(pk)
    organization = access.organization
    is_new_fiche = organization.status == OrganizationStatus.REQUESTED
    return render_page(
        request,
        "organizations/staff/request.html",
        title=str(access.user),
        icon="group",
        trail=_trail(),
        access=access,
        is_open=access.status == AccessStatus.REQUESTED,
        is_own=access.user_id == request.user.pk,
        is_new_fiche=is_new_fiche,
        has_manager=organization.accesses.active_managers().exists(),
        similar=services.similar_organizations(organization) if is_new_fiche else [],
        others=access.user.accesses.exclude(pk=access.pk).select_related("organization"),
        person_events=Event.objects.of_person(access.user)[:TIMELINE_SHOWN],
        fiche_events=Event.objects.about(organization)[:TIMELINE_SHOWN],
    )


@require_POST
@staff_view(back="staff_request", same_object=True)
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """« Approuver comme » « Gestionnaire » | « Collaborateur »."""
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise PermissionDenied
    access = services.approve_access(access=_find(pk), role=form.cleaned_data["role"], actor=request.user)
    messages.success(
        request,
        _("%(person)s a maintenant accès à la fiche « %(fiche)s », comme %(role)s.")
        % {"person": access.user, "fiche": access.organization, "role": access.get_role_display().lower()},
    )
    return redirect("staff_requests")


@require_POST
@staff_view(back="staff_request", same_object=True)
def create_fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """« Créer la fiche et approuver »."""
    access = services.approve_organization(access=_find(pk), actor=request.user)
    messages.success(
        request,
        _("La fiche « %(fiche)s » est créée; %(person)s en est gestionnaire.")
        % {"person": access.user, "fiche": access.organization},
    )
    return redirect("staff_requests")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_request", same_object=True)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """« Refuser », with the reason; for a fiche that was asked for, the fiche with it."""
    access = _find(pk)
    is_new_fiche = access.organization.status == OrganizationStatus.REQUESTED
    form = RefuseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        service = services.refuse_organization if is_new_fiche else services.refuse_access
        service(access=access, reason=form.cleaned_data["reason"], actor=request.user)
        messages.success(request, _("La demande de %(person)s est refusée.") % {"person": access.user})
        return redirect("staff_requests")
    return render_page(
        request,
        "organizations/staff/refuse.html",
        title=_("Refuser"),
        icon="group",
        trail=_trail(access),
        access=access,
        is_new_fiche=is_new_fiche,
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_request", same_object=True)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """« Demander une précision »."""
    access = _find(pk)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.ask_details(access=access, question=form.cleaned_data["question"], actor=request.user)
        messages.success(request, _("La question est en route vers %(email)s.") % {"email": access.user.email})
        return redirect("staff_request", pk=pk)
    return render_page(
        request,
        "organizations/staff/ask.html",
        title=_("Demander une précision"),
        icon="group",
        trail=_trail(access),
        access=access,
        form=form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(back="staff_request", same_object=True)
def attach(request: HttpRequest, pk: int, organization_id: int) -> HttpResponse:
    """« C’est celle-ci »: the fiche asked for exists already. A page says first what will happen."""
    access = _find(pk)
    existing = get_object_or_404(Organization.objects.active().select_related("municipality"), pk=organization_id)
    if request.method == "POST":
        attached = services.attach_request(access=access, existing=existing, actor=request.user)
        messages.success(
            request,
            _("La demande de %(person)s porte maintenant sur la fiche « %(fiche)s ».")
            % {"person": attached.user, "fiche": existing},
        )
        return redirect("staff_request", pk=attached.pk)
    return render_page(
        request,
        "organizations/staff/attach.html",
        title=_("C’est celle-ci"),
        icon="group",
        trail=_trail(access),
        access=access,
        existing=existing,
    )


@require_POST
@staff_view(back="staff_request", same_object=True)
def resend_confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """« Renvoyer le courriel de confirmation », to somebody who has not confirmed the address."""
    access = _find(pk)
    address = EmailAddress.objects.filter(user=access.user, primary=True).first()
    if address is None or address.verified:
        messages.info(request, _("Cette adresse est déjà confirmée."))
    else:
        address.send_confirmation(request)
        messages.success(
            request,
            _("Le courriel de confirmation est de nouveau en route vers %(email)s.") % {"email": address.email},
        )
    return redirect("staff_request", pk=pk)
