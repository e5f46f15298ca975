"""The client area: where somebody lands, home, the fiche, its timeline, and the lists that later rooms fill."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from guichet.core.kept_forms import signed_in
from guichet.core.shared import shared_settings

from .. import services
from ..enums import AccessStatus
from ..models import Access, Organization
from ..values import membership_in_words
from .scope import area_context, fiche_view


@require_safe
@signed_in
def area(request: HttpRequest) -> HttpResponse:
    """`/espace/`: straight to the only fiche, or the list of the person's fiches and requests."""
    accesses = list(
        Access.objects.filter(user=request.user)
        .select_related("organization__municipality", "decided_by")
        .order_by("organization__name")
    )
    active = [access for access in accesses if access.is_active]
    waiting = [access for access in accesses if access.status == AccessStatus.REQUESTED]
    if len(active) == 1 and not waiting and "toutes" not in request.GET:
        return redirect("organizations:home", active[0].organization_id)
    closed = [access for access in accesses if access not in active and access not in waiting]
    return render(request, "organizations/area.html", {"active": active, "waiting": waiting, "closed": closed})


# What other rooms show on « Accueil », in their order: the template of a card, and what it needs.
HOME_CARDS: list[Callable[[HttpRequest, Organization], dict[str, Any]]] = []


@require_safe
@fiche_view()
def home(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Accueil »: recent communications, and where the applications stand."""
    cards = [card(request, organization) for card in HOME_CARDS]
    return render(request, "organizations/home.html", {**area_context(request, organization, "home"), "cards": cards})


@require_safe
@fiche_view(manage=True)
def history(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Historique »: every decision about the fiche and its people, in words, for its gestionnaires."""
    page = Paginator(services.timeline_of(organization), 50).get_page(request.GET.get("page"))
    return render(
        request, "organizations/history.html", {**area_context(request, organization, "account"), "page": page}
    )


@require_safe
@fiche_view()
def communications(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Communications »."""
    return render(request, "organizations/communications.html", area_context(request, organization, "home"))


@require_safe
@fiche_view()
def support(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Accompagnement »."""
    return render(request, "organizations/support.html", area_context(request, organization, "support"))


@require_safe
@fiche_view()
def membership(request: HttpRequest, organization: Organization) -> HttpResponse:
    """« Adhésion »: whether the organisation is a member, and until when."""
    today = timezone.localdate()
    context = {
        **area_context(request, organization, "account"),
        "is_member": organization.is_member(today),
        "text": membership_in_words(organization, shared_settings().short_name, today=today),
    }
    return render(request, "organizations/membership.html", context)
